"""Which kind of docker engine it is: that decides how it is restarted, and what it reads."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .docker_engine import Engine


class EngineKind(StrEnum):
    """How an engine is run; the names are those of `catalog.engines`."""

    ORDINARY = ""
    """A service of the system; also where it is not known."""
    ROOTLESS = "rootless"
    """A service of this user (docs.docker.com/engine/security/rootless)."""
    SNAP = "snap"
    DESKTOP = "desktop"
    COLIMA = "colima"
    PODMAN = "podman"
    """Podman's imitation of the API (`podman system service`)."""


def engine_kind(engine: Engine) -> EngineKind:
    """The kind, by what the engine says of itself and by its socket's place.

    Podman calls itself rootless in docker's words too. The socket of Colima is in ~/.colima, or in
    colima of the XDG folders (abiosoft/colima, docs/FAQ.md).
    """
    address = urlsplit(engine.endpoint.url)
    if engine.podman:
        return EngineKind.PODMAN
    if engine.operating_system.startswith("Docker Desktop"):
        return EngineKind.DESKTOP
    if address.scheme != "unix":  # run by another machine, or in a container
        return EngineKind.ORDINARY
    if not {".colima", "colima"}.isdisjoint(address.path.split("/")):
        return EngineKind.COLIMA
    if engine.data_root.startswith("/var/snap/"):
        return EngineKind.SNAP
    return EngineKind.ROOTLESS if engine.rootless else EngineKind.ORDINARY
