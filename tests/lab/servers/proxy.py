"""An HTTP proxy that knows CONNECT: open, with a login, refusing, intercepting, silent, broken."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from lab import names

if TYPE_CHECKING:
    from pathlib import Path

OPEN, LOGIN, REFUSING, INTERCEPTING, WITHOUT_LAYERS, SILENT, BROKEN = range(3128, 3135)
_ANSWERS = {
    LOGIN: (
        b"HTTP/1.1 407 Proxy Authentication Required\r\n"
        b'Proxy-Authenticate: Basic realm="corp"\r\nContent-Length: 0\r\n\r\n'
    ),
    REFUSING: b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    BROKEN: b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
}


class Proxy:
    """One proxy on several ports, each of its own manners."""

    def __init__(self, folder: Path) -> None:
        """Open the log of what was asked of the proxy."""
        self._log = (folder / "proxy.jsonl").open("a", encoding="utf-8", buffering=1)

    async def start(self) -> None:
        """Listen on every port."""
        for port in (OPEN, INTERCEPTING, WITHOUT_LAYERS, SILENT, *_ANSWERS):
            await asyncio.start_server(self._handle, names.PROXY, port)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client."""
        port = writer.get_extra_info("sockname")[1]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = head.decode("latin-1").split()
            self._log.write(json.dumps({"port": port, "method": method, "target": target}) + "\n")
            authorized = b"proxy-authorization:" in head.lower()
            if port in _ANSWERS and not (port == LOGIN and authorized):
                writer.write(_ANSWERS[port])
            elif port == SILENT:
                await asyncio.sleep(3600)
            elif port == WITHOUT_LAYERS and target.startswith(names.S3_HOST):
                writer.write(_ANSWERS[REFUSING])
            else:
                intercepted = names.INTERCEPTOR if port == INTERCEPTING else ""
                await _connect(target, intercepted, reader, writer)
        writer.close()


async def _connect(
    target: str, instead: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Join the client with the host it wants, or with another address, until either ends."""
    host, _, port = target.rpartition(":")
    address = instead or names.address(host)
    if address is None:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        return
    far_reader, far_writer = await asyncio.open_connection(address, int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
