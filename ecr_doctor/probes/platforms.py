"""Which platform is wanted, and which entry of an index serves it, by containerd's rules.

containerd/platforms (`Only`, compare.go) is what docker uses: arm64 also takes 32-bit ARM images,
amd64 also 386; the nearest comes first.
"""

from __future__ import annotations

import platform as machine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.model.settings import CONTAINERS_IMAGE

from .docker_engine import pulling_engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .base import Scene

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
_VARIABLE = "DOCKER_DEFAULT_PLATFORM"
_LONGEST = 100
GUESSED = "this machine"
"""The source of a platform that nobody has named."""
_UNNAMED = 99
"""An entry without a platform is taken when no other serves (moby, distribution/pull_v2.go)."""
_DEFAULT_VARIANTS = {"arm64": "v8", "arm": "v7"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """`os/architecture[/variant]`, as OCI names them."""

    os: str
    architecture: str
    variant: str = ""
    os_version: str = ""
    """Of Windows images: `10.0.20348.1234`."""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


@dataclass(frozen=True, slots=True)
class WantedPlatform:
    """The platform that the pull asks for, and who says so."""

    platform: Platform
    source: str


def read_platform(text: str) -> Platform:
    """Read `os/architecture[/variant]`; a lone word is an architecture, as docker takes it."""
    parts = text.lower().split("/")
    if len(parts) == 1:
        parts = ["linux", *parts]
    architecture = _ARCHITECTURES.get(parts[1], parts[1])
    variant = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004
    return Platform(os=parts[0], architecture=architecture, variant=variant)


def asked_platform(scene: Scene) -> tuple[str, str]:
    """The platform that is asked for, and what asks for it; empty where nothing does.

    The variable is the docker client's (docker/cli, cli/command/image/pull.go).
    """
    asked = scene.target.platform or scene.settings.platform
    if asked or scene.settings.client != "docker":
        return asked, "--platform"
    return scene.env.get(_VARIABLE, "")[:_LONGEST], _VARIABLE


def wanted_platform(scene: Scene) -> WantedPlatform:
    """The one that is asked for, else the engine's, else this machine's."""
    asked, source = asked_platform(scene)
    if asked:
        return WantedPlatform(read_platform(asked), source)
    engine = pulling_engine(scene)
    if engine is not None and engine.os and engine.architecture:
        found = Platform(os=engine.os, architecture=engine.architecture)
        return WantedPlatform(found, "docker engine")
    name = machine.machine().lower()
    own = Platform(os="linux", architecture=_ARCHITECTURES.get(name, name))
    client = scene.settings.client
    if client in CONTAINERS_IMAGE:  # the machine's, whatever a daemon has (SystemContext)
        return WantedPlatform(own, f"{client} on this machine")
    return WantedPlatform(own, GUESSED)


def rank(wanted: Platform, offered: Platform) -> int | None:
    """How well an offer serves, 0 being best; None when it does not."""
    if not offered.os:
        return _UNNAMED
    if wanted.os != offered.os:
        return None
    acceptable = list(_acceptable(wanted))
    offer = (
        offered.architecture,
        offered.variant or _DEFAULT_VARIANTS.get(offered.architecture, ""),
    )
    return acceptable.index(offer) if offer in acceptable else None


def _acceptable(wanted: Platform) -> Iterable[tuple[str, str]]:
    variant = wanted.variant or _DEFAULT_VARIANTS.get(wanted.architecture, "")
    yield wanted.architecture, variant
    if wanted.architecture == "amd64":
        yield "amd64", ""
        yield "386", ""
    if wanted.architecture == "arm64":
        yield "arm64", "v8"
    if wanted.architecture in {"arm", "arm64"} and (variant or "v8")[1:].isdigit():
        for number in range(int((variant or "v8")[1:]), 4, -1):
            yield "arm", f"v{number}"
