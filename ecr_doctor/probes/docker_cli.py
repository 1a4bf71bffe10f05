"""Which docker command line client this user runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .base import Probe
from .lookup import find_program
from .process import run

if TYPE_CHECKING:
    from .base import Scene

_VERSION = re.compile(r"\b(\d+\.\d+(?:\.\d+)?)")
_LIMIT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerCli:
    """The `docker` on PATH."""

    path: str = ""
    """Empty when there is none."""
    version: str = ""
    """`28.2.2`; empty when it could not be asked."""
    snap: bool = False
    """Whether it is the snap package, which sees another home and no helpers outside."""
    emulates: str = ""
    """`podman` when the command is podman's imitation of docker."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, to be compared; empty when unknown."""
        return tuple(int(part) for part in self.version.split(".") if part.isdigit())


@dataclass(frozen=True, slots=True)
class DockerCliProbe(Probe[DockerCli]):
    """Finds the docker client and asks its version."""

    def look(self, scene: Scene) -> DockerCli:
        """Search PATH, then run `docker --version`, which neither reads files nor asks a daemon."""
        path = find_program("docker", scene.env)
        if not path:
            return DockerCli()
        finished = run(path, ["docker", "--version"], env=scene.env, limit=_LIMIT)
        text = (finished.stdout + finished.stderr).decode("utf-8", errors="replace")
        found = _VERSION.search(text)
        return DockerCli(
            path=path,
            version=found.group(1) if found else "",
            snap=_is_snap(path),
            emulates="podman" if "podman" in text.lower() else "",
        )


def _is_snap(path: str) -> bool:
    """Whether the command is a snap's: its link leads to /usr/bin/snap or below /snap."""
    try:
        real = str(Path(path).resolve())
    except (OSError, RuntimeError):
        real = path
    return path.startswith("/snap/") or real.startswith("/snap/") or real.endswith("/bin/snap")
