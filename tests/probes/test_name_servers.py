from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.name_servers import (
    ServerAnswer,
    ServerState,
    ask,
    configured_servers,
    first_answer,
)

if TYPE_CHECKING:
    from pathlib import Path

Reply = Callable[[bytes], bytes | None]


@contextmanager
def name_server(reply: Reply) -> Iterator[int]:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(5)

    def serve() -> None:
        with suppress(OSError):
            while True:
                data, client = server.recvfrom(4096)
                answer = reply(data)
                if answer is not None:
                    server.sendto(answer, client)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(server.getsockname()[1])
    finally:
        server.close()


def answering(code: int = 0, *, a: str = "", aaaa: str = "", alias: bool = False) -> Reply:
    def reply(query: bytes) -> bytes:
        kind = struct.unpack("!H", query[-4:-2])[0]
        address, family = (a, socket.AF_INET) if kind == 1 else (aaaa, socket.AF_INET6)
        records = []
        if alias:
            records.append(b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 60, 4) + b"\x01x\xc0\x0c")
        if address:
            data = socket.inet_pton(family, address)
            records.append(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data)
        header = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        return header + query[12:] + b"".join(records)

    return reply


@pytest.mark.parametrize(
    ("reply", "state", "addresses"),
    [
        pytest.param(answering(a="10.0.0.1"), ServerState.ADDRESSES, {"10.0.0.1"}, id="A"),
        pytest.param(
            answering(aaaa="2001:db8::1"), ServerState.ADDRESSES, {"2001:db8::1"}, id="AAAA"
        ),
        pytest.param(
            answering(a="10.0.0.1", alias=True), ServerState.ADDRESSES, {"10.0.0.1"}, id="CNAME"
        ),
        pytest.param(answering(), ServerState.NO_ADDRESS, set(), id="nodata"),
        pytest.param(answering(3), ServerState.NO_SUCH_NAME, set(), id="nxdomain"),
        pytest.param(answering(2), ServerState.SERVER_FAILURE, set(), id="servfail"),
        pytest.param(answering(5), ServerState.SERVER_FAILURE, set(), id="refused"),
        pytest.param(lambda _: None, ServerState.SILENT, set(), id="silent"),
        pytest.param(lambda _: b"\0", ServerState.SERVER_FAILURE, set(), id="garbage"),
    ],
)
def test_answer(reply: Reply, state: ServerState, addresses: set[str]) -> None:
    with name_server(reply) as port:
        (answer,) = ask("registry.example", ["127.0.0.1"], 0.4, port)

    assert answer.state is state
    assert set(answer.addresses) == addresses


def test_nothing_listens() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = int(unused.getsockname()[1])

    (answer,) = ask("registry.example", ["127.0.0.1"], 0.4, port)

    assert answer.state is ServerState.REFUSED


def test_a_name_that_is_none() -> None:
    (answer,) = ask("a" * 300 + ".example", ["127.0.0.1"], 0.2, 9)

    assert not answer.addresses


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("nameserver 10.0.0.2\nsearch x\nnameserver 10.0.0.3\n", ("10.0.0.2", "10.0.0.3")),
        ("#nameserver 10.0.0.2\nnameserver\nnameserver nonsense\n", ("127.0.0.1",)),
        ("nameserver fe80::1%eth0\n", ("fe80::1%eth0",)),
        (
            "".join(f"nameserver 10.0.0.{n}\n" for n in range(5)),
            ("10.0.0.0", "10.0.0.1", "10.0.0.2"),
        ),
    ],
)
def test_resolv_conf(tmp_path: Path, text: str, servers: tuple[str, ...]) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text(text)

    assert configured_servers(str(path)) == servers


def test_no_resolv_conf(tmp_path: Path) -> None:
    assert configured_servers(str(tmp_path / "none")) == ("127.0.0.1",)


def test_a_silent_server_is_passed_over() -> None:
    silent = ServerAnswer("a", ServerState.SILENT)
    missing = ServerAnswer("b", ServerState.NO_SUCH_NAME)

    assert first_answer([silent, missing]) is missing
    assert first_answer([silent]) is silent
    assert first_answer([]) is None
