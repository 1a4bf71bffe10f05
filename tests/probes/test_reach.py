from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes import reach as module
from ecr_doctor.probes import tcp, tunnel
from ecr_doctor.probes.dns import DnsAnswer, DnsProbe, DnsState
from ecr_doctor.probes.reach import ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from probes.network_machine import (
    AUTHORITY,
    ENGINE,
    LOOPBACK,
    Proxy,
    Talk,
    black_hole,
    certified,
    closing,
    dead_port,
    listening,
    over_tls,
    saying,
    silent,
    stage,
    trusting,
)

if TYPE_CHECKING:
    from pathlib import Path

HOST = "registry.example"


def reached(port: int) -> module.Reach:
    return stage(ConnectTo(HOST, LOOPBACK, port)).observe(ReachProbe(HOST))


def through(port: int, login: str = "") -> module.Reach:
    engine = replace(ENGINE, https_proxy=f"http://{login}{LOOPBACK}:{port}")
    return stage(engine=engine).observe(ReachProbe(HOST))


def test_open() -> None:
    with listening(closing) as port:
        reach = reached(port)

    assert reach.open
    assert reach.address == LOOPBACK


def test_refused() -> None:
    assert reached(dead_port()).state is ReachState.REFUSED


def test_black_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "dial", lambda a, p: tcp.dial(a, p, 0.2))
    with black_hole() as port:
        assert reached(port).state is ReachState.TIMEOUT


def test_no_name() -> None:
    given: dict[Any, Any] = {DnsProbe(HOST): DnsAnswer(host=HOST, state=DnsState.SERVER_FAILURE)}

    reach = stage(given=given).observe(ReachProbe(HOST))

    assert reach.state is ReachState.NO_NAME
    assert reach.dns is not None
    assert reach.dns.state is DnsState.SERVER_FAILURE


def test_the_proxy_tunnels() -> None:
    with listening(closing) as port:
        proxy = Proxy(to=port)
        with listening(proxy.talk) as at:
            reach = through(at)

    assert reach.open
    assert proxy.asked == ["CONNECT registry.example:443 HTTP/1.1"]


@pytest.mark.parametrize(
    ("login", "state"),
    [("", ReachState.PROXY_LOGIN), ("u:pw@", ReachState.OPEN), ("u:no@", ReachState.PROXY_LOGIN)],
)
def test_the_proxy_wants_a_login(login: str, state: ReachState) -> None:
    with listening(closing) as port:
        proxy = Proxy(to=port, login=base64.b64encode(b"u:pw").decode())
        with listening(proxy.talk) as at:
            assert through(at, login).state is state


@pytest.mark.parametrize(
    ("talk", "state", "status"),
    [
        (saying(b"HTTP/1.1 403 Forbidden\r\n\r\n<p>No"), ReachState.PROXY_REFUSES, 403),
        (saying(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), ReachState.PROXY_REFUSES, 502),
        (saying(b"SSH-2.0-OpenSSH\r\n"), ReachState.PROXY_SILENT, 0),
        (saying(b"HTTP/1.1 ab\r\n\r\n"), ReachState.PROXY_SILENT, 0),
        (closing, ReachState.PROXY_SILENT, 0),
        (silent, ReachState.PROXY_SILENT, 0),
    ],
)
def test_the_proxy_does_not(
    monkeypatch: pytest.MonkeyPatch, talk: Talk, state: ReachState, status: int
) -> None:
    monkeypatch.setattr(tunnel, "TUNNEL_SECONDS", 0.3)
    with listening(talk) as port:
        reach = through(port)

    assert (reach.state, reach.proxy_status) == (state, status)
    assert reach.detail


def test_the_proxy_is_dead() -> None:
    assert through(dead_port()).state is ReachState.PROXY_DEAD


def test_the_proxy_has_no_name() -> None:
    given: dict[Any, Any] = {
        DnsProbe("p.example"): DnsAnswer(host="p.example", state=DnsState.NO_SUCH_NAME)
    }
    engine = replace(ENGINE, https_proxy="http://p.example:3128")

    reach = stage(engine=engine, given=given).observe(ReachProbe(HOST))

    assert reach.state is ReachState.PROXY_NO_NAME


def test_a_proxy_without_a_host_is_not_looked_into() -> None:
    reach = stage(env={"HTTPS_PROXY": "http://"}).observe(ReachProbe(HOST, side=Side.CLIENT))

    assert reach.state is ReachState.PROXY_UNREADABLE
    assert reach.detail


OPEN, LOGIN = b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 407 Login\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "encrypted", "state"),
    [
        pytest.param(OPEN, True, ReachState.PROXY_UNREADABLE, id="open: TLS in TLS comes next"),
        pytest.param(LOGIN, True, ReachState.PROXY_LOGIN, id="login"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", False, ReachState.PROXY_SILENT,
                     id="plain HTTP"),
        pytest.param(b"", False, ReachState.PROXY_SILENT, id="silent"),
    ],
)  # fmt: skip
def test_a_proxy_that_is_reached_by_tls(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answer: bytes,
    encrypted: bool,  # noqa: FBT001
    state: ReachState,
) -> None:
    monkeypatch.setattr(module, "PROXY_TLS_SECONDS", 0.5)
    trusting(monkeypatch, tmp_path, AUTHORITY)
    talk = saying(answer) if answer else silent
    if encrypted:
        talk = over_tls(certified(AUTHORITY.issue_cert(LOOPBACK)), talk)
    with listening(talk) as port:
        env = {"HTTPS_PROXY": f"https://{LOOPBACK}:{port}"}
        reach = stage(env=env).observe(ReachProbe(HOST, side=Side.CLIENT))

    assert reach.state is state
    assert reach.detail
