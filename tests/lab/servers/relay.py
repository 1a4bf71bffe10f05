"""A long way to the cloud: a relay before each address, in which every byte takes its time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from lab import names

if TYPE_CHECKING:
    from lab.state import StateFile

_BYTES = 1 << 16


class Relay:
    """Passes connections on; the state's `latency` is the time of a round trip in seconds."""

    def __init__(self, state: StateFile) -> None:
        """Remember the state."""
        self._state = state

    async def start(self) -> None:
        """Listen before every address of the cloud."""
        for address in names.served_addresses():
            await asyncio.start_server(self._handler(address), names.far(address), 443)

    def _handler(self, address: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  asyncio's own
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            latency = float(self._state.read()["latency"])
            far_reader, far_writer = await asyncio.open_connection(address, 443)
            # The kernel has accepted at once: the round trip of the handshake is made up for.
            await asyncio.sleep(latency)
            await asyncio.gather(
                _copy(reader, far_writer, latency / 2), _copy(far_reader, writer, latency / 2)
            )

        return handle


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Copy each part `delay` seconds after it came, however many are under way."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):
        while data := await reader.read(_BYTES):
            loop.call_later(delay, _write, writer, data)
    loop.call_later(delay, writer.close)


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)
