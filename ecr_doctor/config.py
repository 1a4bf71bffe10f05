"""The configuration file `ecr-doctor.toml`: defaults for options, below flags and variables."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_NAME = "ecr-doctor.toml"
FORBIDDEN = frozenset({"checks-dir", "config"})
"""Never read from the file: it may lie in a folder of somebody else, and checks are code."""


def read_config(path: str, known: Iterable[str]) -> dict[str, Any]:
    """Defaults for the options of `run`, by option name without dashes in front.

    Args:
        path: the file; empty for `ecr-doctor.toml` in the current folder, if it is there.
        known: the names that may stand in the file.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds an unknown name.

    """
    file = Path(path or DEFAULT_NAME)
    if not path and not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
    allowed = set(known) - FORBIDDEN
    for name in found:
        if name not in allowed:
            raise UsageError(
                f"{file}: unknown option {name!r}", f"known: {', '.join(sorted(allowed))}"
            )
    return found
