"""Which program a credential helper's name leads to, and whether it can be started."""

from __future__ import annotations

import difflib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.clients.helper_answer import PROGRAM_PREFIX

from .base import Probe
from .executable import ProgramState, examine
from .lookup import find_program, search_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .base import Scene

_USUAL = (
    "/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/snap/bin",
    "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin", "/usr/libexec", "/usr/local/go/bin",
)  # fmt: skip
_USUAL_AT_HOME = ("bin", ".local/bin", "go/bin", ".docker/bin", ".cargo/bin", ".rd/bin")
_MOST_FOLDERS = 200
_MOST_SIMILAR = 5
_NEAR = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperProgram:
    """The program behind a helper's name, searched as docker searches it."""

    name: str
    """As in the configuration: `ecr-login`."""
    program: str
    """`docker-credential-ecr-login`."""
    path: str = ""
    """Empty when it is in no folder of PATH."""
    state: ProgramState = ProgramState.MISSING
    detail: str = ""
    """The interpreter that is missing, the CPU it was built for."""
    elsewhere: tuple[str, ...] = ()
    """Files of this name in usual folders that PATH does not list."""
    similar: tuple[str, ...] = ()
    """Suffixes of the helpers on PATH whose names are near, nearest first."""
    search_path: tuple[str, ...] = ()

    @property
    def runnable(self) -> bool:
        """Whether docker can start it."""
        return self.state is ProgramState.RUNNABLE


@dataclass(frozen=True, slots=True)
class HelperProbe(Probe[HelperProgram]):
    """Finds a helper's program; it is not run."""

    name: str

    def look(self, scene: Scene) -> HelperProgram:
        """Search PATH as Go's exec.LookPath does, then look into the file."""
        program = PROGRAM_PREFIX + self.name
        path = find_program(program, scene.env)
        if path:
            state, detail = examine(path, scene.env)
        else:
            path, state, detail = _not_startable(program, scene.env)
        elsewhere = () if path else _elsewhere(program, scene.env)
        runnable = state is ProgramState.RUNNABLE
        return HelperProgram(
            name=self.name,
            program=program,
            path=path,
            state=state,
            detail=detail,
            elsewhere=elsewhere,
            similar=() if runnable else _similar(self.name, scene.env),
            search_path=search_path(scene.env),
        )


def _not_startable(program: str, env: Mapping[str, str]) -> tuple[str, ProgramState, str]:
    """A file of the right name on PATH that cannot be executed, or nothing."""
    for folder in search_path(env):
        path = os.path.join(folder, program)  # noqa: PTH118  PATH's own spelling is kept
        state, detail = _fault(path)
        if state is not ProgramState.MISSING:
            return path, state, detail
    return "", ProgramState.MISSING, ""


def _fault(path: str) -> tuple[ProgramState, str]:
    """Why what lies there cannot be executed; in a closed folder nothing is seen, as by docker."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  a text path, as PATH has it
    except (OSError, ValueError):
        if os.path.islink(path):  # noqa: PTH114
            return ProgramState.DANGLING, os.readlink(path)  # noqa: PTH115
        return ProgramState.MISSING, ""
    if stat.S_ISDIR(mode):
        return ProgramState.DIRECTORY, ""
    return ProgramState.NOT_EXECUTABLE, f"mode {stat.S_IMODE(mode):o}"


def _elsewhere(program: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Files of this name outside PATH, each folder once: /bin often is a link to /usr/bin."""
    folders = {os.path.realpath(folder): folder for folder in reversed(_usual_folders(env))}
    listed = {os.path.realpath(folder) for folder in search_path(env)}
    found = (Path(folder, program) for real, folder in folders.items() if real not in listed)
    return tuple(str(path) for path in reversed(tuple(found)) if _is_file(path))


def _usual_folders(env: Mapping[str, str]) -> list[str]:
    """Where helpers get installed: by the user first, for these a PATH lacks most often."""
    home = env.get("HOME", "")
    own = _USUAL_AT_HOME if home.startswith("/") else ()
    return [*(f"{home.rstrip('/')}/{folder}" for folder in own), *_USUAL, *_below_opt()]


def _below_opt() -> Iterable[str]:
    with suppress(OSError):
        for folder in sorted(Path("/opt").iterdir())[:_MOST_FOLDERS]:
            yield str(folder)
            yield str(folder / "bin")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _similar(name: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Helpers on PATH that may have been meant."""
    names: set[str] = set()
    for folder in search_path(env):
        try:
            entries = os.listdir(folder)  # noqa: PTH208  names alone are wanted
        except OSError:
            continue
        names |= {e.removeprefix(PROGRAM_PREFIX) for e in entries if e.startswith(PROGRAM_PREFIX)}
    bare = name.rpartition("/")[2].removeprefix(PROGRAM_PREFIX).removesuffix(".exe")
    if bare != name and bare in names:
        return (bare,)
    near = difflib.get_close_matches(bare, sorted(names - {name}), _MOST_SIMILAR, _NEAR)
    return tuple(near)
