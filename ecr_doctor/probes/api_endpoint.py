"""Where the credential helper asks for a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.auth.endpoints import ecr_api_host

from .base import Probe, ProbeError
from .http import split_https

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.model import Target

    from .base import Scene

_VARIABLES = ("AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL")


@dataclass(frozen=True, slots=True)
class ApiEndpoint:
    """Host and port of ECR's API for the image's registry."""

    host: str
    port: int = 443
    source: str = ""
    """The variable that names it; empty for AWS's own name."""


@dataclass(frozen=True, slots=True)
class ApiEndpointProbe(Probe[ApiEndpoint]):
    """Works the name out; nothing is asked."""

    def look(self, scene: Scene) -> ApiEndpoint:
        """A variable's endpoint, else AWS's.

        Raises:
            ProbeError: the image is not in Amazon ECR.

        """
        return api_endpoint(scene.target, scene.env)


def api_endpoint(target: Target, env: Mapping[str, str]) -> ApiEndpoint:
    """See `ApiEndpointProbe.look`."""
    if target.registry is None:
        raise ProbeError("the image is not in an Amazon ECR registry")
    ignored = env.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true"
    name = next((n for n in _VARIABLES if env.get(n)), "")
    if not name or ignored:
        return ApiEndpoint(ecr_api_host(target.registry))
    place = split_https(env[name])
    if place is None:
        # A leftover of a local emulator: older helpers do not obey it, and ask AWS.
        return ApiEndpoint(ecr_api_host(target.registry))
    return ApiEndpoint(place[0], place[1], name)
