"""Which versions of its API a docker engine speaks, and which one the user asks for."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base import Probe, ProbeError
from .docker_endpoint import DockerEndpointProbe
from .docker_engine import ANSWER_SECONDS, open_client
from .docker_http import ask_engine

if TYPE_CHECKING:
    from .base import Scene

VARIABLE = "DOCKER_API_VERSION"
"""docker asks for this version instead of agreeing on one: docker/cli, environment variables."""

Version = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerApi:
    """Versions as numbers; empty where unknown, or not asked for."""

    asked: tuple[int, ...] = ()
    newest: tuple[int, ...] = ()
    oldest: tuple[int, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the engine speaks what is asked for, as far as is known."""
        too_new = bool(self.newest) and self.asked > self.newest
        return not self.asked or not (too_new or self.asked < self.oldest)


@dataclass(frozen=True, slots=True)
class DockerApiProbe(Probe[DockerApi]):
    """Asks the engine only where the variable is set."""

    def look(self, scene: Scene) -> DockerApi:
        """Ask for `GET /version`.

        Raises:
            ProbeError: the engine does not say.

        """
        asked = read_version(scene.env.get(VARIABLE, ""))
        if not asked:
            return DockerApi()
        endpoint = scene.observe(DockerEndpointProbe())
        try:
            if endpoint.tls_path:
                with open_client(endpoint, ANSWER_SECONDS) as client:
                    found = client.version(api_version=False)
            else:
                found = ask_engine(endpoint.url, "/version", ANSWER_SECONDS)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise ProbeError(f"the engine does not say its version: {error}") from None
        return DockerApi(
            asked=asked,
            newest=read_version(found.get("ApiVersion")),
            oldest=read_version(found.get("MinAPIVersion")),
        )


def read_version(value: object) -> Version:
    """`1.41` as numbers; empty for anything else."""
    parts = value.strip().split(".") if isinstance(value, str) else []
    return (
        tuple(map(int, parts))
        if parts and all(p.isdecimal() and p.isascii() for p in parts)
        else ()
    )


def show_version(version: Version) -> str:
    """The numbers as text."""
    return ".".join(map(str, version))
