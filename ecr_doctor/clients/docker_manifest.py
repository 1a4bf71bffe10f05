"""`docker manifest inspect`: the same search as `docker pull`, done twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import docker

if TYPE_CHECKING:
    from .machine import Machine
    from .resolution import Resolution


def resolve(machine: Machine, host: str, *, version: str = "", config_dir: str = "") -> Resolution:
    """Search as `docker manifest inspect` does."""
    found = docker.resolve(machine, host, version=version, config_dir=config_dir)
    return replace(found, client="docker-manifest")
