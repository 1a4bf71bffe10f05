"""Docker Content Trust: whether this docker command wants a signature before it pulls a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ecr_doctor.clients.versions import numbers

from .base import Probe
from .docker_cli import DockerCliProbe

if TYPE_CHECKING:
    from .base import Scene

VARIABLE: Final = "DOCKER_CONTENT_TRUST"
SERVER_VARIABLE: Final = "DOCKER_CONTENT_TRUST_SERVER"
_OFF: Final = frozenset({"", "0", "f", "F", "false", "False", "FALSE"})
"""Go's strconv.ParseBool; docker takes every other text for true (docker/cli, cli/trust)."""
_REMOVED_IN: Final = (29,)
"""docker/cli pull request 6603."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTrust:
    """What the variables and the docker command make of this pull."""

    wanted: bool = False
    """Whether docker asks for a signature of this very image."""
    value: str = ""
    server: str = ""
    """The server of signatures that is named; docker asks the registry where it is empty."""
    version: str = ""
    """The docker command's; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class ContentTrustProbe(Probe[ContentTrust]):
    """Reads the variables as docker's command does; an image's digest needs no signature."""

    def look(self, scene: Scene) -> ContentTrust:
        """Look at the variables, and at docker's version where they matter."""
        value = scene.env.get(VARIABLE, "")
        reference = scene.target.reference
        if value in _OFF or reference is None or reference.digest:
            return ContentTrust(value=value)
        docker = scene.observe(DockerCliProbe())
        obeys = bool(docker.version) and numbers(docker.version) < _REMOVED_IN
        return ContentTrust(
            wanted=obeys and not docker.emulates,
            value=value,
            server=scene.redactor.clean(scene.env.get(SERVER_VARIABLE, "")),
            version=docker.version,
        )
