from __future__ import annotations

import errno
import socket
import time

import pytest

from ecr_doctor.probes import tcp
from ecr_doctor.probes.tcp import TcpState, dial
from probes.network_machine import LOOPBACK, black_hole, closing, dead_port, listening


def test_open() -> None:
    with listening(closing) as port:
        sock, attempts = dial([LOOPBACK], port, 1)

        assert sock is not None
        sock.close()

    assert [(a.address, a.state) for a in attempts] == [(LOOPBACK, TcpState.OPEN)]


def test_refused() -> None:
    sock, (attempt,) = dial([LOOPBACK], dead_port(), 1)

    assert sock is None
    assert (attempt.state, attempt.detail) == (TcpState.REFUSED, "ECONNREFUSED")


def test_black_hole_ends_in_time() -> None:
    started = time.monotonic()
    with black_hole() as port:
        sock, (attempt,) = dial([LOOPBACK], port, 0.3)

    assert sock is None
    assert attempt.state is TcpState.TIMEOUT
    assert time.monotonic() - started < 0.6


@pytest.mark.parametrize("code", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EPERM])
def test_no_way_there(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(tcp, "_start", lambda *_: (socket.socket(), code))

    sock, (attempt,) = dial(["192.0.2.1"], 443, 0.3)

    assert sock is None
    assert attempt.state is TcpState.UNREACHABLE
    assert attempt.detail == errno.errorcode[code]


def test_a_dead_first_address_is_seen_though_the_second_works() -> None:
    with listening(closing) as port:
        sock, attempts = dial(["127.0.0.2", LOOPBACK], port, 0.3)

        assert sock is not None
        assert sock.getpeername()[0] == LOOPBACK
        sock.close()

    assert [a.state for a in attempts] == [TcpState.REFUSED, TcpState.OPEN]


def test_no_more_than_a_few_addresses_are_tried() -> None:
    _, attempts = dial([f"127.0.0.{n}" for n in range(1, 20)], dead_port(), 1)

    assert len(attempts) == 6
