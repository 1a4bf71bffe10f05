"""Open connections that the probes of one run hand on to each other.

A connection that was made to see whether a host answers is used for TLS, and then for HTTP: at
100 ms of latency each new one would cost the run three round trips.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, finalize

if TYPE_CHECKING:
    import http.client
    import socket

    from ecr_doctor.redact import Redactor

    from .base import Scene
    from .side import Side


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom a connection leads to, and on whose behalf."""

    host: str
    port: int
    side: Side


@dataclass(slots=True)
class Connections:
    """Idle connections of one run: bare ones, and ones that speak HTTP over TLS."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _bare: dict[Peer, list[socket.socket]] = field(default_factory=lambda: defaultdict(list))
    _http: dict[Peer, list[http.client.HTTPConnection]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def keep_bare(self, peer: Peer, sock: socket.socket) -> None:
        """Keep a TCP connection (or tunnel) on which nothing was said yet."""
        with self._lock:
            self._bare[peer].append(sock)

    def take_bare(self, peer: Peer) -> socket.socket | None:
        """Such a connection, if there is one; the caller owns it then."""
        with self._lock:
            return self._bare[peer].pop() if self._bare[peer] else None

    def keep_http(self, peer: Peer, line: http.client.HTTPConnection) -> None:
        """Keep a connection whose last answer was read to its end."""
        with self._lock:
            self._http[peer].append(line)

    def take_http(self, peer: Peer) -> http.client.HTTPConnection | None:
        """Such a connection, if there is one."""
        with self._lock:
            return self._http[peer].pop() if self._http[peer] else None

    def close(self) -> None:
        """End them all."""
        with self._lock:
            for sock in (sock for socks in self._bare.values() for sock in socks):
                sock.close()
            for line in (line for lines in self._http.values() for line in lines):
                line.close()
            self._bare.clear()
            self._http.clear()


_guard = threading.Lock()
_pools: WeakKeyDictionary[Redactor, Connections] = WeakKeyDictionary()
"""By the run's redactor, which lives exactly as long as the run."""


def connections(scene: Scene) -> Connections:
    """The connections of this run."""
    with _guard:
        pool = _pools.get(scene.redactor)
        if pool is None:
            pool = _pools[scene.redactor] = Connections()
            finalize(scene.redactor, pool.close)
        return pool
