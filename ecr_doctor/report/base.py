"""What a format is, and how formats are found: by the entry points `ecr_doctor.formats`."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from ecr_doctor.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from ecr_doctor.model import Report

GROUP = "ecr_doctor.formats"
_BUILT_IN_SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".xml": "junit",
    ".sarif": "sarif",
    ".md": "markdown",
}


class Format(Protocol):
    """Turns a report into text. Made without arguments; it neither reads nor writes anything."""

    media_type: str
    """As of RFC 6838: `text/html`."""
    suffix: str
    """Of files in this format: `.html`."""

    def render(self, report: Report) -> str:
        """Return the whole report, ending with a newline."""


def formats() -> dict[str, EntryPoint]:
    """The known formats by name, built in or of plugins; none is imported before it is loaded."""
    from importlib.metadata import entry_points  # noqa: PLC0415  22 ms, and not all commands need it

    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return {entry.name: entry for entry in found}


def check_format(name: str) -> None:
    """Refuse an unknown format.

    Raises:
        UsageError: there is no such format.

    """
    known = formats()
    if name not in known:
        hint = did_you_mean(name, known, f"Known formats: {', '.join(known)}.")
        raise UsageError(f"there is no format {name[:60]!r}", hint)


def load_format(name: str) -> type[Format]:
    """Import one format's class.

    Raises:
        UsageError: there is no such format, or it cannot be imported.

    """
    known = formats()
    check_format(name)
    try:
        loaded: type[Format] = known[name].load()
    except Exception as error:
        where = known[name].value
        raise UsageError(
            f"the format {name!r} cannot be imported from {where}: {error}",
            "Reinstall or remove the package that brings it.",
        ) from error
    return loaded


def format_of_file(path: str) -> str:
    """The name of the format that a file's suffix asks for.

    Raises:
        UsageError: no format has this suffix.

    """
    suffix = PurePath(path).suffix.lower()
    known = formats()
    name = _BUILT_IN_SUFFIXES.get(suffix, suffix.removeprefix("."))
    if name in known:
        return name
    for name in known:
        if name not in _BUILT_IN_SUFFIXES.values() and load_format(name).suffix == suffix:
            return name
    suffixes = [end for end, name in _BUILT_IN_SUFFIXES.items() if name in known]
    raise UsageError(
        f"no format goes with the file name {PurePath(path).name!r}",
        f"End it in one of {' '.join(suffixes)}",
    )
