from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes import tunnel
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState, redial
from ecr_doctor.probes.side import Side
from probes.network_machine import LOOPBACK, Talk, closing, dead_port, listening, saying, stage

if TYPE_CHECKING:
    import socket

HOST = "registry.example"
NAME = bytes((5, 1, 0, 3, len(HOST))) + HOST.encode() + b"\x01\xbb"
OPEN = b"\x05\x00\x00\x01" + bytes(6)


def speaking(reply: bytes, method: int = 0, login: bytes = b"\x01\x00") -> Talk:
    """A SOCKS proxy that wants this method, and then says `reply`."""

    def talk(sock: socket.socket) -> None:
        _, count = sock.recv(2)
        sock.recv(count)
        sock.sendall(bytes((5, method)))
        if method == 2:
            assert sock.recv(512) == b"\x01\x02me\x04word"
            sock.sendall(login)
        if method != 255 and login.endswith(b"\0"):
            assert sock.recv(512) == NAME
            sock.sendall(reply)
            sock.sendall(sock.recv(10))

    return talk


def through(port: int, login: str = "", scheme: str = "socks5") -> Reach:
    env = {"HTTPS_PROXY": f"{scheme}://{login}{LOOPBACK}:{port}"}
    return stage(env=env).observe(ReachProbe(HOST, side=Side.CLIENT))


@pytest.mark.parametrize(
    ("talk", "login", "state"),
    [
        pytest.param(speaking(OPEN), "", ReachState.OPEN, id="open"),
        pytest.param(speaking(OPEN, method=2), "me:word@", ReachState.OPEN, id="login"),
        pytest.param(speaking(b"\x05\x00\x00\x03\x01x\0\0"), "", ReachState.OPEN, id="name"),
        pytest.param(speaking(OPEN, method=2, login=b"\x01\x01"), "me:word@",
                     ReachState.PROXY_LOGIN, id="wrong login"),
        pytest.param(speaking(OPEN, method=255), "", ReachState.PROXY_LOGIN, id="wants a login"),
        pytest.param(speaking(b"\x05\x02\x00\x01" + bytes(6)), "", ReachState.PROXY_REFUSES,
                     id="rules"),
        pytest.param(speaking(b"\x05\x63\x00\x01" + bytes(6)), "", ReachState.PROXY_REFUSES,
                     id="unknown reply"),
        pytest.param(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "", ReachState.PROXY_SILENT,
                     id="http"),
        pytest.param(closing, "", ReachState.PROXY_SILENT, id="hangs up"),
        pytest.param(lambda sock: sock.recv(3) and sock.recv(1), "", ReachState.PROXY_SILENT,
                     id="silent"),
    ],
)  # fmt: skip
def test_what_the_proxy_answers(
    monkeypatch: pytest.MonkeyPatch, talk: Talk, login: str, state: ReachState
) -> None:
    monkeypatch.setattr(tunnel, "TUNNEL_SECONDS", 0.5)
    with listening(talk) as port:
        reach = through(port, login)

    assert reach.state is state
    assert bool(reach.detail) is (state is not ReachState.OPEN)


def test_the_way_behind_the_proxy_is_open() -> None:
    with listening(speaking(OPEN)) as port:
        env = {"HTTPS_PROXY": f"socks5h://{LOOPBACK}:{port}"}
        scene = stage(env=env)
        sock = redial(scene, scene.observe(ReachProbe(HOST, side=Side.CLIENT)))
        assert sock is not None
        with sock:
            sock.sendall(b"hello")

            assert sock.recv(10) == b"hello"


def test_the_proxy_is_dead() -> None:
    assert through(dead_port()).state is ReachState.PROXY_DEAD
