"""Which docker command line client this user runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from .base import Scene


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
        parts = self.version.split("-")[0].split("+")[0].split(".")
        return tuple(int(part) for part in parts if part.isdigit())


@dataclass(frozen=True, slots=True)
class DockerCliProbe(Probe[DockerCli]):
    """Finds the docker client and asks its version."""

    def look(self, scene: Scene) -> DockerCli:
        """Search PATH, then run `docker --version`."""
        raise NotImplementedError
