"""From an HTTP request to the parts its signature covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.servers.sigv4 import Signed

if TYPE_CHECKING:
    from aiohttp import web


async def read_signed(request: web.Request) -> Signed:
    """Return the parts of a request that a signature covers."""
    return Signed(
        method=request.method,
        path=request.rel_url.raw_path,
        query=request.rel_url.raw_query_string,
        headers=request.headers,
        body=await request.read(),
    )
