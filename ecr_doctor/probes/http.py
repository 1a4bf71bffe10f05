"""One HTTPS request: bounded in time and size, no redirect followed, nothing repeated in vain."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .connections import Peer, connections
from .reach import HTTPS, ReachProbe
from .tls import TlsProbe, open_http
from .trust import TrustProbe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .base import Scene
    from .side import Side

ANSWER_SECONDS = 4.0
SMALL = 64 << 10
"""Bytes of an error page or a short answer that are read."""
_CHUNK = 64 << 10
_NOT_HTTP_STATUS = 999
_STALL_SECONDS = 2.0


class HttpProblem(StrEnum):
    """Why there is no answer, or only a part of one."""

    NONE = ""
    NOT_CONNECTED = "not-connected"
    """Name, connection or TLS failed: `ReachProbe` and `TlsProbe` of the host say how."""
    SILENT = "silent"
    """The request was taken and not answered in time."""
    STALLED = "stalled"
    """The answer began, and then nothing came for seconds."""
    SLOW = "slow"
    """The answer is still coming when the time is up."""
    ENDED = "ended"
    """The connection was closed or reset before the answer's end."""
    NOT_HTTP = "not-http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A GET. Path and headers may hold secrets: they are not part of `repr`."""

    host: str
    side: Side
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    port: int = HTTPS
    most: int = SMALL
    """Bytes of the body that are read."""
    seconds: float = ANSWER_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came back, as it came: hostile, and not cleaned of secrets."""

    status: int = 0
    problem: HttpProblem = HttpProblem.NONE
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Names in lower case."""
    body: bytes = field(default=b"", repr=False)
    whole: bool = False
    """Whether the body ended before `Request.most` was reached."""


def split_https(url: str) -> tuple[str, int, str] | None:
    """Host, port and path with query of an https URL; None for any other."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS
    except ValueError:
        return None
    if parts.scheme != "https" or not host or any(c <= " " for c in url):
        return None
    query = f"?{parts.query}" if parts.query else ""
    return host, port, (parts.path or "/") + query


def exchange(scene: Scene, request: Request) -> RawAnswer:
    """Send the request over a kept connection, or a new one; every failure is an answer."""
    peer = Peer(request.host, request.port, request.side)
    kept = connections(scene).take_http(peer)
    if kept is not None:
        answer = _talk(scene, peer, kept, request)
        if answer.problem is not HttpProblem.ENDED or answer.status:
            return answer
        # An idle connection may have been closed by the other side: that says nothing.
    line = _open(scene, peer)
    if line is None:
        return RawAnswer(problem=HttpProblem.NOT_CONNECTED)
    return _talk(scene, peer, line, request)


def _open(scene: Scene, peer: Peer) -> http.client.HTTPConnection | None:
    tls = scene.observe(TlsProbe(peer.host, peer.port, peer.side))
    if not tls.verified:
        return None
    if (fresh := connections(scene).take_http(peer)) is not None:
        return fresh
    reach = scene.observe(ReachProbe(peer.host, peer.port, peer.side))
    return open_http(scene, reach, scene.observe(TrustProbe(peer.side)))


def _talk(
    scene: Scene, peer: Peer, line: http.client.HTTPConnection, request: Request
) -> RawAnswer:
    deadline = time.monotonic() + request.seconds
    headers = {"User-Agent": "ecr-doctor", "Accept-Encoding": "identity", **request.headers}
    try:
        _limit(line, deadline)
        line.request("GET", request.path, headers=headers)
        response = line.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as error:
        line.close()
        return RawAnswer(problem=_problem(error, begun=False), detail=_words(error))
    answer = _read(line, response, request.most, deadline)
    if answer.whole and not response.will_close:
        connections(scene).keep_http(peer, line)
    else:
        line.close()
    return answer


def _read(
    line: http.client.HTTPConnection,
    response: http.client.HTTPResponse,
    most: int,
    deadline: float,
) -> RawAnswer:
    body, expected = bytearray(), response.length
    problem, detail, progress = HttpProblem.NONE, "", time.monotonic()
    try:
        while len(body) < most:
            _limit(line, deadline)
            # read1 gives what has come; read would wait for the whole chunk, however long
            part = response.read1(min(_CHUNK, most - len(body)))
            if not part:
                break
            body, progress = body + part, time.monotonic()
    except (OSError, http.client.HTTPException, ValueError) as error:
        problem, detail = _problem(error, begun=True), _words(error)
        if problem is HttpProblem.STALLED and time.monotonic() - progress < _STALL_SECONDS:
            problem = HttpProblem.SLOW
    missing = min(expected or 0, most) - len(body)
    if not problem and missing > 0:
        problem, detail = HttpProblem.ENDED, f"{missing} bytes did not come"
    whole = not problem and (response.isclosed() or len(body) == expected)
    if whole:
        response.close()
    return RawAnswer(
        status=min(response.status, _NOT_HTTP_STATUS),
        problem=problem,
        detail=detail,
        headers={name.lower(): value for name, value in response.getheaders()},
        body=bytes(body),
        whole=whole,
    )


def _limit(line: http.client.HTTPConnection, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time left")
    if line.sock is not None:
        line.sock.settimeout(left)


def _problem(error: Exception, *, begun: bool) -> HttpProblem:
    if isinstance(error, TimeoutError):
        return HttpProblem.STALLED if begun else HttpProblem.SILENT
    ended = (OSError, http.client.IncompleteRead, http.client.NotConnected)
    return HttpProblem.ENDED if isinstance(error, ended) else HttpProblem.NOT_HTTP


def _words(error: Exception) -> str:
    """The error without what it quotes: http.client puts the other side's bytes into its texts."""
    return getattr(error, "strerror", None) or type(error).__name__
