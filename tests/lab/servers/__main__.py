"""Runs the servers: `python -m lab.servers FOLDER`, inside the laboratory's namespaces."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import signal
import socket
import struct
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from lab import images, names
from lab.blackhole import open_black_hole
from lab.dns import NameServer
from lab.servers import engines
from lab.servers.cloud import STORE, Cloud
from lab.servers.front import CertificateShelf, Front
from lab.servers.metadata import Metadata
from lab.servers.proxy import Proxy
from lab.servers.relay import Relay
from lab.state import StateFile


async def run(folder: Path) -> None:
    """Start everything, say so on stdout, and serve until told to stop."""
    state = StateFile(folder / "state.json")
    async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:
        cloud = Cloud(folder, state, session)
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(
            lambda: NameServer(state), local_addr=(names.NAME_SERVER, 53)
        )
        holes = [open_black_hole(names.BLACK_HOLE, port) for port in (443, 2375, 3128)]
        holes.append(open_black_hole(names.FAR_BLACK_HOLE, 443))
        for hole in itertools.chain(*holes):
            stack.callback(hole.close)
        await asyncio.start_server(_stay_mute, names.MUTE, 443)
        await asyncio.start_server(_alert, names.ALERTING, 443)
        await asyncio.start_server(_close, names.CLOSING, 443)
        await asyncio.start_server(_reset, names.RESETTING, 443)
        await Metadata(cloud).start()
        await Proxy(folder).start()
        await Relay(state).start()
        await engines.start()
        await _serve(cloud)
        await _fill(cloud)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        stop = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        await stop.wait()


async def _serve(cloud: Cloud) -> None:
    """Open the TLS front on every address."""
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/{tail:.*}", Front(cloud).handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    shelf = CertificateShelf(cloud)
    entrance = shelf.entrance()
    for address in names.served_addresses():
        for one in (address, names.six(address)):
            await web.TCPSite(runner, one, 443, ssl_context=entrance).start()
    others = {
        names.INTERCEPTOR: shelf.entrance("unknown-ca"),
        names.OLD_TLS: shelf.old_entrance(),
        names.MUTUAL_TLS: shelf.mutual_entrance(),
        names.PLAIN: None,
    }
    for address, context in others.items():
        await web.TCPSite(runner, address, 443, ssl_context=context).start()


async def _fill(cloud: Cloud) -> None:
    """Push the images as soon as docker-registry listens."""
    for _ in range(200):
        with contextlib.suppress(aiohttp.ClientError):
            async with cloud.session.get(f"{STORE}/v2/"):
                break
        await asyncio.sleep(0.02)
    pushed = await images.push_all(cloud.session, STORE)
    (cloud.folder / "images.json").write_text(json.dumps(pushed), encoding="utf-8")


async def _stay_mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read all that comes and say nothing, as where large packets vanish on the way back."""
    while await reader.read(2048):
        pass
    writer.close()


async def _alert(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the greeting, then refuse the handshake: alert 40, as by a picky middlebox."""
    await reader.read(2048)
    writer.write(bytes.fromhex("15030100020228"))
    writer.close()


async def _close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the greeting, then end the connection in good order."""
    await reader.read(2048)
    writer.close()


async def _reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the greeting, then reset the connection, as a middlebox does."""
    await reader.read(2048)
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
