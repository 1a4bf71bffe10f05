from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes import http, tls
from ecr_doctor.probes.http import HttpProblem, RawAnswer, Request, exchange, split_https
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsState
from ecr_doctor.testing import HOST
from probes.network_machine import (
    AUTHORITY,
    LOOPBACK,
    Reply,
    Site,
    Talk,
    certified,
    closing,
    dead_port,
    listening,
    over_tls,
    resetting,
    saying,
    serving,
    silent,
    stage,
    trusting,
)

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from ecr_doctor.probes.base import Scene
    from ecr_doctor.probes.reach import Reach

Shake = tuple[TlsState, str, ssl.SSLSocket | None]


def dripping(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(20):
        sock.sendall(b"a")
        time.sleep(0.1)


def stalling(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na")
    time.sleep(1)


LEAF = certified(AUTHORITY.issue_cert(HOST))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)


def asked(port: int, **more: object) -> RawAnswer:
    request = Request(host=HOST, side=Side.ENGINE, path="/x", seconds=0.5, **more)  # type: ignore[arg-type]
    return exchange(stage(ConnectTo(HOST, LOOPBACK, port)), request)


def test_answer() -> None:
    with serving(Site({"/x": Reply(418, b"tea", {"X-A": "b"})}), HOST) as site:
        answer = asked(site.port, headers={"Accept": "a/b"})

    assert (answer.status, answer.body, answer.whole) == (418, b"tea", True)
    assert answer.headers["x-a"] == "b"
    assert site.asked[0][1]["accept"] == "a/b"


def test_the_body_is_bounded() -> None:
    with serving(Site({"/x": Reply(200, b"a" * 100_000)}), HOST) as site:
        answer = asked(site.port, most=10)

    assert answer.body == b"a" * 10
    assert not answer.whole


def test_one_connection_serves_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    shakes: list[str] = []
    real = tls.shake

    def counted(scene: Scene, reach: Reach, settings: ssl.SSLContext) -> Shake:
        shakes.append(reach.host)
        return real(scene, reach, settings)

    monkeypatch.setattr(tls, "shake", counted)
    with serving(Site({"/x": Reply(200, b"a")}), HOST) as site:
        scene = stage(ConnectTo(HOST, LOOPBACK, site.port))
        request = Request(host=HOST, side=Side.ENGINE, path="/x")
        answers = [exchange(scene, request).status for _ in range(5)]

    assert answers == [200] * 5
    assert len(shakes) == 1


def test_a_connection_that_was_closed_meanwhile_is_replaced() -> None:
    once = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
    with listening(over_tls(LEAF, once)) as port:
        scene = stage(ConnectTo(HOST, LOOPBACK, port))
        request = Request(host=HOST, side=Side.ENGINE, path="/x")
        answers = [exchange(scene, request).status for _ in range(3)]

    assert answers == [200] * 3


@pytest.mark.parametrize(
    ("talk", "status", "problem"),
    [
        (silent, 0, HttpProblem.SILENT),
        (closing, 0, HttpProblem.ENDED),
        (resetting, 0, HttpProblem.ENDED),
        (saying(b"220 smtp ready\r\n"), 0, HttpProblem.NOT_HTTP),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), 200, HttpProblem.ENDED),
        (saying(b"HTTP/1.1 200 OK\r\n\r\nabc"), 200, HttpProblem.NONE),
        (dripping, 200, HttpProblem.SLOW),
        (stalling, 200, HttpProblem.STALLED),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"), 0, HttpProblem.NOT_HTTP),
    ],
)
def test_odd_servers(
    monkeypatch: pytest.MonkeyPatch, talk: Talk, status: int, problem: HttpProblem
) -> None:
    monkeypatch.setattr(http, "_STALL_SECONDS", 0.3)
    with listening(over_tls(LEAF, talk)) as port:
        answer = asked(port)

    assert (answer.status, answer.problem) == (status, problem)


def test_not_connected() -> None:
    assert asked(dead_port()).problem is HttpProblem.NOT_CONNECTED


def test_no_credential_goes_where_the_certificate_is_not_trusted() -> None:
    site = Site({"/x": Reply()})
    with serving(site, "other.example") as served:
        answer = asked(served.port, headers={"Authorization": "Basic secret"})

    assert answer.problem is HttpProblem.NOT_CONNECTED
    assert site.asked == []


def test_secrets_are_not_in_its_repr() -> None:
    request = Request(host=HOST, side=Side.ENGINE, path="/?sig=s3cret", headers={"A": "s3cret"})

    assert "s3cret" not in repr(request)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://a.example/b?c=d", ("a.example", 443, "/b?c=d")),
        ("https://a.example:8443", ("a.example", 8443, "/")),
        ("http://a.example/", None),
        ("https:///x", None),
        ("https://a.example:x/", None),
        ("https://a.example/a b", None),
        ("/relative", None),
        ("", None),
    ],
)
def test_split(url: str, parts: tuple[str, int, str] | None) -> None:
    assert split_https(url) == parts
