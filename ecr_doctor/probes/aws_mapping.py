"""The AWS identity that ecr-doctor.toml sets for the registry, where docker asks our helper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.auth.mapping_file import MappingError, mapped_identity

from .base import ProbeError
from .docker_config import DockerConfigProbe

if TYPE_CHECKING:
    from ecr_doctor.auth.mapping import Identity

    from .base import Scene

_HELPER = "ecr-doctor"


def identity_in_force(scene: Scene) -> Identity | None:
    """Whom our helper would ask AWS as; None where the ordinary search for credentials is right.

    `--profile` goes before the table. A table that cannot be used is what the helper itself
    reports: here it counts as none.
    """
    if scene.settings.profile or scene.target.registry is None or not _asks_ours(scene):
        return None
    try:
        return mapped_identity(scene.target.host, scene.env)
    except MappingError:
        return None


def _asks_ours(scene: Scene) -> bool:
    try:
        route = scene.observe(DockerConfigProbe()).route(scene.target.host)
    except ProbeError:
        return False
    return route.asks_helper and route.helper.removeprefix("docker-credential-") == _HELPER
