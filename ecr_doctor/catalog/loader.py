"""Reads the catalog: one TOML file a cause, strictly, or the index that was made from them.

Parsing 170 TOML files costs a quarter of a second and `explain` should answer in a blink, so an
index lies beside them: the same content as JSON, with the symptoms already translated. It is used
only where it fits the files (same names and sizes); a test keeps it equal to them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .collection import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

INDEX: Final = "index.json"
INDEX_FORMAT: Final = 1


class CatalogError(ValueError):
    """An entry of the catalog breaks a rule; the message begins with file and line."""


def load_catalog(folders: Iterable[Traversable | Path]) -> Catalog:
    """Read the causes of several folders.

    Raises:
        CatalogError: a file breaks a rule, or two files have the same id.

    """
    entries: dict[str, dict[str, Any]] = {}
    for folder in folders:
        for entry in load_folder(folder):
            known = entries.setdefault(entry["id"], entry)
            if known is not entry:
                raise CatalogError(f"{folder}: the cause {entry['id']} exists twice")
    return Catalog(entries)


def load_folder(folder: Traversable | Path) -> list[dict[str, Any]]:
    """The entries of one folder, from its index where that fits."""
    index = _index(folder)
    if index is not None:
        return index
    from .strict import read_folder  # noqa: PLC0415  tomllib and the rules: only without an index

    return read_folder(folder)


def _index(folder: Traversable | Path) -> list[dict[str, Any]] | None:
    """The content of the index; None where there is none or it does not fit the files."""
    try:
        content = json.loads((folder / INDEX).read_bytes())
        if content["format"] != INDEX_FORMAT:
            return None
        if isinstance(folder, Path) and content["files"] != sizes(folder):
            return None
        entries: list[dict[str, Any]] = content["causes"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return entries


def sizes(folder: Path) -> dict[str, int]:
    """The TOML files of a folder and their sizes in bytes."""
    with os.scandir(folder) as found:
        return {entry.name: entry.stat().st_size for entry in found if entry.name.endswith(".toml")}
