"""The local machine, as a client's search for a credential sees it."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.clients.machine import FileRead, FileState

from .executable import ProgramState, examine
from .lookup import find_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecr_doctor.clients.kubelet_provider import ProviderCall
    from ecr_doctor.clients.machine import HelperReply

MOST_BYTES = 16 << 20
MOST_NAMES = 1000
_NOT_A_FILE = frozenset({errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO})


def _never(_helper: str, _server: str) -> HelperReply | None:
    return None


def _never_list(_helper: str) -> HelperReply | None:
    return None


def _never_provider(_call: ProviderCall) -> HelperReply | None:
    return None


@dataclass(frozen=True, slots=True)
class LocalMachine:
    """Files and programs of this machine; helpers are run by whoever is handed in."""

    env: Mapping[str, str]
    ask: Callable[[str, str], HelperReply | None] = _never
    list_keys: Callable[[str], HelperReply | None] = _never_list
    ask_provider: Callable[[ProviderCall], HelperReply | None] = _never_provider
    relative_path: bool = False
    """Whether programs are found in relative folders of PATH: Python does, Go refuses."""

    @property
    def uid(self) -> int:
        """The effective user."""
        return os.geteuid()

    @property
    def passwd_home(self) -> str:
        """The user's home in the password database; empty for a user without an entry."""
        try:
            return pwd.getpwuid(os.geteuid()).pw_dir
        except KeyError:
            return ""

    @property
    def cwd(self) -> str:
        """The current folder; `/` where it was removed."""
        try:
            return str(Path.cwd())
        except OSError:
            return "/"

    def read(self, path: str) -> FileRead:
        """Read a file; what is no regular file is not opened."""
        return read_file(path)

    def is_directory(self, path: str) -> bool:
        """Whether a folder is there."""
        return os.path.isdir(path)  # noqa: PTH112  Path.is_dir raises in a closed folder

    def names(self, folder: str) -> tuple[str, ...]:
        """What lies in a folder, up to a bound; nothing where it cannot be read."""
        try:
            with os.scandir(folder) as entries:
                return tuple(entry.name for entry in islice(entries, MOST_NAMES))
        except (OSError, ValueError):
            return ()

    def has_program(self, name: str) -> bool:
        """Whether the client finds a program on PATH."""
        return bool(find_program(name, self.env, relative=self.relative_path))

    def can_start(self, name: str) -> bool:
        """Whether it is found and the system can execute it."""
        path = find_program(name, self.env, relative=self.relative_path)
        return bool(path) and examine(path, self.env)[0] is ProgramState.RUNNABLE


def read_file(path: str) -> FileRead:
    """Read a file, with its fate in docker's and the system's words."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  a text path, relative parts included
        if stat.S_ISDIR(mode):
            problem = f"read {path}: is a directory"
            return FileRead(path=path, state=FileState.DIRECTORY, problem=problem)
        if not stat.S_ISREG(mode):
            problem = f"{path} is not a regular file"
            return FileRead(path=path, state=FileState.DIRECTORY, problem=problem)
        with open(path, "rb") as file:  # noqa: PTH123  a text path, relative parts included
            data = file.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        return _failed(path, error)
    state = FileState.OK if data.strip() else FileState.EMPTY
    return FileRead(path=path, state=state, data=data)


def _failed(path: str, error: OSError | ValueError) -> FileRead:
    number = error.errno if isinstance(error, OSError) else None
    words = (error.strerror or "") if isinstance(error, OSError) else str(error)
    problem = f"open {path}: {words.lower()}"
    if number == errno.ENOENT:
        state = FileState.DANGLING if os.path.islink(path) else FileState.MISSING  # noqa: PTH114
    elif number in _NOT_A_FILE:
        state = FileState.DIRECTORY
    else:
        state = FileState.UNREADABLE
    return FileRead(path=path, state=state, problem=problem)
