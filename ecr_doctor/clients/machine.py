"""What a client's search for a credential can see of a machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from ecr_doctor.redact import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .kubelet_provider import ProviderCall

NO_SECRET: Final = Secret("")


class FileState(StrEnum):
    """What lies at a path."""

    OK = "ok"
    MISSING = "missing"
    EMPTY = "empty"
    """No bytes, or white space alone."""
    DIRECTORY = "directory"
    DANGLING = "dangling"
    """A symbolic link to nothing."""
    UNREADABLE = "unreadable"
    """It is there, and this user may not read it, or not enter its folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """An attempt to read a file."""

    path: str
    state: FileState
    data: bytes = b""
    problem: str = ""
    """The system's own words when it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperReply:
    """What a credential helper did when it was asked; each client reads it in its own way."""

    started: bool = True
    """False when the program is missing or the system could not execute it."""
    problem: str = ""
    """Why it did not start."""
    exit_code: int | None = 0
    """None when it was killed by a signal or did not end in time."""
    timed_out: bool = False
    stdout: Secret = NO_SECRET
    stderr: str = ""


class Machine(Protocol):
    """The user's view of a machine: environment, files, programs."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment variables of the client."""

    @property
    def uid(self) -> int:
        """The numeric id of the client's user."""

    @property
    def passwd_home(self) -> str:
        """The user's home according to the password database; empty when unknown."""

    @property
    def cwd(self) -> str:
        """The folder that relative paths start from."""

    def read(self, path: str) -> FileRead:
        """Read a file."""

    def is_directory(self, path: str) -> bool:
        """Whether a folder is there."""

    def names(self, folder: str) -> tuple[str, ...]:
        """What lies in a folder; nothing where there is none."""

    def has_program(self, name: str) -> bool:
        """Whether Go's exec.LookPath finds a program on PATH."""

    def can_start(self, name: str) -> bool:
        """Whether a program is found on PATH and the system can execute it."""

    def ask(self, helper: str, server: str) -> HelperReply | None:
        """Run `docker-credential-HELPER get`, `server` on stdin; None when it may not be run."""

    def list_keys(self, helper: str) -> HelperReply | None:
        """Run `docker-credential-HELPER list`; None when it may not be run."""

    def ask_provider(self, call: ProviderCall) -> HelperReply | None:
        """Run a credential provider of kubelet; None when it may not be run."""
