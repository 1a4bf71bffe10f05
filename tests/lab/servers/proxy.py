"""An HTTP proxy that knows CONNECT: open, with a login, refusing, intercepting, silent, broken."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import ssl
from typing import TYPE_CHECKING

from lab import certificates, names

if TYPE_CHECKING:
    from pathlib import Path

OPEN, LOGIN, REFUSING, INTERCEPTING, WITHOUT_LAYERS, SILENT, BROKEN = range(3128, 3135)
ENCRYPTED, SOCKS = 3135, 1080
_ANSWERS = {
    LOGIN: (
        b"HTTP/1.1 407 Proxy Authentication Required\r\n"
        b'Proxy-Authenticate: Basic realm="corp"\r\nContent-Length: 0\r\n\r\n'
    ),
    REFUSING: b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    BROKEN: b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
}
_NAME = 3  # SOCKS' kind of address that is a host's name
_RIGHT_LOGIN = b"Basic " + base64.b64encode(b"me:word")


class Proxy:
    """One proxy on several ports, each of its own manners."""

    def __init__(self, folder: Path) -> None:
        """Open the log of what was asked of the proxy."""
        self._folder = folder
        self._log = (folder / "proxy.jsonl").open("a", encoding="utf-8", buffering=1)

    async def start(self) -> None:
        """Listen on every port."""
        for port in (OPEN, INTERCEPTING, WITHOUT_LAYERS, SILENT, *_ANSWERS):
            await asyncio.start_server(self._handle, names.PROXY, port)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(self._folder / "tls"))
        await asyncio.start_server(self._handle, names.PROXY, ENCRYPTED, ssl=context)
        await asyncio.start_server(self._handle_socks, names.PROXY, SOCKS)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client."""
        port = writer.get_extra_info("sockname")[1]
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = head.decode("latin-1").split()
            self._log.write(json.dumps({"port": port, "method": method, "target": target}) + "\n")
            authorized = _RIGHT_LOGIN in head
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

    async def _handle_socks(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one client in SOCKS 5, without a login; RFC 1928."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            _, methods = await reader.readexactly(2)
            await reader.readexactly(methods)
            writer.write(b"\x05\x00")
            *_, kind, size = await reader.readexactly(5)
            name = await reader.readexactly(size if kind == _NAME else 3)
            host = name.decode() if kind == _NAME else ".".join(map(str, (size, *name)))
            port = int.from_bytes(await reader.readexactly(2), "big")
            self._log.write(json.dumps({"port": SOCKS, "method": "SOCKS", "target": host}) + "\n")
            granted = b"\x05\x00\x00\x01" + bytes(6)
            await _join(names.address(host) or host, port, granted, reader, writer)
        writer.close()


def _certificate(folder: Path) -> Path:
    """Write key and certificate of the proxy that is reached by TLS."""
    lab = certificates.load_authority(folder, "lab")
    path = folder / "proxy.pem"
    path.write_bytes(certificates.issue(names.PROXY, "good", lab, lab))
    return path


async def _connect(
    target: str, instead: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Join the client with the host it wants, or with another address, until either ends."""
    host, _, port = target.rpartition(":")
    address = instead or names.address(host)
    if address is None:
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        return
    established = b"HTTP/1.1 200 Connection established\r\n\r\n"
    await _join(address, int(port), established, reader, writer)


async def _join(
    address: str,
    port: int,
    established: bytes,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Connect to an address, say so, and copy both ways until either ends."""
    far_reader, far_writer = await asyncio.open_connection(address, port)
    writer.write(established)
    await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
