"""Docker engines that are none: one never answers, one is too new for every client."""

from __future__ import annotations

import asyncio
import contextlib
import os

HANGING, TOO_NEW, STRANGE = "/run/lab-hangs.sock", "/run/lab-too-new.sock", "/run/lab-strange.sock"
_REFUSAL = (
    '{"message":"client version 1.48 is too old. Minimum supported API version is 1.99, '
    'please upgrade your client to a newer version"}'
)


async def start() -> None:
    """Listen on every socket, each open to all users."""
    for path, handler in ((HANGING, _hang), (TOO_NEW, _refuse), (STRANGE, _greet)):
        await asyncio.start_unix_server(handler, path)
        os.chmod(path, 0o666)  # noqa: S103, PTH101 - as open as the true one here


async def _hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader, writer
    await asyncio.sleep(3600)


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as an engine that speaks to newer clients only."""
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            ping = b"/_ping " in head
            status, body = ("200 OK", "OK") if ping else ("400 Bad Request", _REFUSAL)
            start = f"HTTP/1.1 {status}\r\nApi-Version: 1.99\r\nContent-Type: application/json\r\n"
            sent = "" if head.startswith(b"HEAD") else body
            writer.write(f"{start}Content-Length: {len(body)}\r\n\r\n{sent}".encode())
    writer.close()


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be another program altogether."""
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await reader.read(100)
    writer.close()
