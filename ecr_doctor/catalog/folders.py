"""Where catalogs lie: beside the checks of every package that brings some.

The packages are those of the entry points `ecr_doctor.checks`, as for the checks themselves, but
nothing of them is imported, and not even `importlib.metadata`, which alone costs more than all the
rest of `explain`.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

GROUP: Final = "ecr_doctor.checks"
_BUILTIN: Final = "builtin"
_FOLDER: Final = "catalog"


def catalog_folders() -> tuple[Traversable, ...]:
    """The catalog folders of all installed packages with checks, the built-in one first."""
    entries = dict.fromkeys(_from_folders())
    if not entries or any(map(os.path.isfile, sys.path)):  # a zip file: pyz
        entries |= dict.fromkeys(_from_metadata())
    modules = [module for _, module in sorted(entries, key=lambda e: (e[0] != _BUILTIN, e))]
    return tuple(folder for module in dict.fromkeys(modules) for folder in _folders_of(module))


def _from_folders() -> list[tuple[str, str]]:
    """Name and module of the entry points, read from the `dist-info` folders on the path."""
    found: list[tuple[str, str]] = []
    for place in dict.fromkeys(sys.path):
        for text in _entry_points(place or "."):
            if GROUP in text:
                found += _entries(text)
    return found


def _entry_points(place: str) -> Iterator[str]:
    """The entry points of every distribution in a folder; `os` is three times as fast here."""
    try:
        listed = os.listdir(place)  # noqa: PTH208
    except OSError:
        return
    for name in sorted(name for name in listed if name.endswith(".dist-info")):
        try:
            with open(f"{place}/{name}/entry_points.txt", encoding="utf-8") as file:  # noqa: PTH123
                yield file.read()
        except (OSError, UnicodeDecodeError):
            continue  # most distributions have none


def _entries(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        words = line.strip()
        if words.startswith("["):
            section = words.strip("[] ")
        elif section == GROUP and "=" in words:
            name, _, value = words.partition("=")
            yield name.strip(), value.partition(":")[0].partition("[")[0].strip()


def _from_metadata() -> list[tuple[str, str]]:
    """The same by the standard way, for zip files and other unusual installations."""
    from importlib.metadata import entry_points  # noqa: PLC0415

    return [(entry.name, entry.module) for entry in entry_points(group=GROUP)]


def _folders_of(module: str) -> Iterator[Traversable]:
    """The catalog folders of a package, which is found and not imported."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / _FOLDER
        if folder.is_dir():
            yield folder
            return
    if spec is not None and spec.origin and not Path(spec.origin).exists():
        yield from _inside_an_archive(module)


def _inside_an_archive(module: str) -> Iterator[Traversable]:
    from importlib.resources import files  # noqa: PLC0415

    folder = files(module) / _FOLDER
    if folder.is_dir():
        yield folder
