"""Rules that answer in a service's place: errors, silence, resets, strange pages."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections import Counter
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

from lab.servers import s3


class Rules:
    """The rules of the state file, and how often each was used."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._used: Counter[str] = Counter()

    async def answer(
        self, request: web.Request, rules: list[dict[str, Any]]
    ) -> web.StreamResponse | None:
        """Return what the first matching rule answers; None where the service shall answer."""
        for rule in rules:
            if self._matches(request, rule):
                await asyncio.sleep(rule.get("delay", 0))
                if rule.get("reset"):
                    _reset(request)
                if "cut" in rule or "pause" in rule:
                    headers = rule.get("headers", {})
                    return await s3.broken(request, rule["body"].encode(), rule, **headers)
                if "status" in rule or rule.get("reset"):
                    return _response(rule)
        return None

    def _matches(self, request: web.Request, rule: dict[str, Any]) -> bool:
        """Tell whether a rule is for this request and not used up."""
        host = request.host.partition(":")[0]
        if not fnmatchcase(host, rule.get("host", "*")):
            return False
        if not fnmatchcase(request.path, rule.get("path", "*")):
            return False
        if rule.get("method", request.method) != request.method:
            return False
        if not request.headers.get("X-Amz-Target", "").endswith(rule.get("target", "")):
            return False
        self._used[repr(rule)] += 1
        limit: int = rule.get("times", 0)
        return limit == 0 or self._used[repr(rule)] <= limit


def _response(rule: dict[str, Any]) -> web.Response:
    headers = {"Content-Type": "application/json", **rule.get("headers", {})}
    body = rule.get("body", "").encode()
    if rule.get("gzip"):
        body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
    response = web.Response(status=rule.get("status", 500), body=body, headers=headers)
    if rule.get("chunked"):
        response.enable_chunked_encoding()
    return response


def _reset(request: web.Request) -> None:
    """End the connection with a reset instead of a farewell."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
