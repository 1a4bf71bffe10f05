"""The configuration file `ecr-doctor.toml`: defaults for options, below flags and variables."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_NAME = "ecr-doctor.toml"
OF_THE_HELPER = "registries"
"""A table of identities for the credential helper, which reads the user's own file alone."""
FORBIDDEN = frozenset({"checks-dir", "config"})
"""Never read from the file: it may lie in a folder of somebody else, and checks are code."""
SECTIONS = frozenset({"mute"})
"""Tables that are no defaults of options: `read_section` gives them."""
_LARGEST = 1 << 20
"""Bytes; a file beyond that is none that somebody wrote."""


def read_config(path: str, known: Iterable[str]) -> dict[str, Any]:
    """Defaults for the options of `run`, by option name without dashes in front.

    Args:
        path: the file; empty for `ecr-doctor.toml` in the current folder, if it is there.
        known: the names that may stand in the file.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds an unknown name.

    """
    found = _read(path)
    found.pop(OF_THE_HELPER, None)
    allowed = set(known) - FORBIDDEN
    options = {name: value for name, value in found.items() if name not in SECTIONS}
    for name in options:
        if name not in allowed:
            hint = did_you_mean(name, allowed, f"Known options: {', '.join(sorted(allowed))}.")
            raise UsageError(f"{written_at(path, name)}: there is no option {name[:60]!r}", hint)
    return options


def read_section(path: str, name: str) -> tuple[str, Any]:
    """The name of the file, and one of its `SECTIONS`; None where it has none.

    Raises:
        UsageError: the file cannot be read, or is no TOML.

    """
    return path or DEFAULT_NAME, _read(path).get(name)


def written_at(path: str, name: str) -> str:
    """FILE:LINE:COLUMN of a name in the file; the file alone where it is written in another way."""
    file = Path(path or DEFAULT_NAME)
    written = re.compile(rf"""[ \t\[]*(["']?){re.escape(name)}\1[ \t]*[=.\]]""")
    for number, line in enumerate(_text(file).split("\n"), 1):
        if written.match(line):
            indent = len(line) - len(line.lstrip(" \t["))
            return f"{file}:{number}:{indent + 1}"
    return str(file)


def _read(path: str) -> dict[str, Any]:
    file = Path(path or DEFAULT_NAME)
    if not path and not os.path.isfile(file):  # noqa: PTH113  Path.is_file raises in a closed folder
        return {}
    try:
        return tomllib.loads(_text(file))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file}: {error}", "Write it as TOML: timeout = 10") from error


def _text(file: Path) -> str:
    """Raises UsageError where it cannot be read, or is no file that somebody wrote."""
    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        hint = "Give a file that can be read with --config FILE."
        raise UsageError(f"cannot read {file}: {error.strerror}", hint) from error
    if len(data) > _LARGEST:
        raise UsageError(f"{file} is larger than {_LARGEST >> 20} MiB", "Leave in it options only.")
    try:
        return data.decode("utf-8-sig")  # some editors put a mark before it
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}:{line}: it is not UTF-8", "Save it as UTF-8.") from error
