"""The configuration file `ecr-doctor.toml`: defaults for options, below flags and variables."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_NAME = "ecr-doctor.toml"
OF_THE_HELPER = "registries"
"""A table of identities for the credential helper, which reads the user's own file alone."""
FORBIDDEN = frozenset({"checks-dir", "config"})
"""Never read from the file: it may lie in a folder of somebody else, and checks are code."""
SECTIONS = frozenset({"mute"})
"""Tables that are no defaults of options: `read_section` gives them."""


def read_config(path: str, known: Iterable[str]) -> dict[str, Any]:
    """Defaults for the options of `run`, by option name without dashes in front.

    Args:
        path: the file; empty for `ecr-doctor.toml` in the current folder, if it is there.
        known: the names that may stand in the file.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds an unknown name.

    """
    file, found = _read(path)
    found.pop(OF_THE_HELPER, None)
    allowed = set(known) - FORBIDDEN
    options = {name: value for name, value in found.items() if name not in SECTIONS}
    for name in options:
        if name not in allowed:
            raise UsageError(
                f"{file}: unknown option {name!r}", f"known: {', '.join(sorted(allowed))}"
            )
    return options


def read_section(path: str, name: str) -> tuple[str, Any]:
    """The name of the file, and one of its `SECTIONS`; None where it has none.

    Raises:
        UsageError: the file cannot be read, or is no TOML.

    """
    file, found = _read(path)
    return str(file), found.get(name)


def _read(path: str) -> tuple[Path, dict[str, Any]]:
    file = Path(path or DEFAULT_NAME)
    if not path and not file.is_file():
        return file, {}
    try:
        return file, tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
