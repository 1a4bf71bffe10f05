"""Whether this pull depends on AWS credentials, as far as docker's configuration tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base import Probe, ProbeError
from .docker_config import DockerConfigProbe, SourceKind

if TYPE_CHECKING:
    from .base import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsNeed:
    """Docker needs AWS for a pull only when a helper is to fetch the token at that moment."""

    needed: bool
    why: str
    helper: str = ""
    """The helper that docker asks; empty for none."""
    unused: bool = False
    """Nobody fetches a token for this registry, not even before the next pull: a pull from ECR
    Public without a login."""


@dataclass(frozen=True, slots=True)
class AwsNeedProbe(Probe[AwsNeed]):
    """Reads docker's configuration; no helper is run."""

    def look(self, scene: Scene) -> AwsNeed:
        """Follow docker's way to the credential of this registry."""
        registry = scene.target.registry
        public = registry is not None and registry.is_public
        try:
            route = scene.observe(DockerConfigProbe()).route(scene.target.host)
        except ProbeError as error:
            return AwsNeed(needed=False, why=f"docker's configuration is unknown: {error.reason}")
        if public:
            why = "ECR Public serves clients without credentials too"
            return AwsNeed(needed=False, why=why, unused=route.kind is SourceKind.NONE)
        if not route.asks_helper:
            return AwsNeed(needed=False, why="docker asks no credential helper for this registry")
        if route.asks_ecr_helper or "ecr" in route.helper:
            return AwsNeed(
                needed=True, why=f"docker asks the helper {route.helper}", helper=route.helper
            )
        why = f"docker asks {route.helper}, which keeps logins and does not ask AWS"
        return AwsNeed(needed=False, why=why, helper=route.helper)
