"""One question to a docker engine without docker-py, whose import takes 0.1 s of every run."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

DOCKER_PORT = 2375
_LARGEST = 4 << 20
"""Bytes; `GET /info` of a large machine gives some 20 KiB."""
_CHUNK = 64 << 10
_LONGEST_MESSAGE = 300


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask_engine(url: str, path: str, seconds: float) -> dict[str, Any]:
    """The JSON object that an engine at `unix://...`, `tcp://...` or `http://...` answers.

    A path without a version (`/info`) is served by every engine, in its newest version
    (moby, api/server/router: each route is there with and without `/v{version}`).

    Args:
        url: where the engine is.
        path: of the API.
        seconds: for the whole answer.

    Raises:
        OSError: no connection, or no whole answer in time.
        http.client.HTTPException: the answer is not HTTP.
        ValueError: the answer is an error, too long, or no JSON object.

    """
    ends = time.monotonic() + seconds
    parts = urlsplit(url)
    line = _connection(parts, seconds)
    try:
        base = "" if parts.scheme == "unix" else parts.path.rstrip("/")
        line.request("GET", base + path, headers={"User-Agent": "ecr-doctor"})
        channel = line.sock  # http.client lets go of it when the answer says `close`
        response = line.getresponse()
        body = _read(response, channel, ends)
    finally:
        line.close()
    if response.status != http.client.OK:
        raise ValueError(f"{response.status} {response.reason}: {_message(body)}")
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")  # noqa: TRY004  like any other bad answer
    return found


def _connection(parts: SplitResult, seconds: float) -> http.client.HTTPConnection:
    if parts.scheme == "unix":
        return _UnixConnection(parts.netloc + parts.path, seconds)
    return http.client.HTTPConnection(
        parts.hostname or "", parts.port or DOCKER_PORT, timeout=seconds
    )


def _read(response: http.client.HTTPResponse, channel: socket.socket, ends: float) -> bytes:
    body = bytearray()
    while len(body) <= _LARGEST:
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer did not end in time")
        channel.settimeout(left)
        part = response.read1(_CHUNK)
        if not part:
            return bytes(body)
        body += part
    raise ValueError("the answer is too long")


def _message(body: bytes) -> str:
    """What the engine says is wrong."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text[:_LONGEST_MESSAGE]
    message = found.get("message") if isinstance(found, dict) else None
    return str(message or text)[:_LONGEST_MESSAGE]
