"""The registry mirrors of the docker engine: does each answer where it is said to be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .base import Probe, ProbeError
from .docker_engine import EngineProbe
from .reach import ReachProbe, ReachState
from .side import Side

if TYPE_CHECKING:
    from .base import Scene

_MOST = 5
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """One mirror."""

    url: str
    host: str = ""
    """Empty when the URL cannot be read."""
    state: ReachState | None = None
    """How far one gets; None when it could not be tried."""

    @property
    def dead(self) -> bool:
        """Whether it is certain that nothing answers there."""
        return self.state in {ReachState.REFUSED, ReachState.NO_NAME, ReachState.TIMEOUT,
                              ReachState.UNREACHABLE}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MirrorsProbe(Probe[tuple[Mirror, ...]]):
    """Connects to each mirror of the engine, at the same time."""

    def look(self, scene: Scene) -> tuple[Mirror, ...]:
        """Ask the engine for its mirrors and knock at each, on the engine's own way."""
        urls = scene.observe(EngineProbe()).mirrors[:_MOST]
        if not urls:
            return ()
        with ThreadPoolExecutor(len(urls)) as pool:
            return tuple(pool.map(lambda url: _knock(scene, url), urls))


def _knock(scene: Scene, url: str) -> Mirror:
    shown = scene.redactor.clean(url)
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return Mirror(url=shown)
    if not parts.hostname or not port:
        return Mirror(url=shown)
    try:
        reach = scene.observe(ReachProbe(parts.hostname, port, Side.ENGINE))
    except ProbeError:
        return Mirror(url=shown, host=parts.hostname)
    return Mirror(url=shown, host=parts.hostname, state=reach.state)
