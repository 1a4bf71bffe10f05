"""Which program a helper's name leads to, and what a real run of it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from .base import Scene


class ProgramState(StrEnum):
    """Whether a helper's program can be started."""

    RUNNABLE = "runnable"
    MISSING = "missing"
    NOT_EXECUTABLE = "not-executable"
    DIRECTORY = "directory"
    EMPTY = "empty"
    BAD_INTERPRETER = "bad-interpreter"
    """A script whose `#!` names a program that is not there."""
    NO_INTERPRETER = "no-interpreter"
    """A text without `#!`: a shell runs it, docker cannot."""
    WRONG_CPU = "wrong-cpu"
    BAD_LOADER = "bad-loader"
    """A program whose dynamic loader is not on this machine (a glibc program on Alpine)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperProgram:
    """The program behind a helper's name, searched as docker searches it."""

    name: str
    """As in the configuration: `ecr-login`."""
    program: str
    """`docker-credential-ecr-login`."""
    path: str = ""
    """Empty when it is on no folder of PATH."""
    state: ProgramState = ProgramState.MISSING
    detail: str = ""
    """The interpreter that is missing, the CPU it was built for."""
    elsewhere: tuple[str, ...] = ()
    """Files of this name in usual folders that PATH does not list."""
    similar: tuple[str, ...] = ()
    """Suffixes of helpers that are on PATH, nearest first."""
    search_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HelperProbe(Probe[HelperProgram]):
    """Finds a helper's program; it is not run."""

    name: str

    def look(self, scene: Scene) -> HelperProgram:
        """Search PATH as Go's exec.LookPath does."""
        raise NotImplementedError
