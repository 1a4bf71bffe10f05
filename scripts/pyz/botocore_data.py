"""Lets botocore read its data out of the zip file: it looks for them with `os` and `open` alone."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from typing import IO, Any, cast


class _Archive:
    """The files below a path that leads into a zip file."""

    def __init__(self, path: str) -> None:
        self._prefix = path + os.sep
        self._zip = zipfile.ZipFile(path)
        self._files = set(self._zip.namelist())
        self._folders: dict[str, set[str]] = {}
        for name in self._files:
            parts = name.split("/")
            for depth in range(1, len(parts)):
                self._folders.setdefault("/".join(parts[:depth]), set()).add(parts[depth])

    def name(self, path: str) -> str | None:
        """The name in the archive; None for a path elsewhere."""
        inside = str(path).startswith(self._prefix)
        return str(path)[len(self._prefix) :].replace(os.sep, "/") if inside else None

    def isfile(self, path: str) -> bool:
        name = self.name(path)
        return os.path.isfile(path) if name is None else name in self._files

    def isdir(self, path: str) -> bool:
        name = self.name(path)
        return os.path.isdir(path) if name is None else name in self._folders

    def exists(self, path: str) -> bool:
        return self.isfile(path) or self.isdir(path)

    def listdir(self, path: str) -> list[str]:
        name = self.name(path)
        return os.listdir(path) if name is None else sorted(self._folders[name])

    def open(self, path: str, mode: str = "rb") -> IO[Any]:
        name = self.name(path)
        return open(path, mode) if name is None else io.BytesIO(self._zip.read(name))

    def open_gzip(self, path: str, mode: str = "rb") -> IO[Any]:
        return cast("IO[Any]", gzip.open(self.open(path, "rb"), mode))


class _Instead:
    """A module in which some names are others."""

    def __init__(self, module: Any, **names: Any) -> None:
        self._module = module
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def install(loaders: Any) -> None:
    """Let `botocore.loaders` look into the zip file that it was imported from."""
    archive = _Archive(loaders.__loader__.archive)
    path = _Instead(os.path, isfile=archive.isfile, isdir=archive.isdir, exists=archive.exists)
    loaders.os = _Instead(os, path=path, listdir=archive.listdir)
    loaders._JSON_OPEN_METHODS = {".json": archive.open, ".json.gz": archive.open_gzip}
