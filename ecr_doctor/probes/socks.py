"""Asks a SOCKS 5 proxy for a connection (RFC 1928; the login is RFC 1929's)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import tunnel
from .tunnel import Tunnel, TunnelState

if TYPE_CHECKING:
    import socket

    from .proxy import ProxyChoice

_VERSION, _CONNECT, _NAME = 5, 1, 3
_NO_LOGIN, _LOGIN = 0, 2
_ADDRESS_BYTES = {1: 4, 4: 16}
_REPLIES = {
    1: "general failure",
    2: "its rules forbid this host",
    3: "the network is unreachable",
    4: "the host is unreachable",
    5: "the host refuses the connection",
    6: "the connection timed out",
    7: "it does not know the command",
    8: "it does not know names",
}


class _SocksError(Exception):
    """The proxy does not go on; the argument is its answer."""

    def __init__(self, answer: Tunnel) -> None:
        super().__init__(answer.detail)
        self.answer = answer


def open_socks(sock: socket.socket, proxy: ProxyChoice, host: str, port: int) -> Tunnel:
    """Turn a connection to a proxy into one to `host`; the socket is not closed on failure."""
    deadline = time.monotonic() + tunnel.TUNNEL_SECONDS
    try:
        _greet(sock, proxy, deadline)
        name = host.encode("idna")
        there = bytes((_VERSION, _CONNECT, 0, _NAME, len(name))) + name + port.to_bytes(2, "big")
        sock.sendall(there)
        _, reply, _, kind = _read(sock, 4, deadline)
        if reply:
            detail = _REPLIES.get(reply, f"SOCKS reply {reply}")
            return Tunnel(TunnelState.REFUSED, detail=detail)
        size = _ADDRESS_BYTES.get(kind) or _read(sock, 1, deadline)[0]
        _read(sock, size + 2, deadline)
    except _SocksError as stop:
        return stop.answer
    except TimeoutError:
        return Tunnel(TunnelState.SILENT, detail="no answer in time")
    except (OSError, UnicodeError) as error:
        return Tunnel(TunnelState.NOT_HTTP, detail=getattr(error, "strerror", None) or str(error))
    return Tunnel(TunnelState.OPEN)


def _greet(sock: socket.socket, proxy: ProxyChoice, deadline: float) -> None:
    """Agree on a way to log in, and log in."""
    known = proxy.login is not None and not proxy.login_masked
    methods = (_NO_LOGIN, _LOGIN) if known else (_NO_LOGIN,)
    sock.sendall(bytes((_VERSION, len(methods), *methods)))
    version, method = _read(sock, 2, deadline)
    if version != _VERSION:
        raise _SocksError(Tunnel(TunnelState.NOT_HTTP, detail="its answer is not SOCKS 5"))
    if method == _NO_LOGIN:
        return
    if method != _LOGIN or not known or proxy.login is None:
        raise _SocksError(Tunnel(TunnelState.LOGIN_NEEDED, detail="it wants a login"))
    user, _, password = proxy.login.reveal().partition(":")
    parts = [text.encode()[:255] for text in (user, password)]
    sock.sendall(b"\x01" + b"".join(bytes((len(part),)) + part for part in parts))
    if _read(sock, 2, deadline)[1]:
        raise _SocksError(Tunnel(TunnelState.LOGIN_NEEDED, detail="it refuses the login"))


def _read(sock: socket.socket, size: int, deadline: float) -> bytes:
    data = b""
    while len(data) < size:
        sock.settimeout(max(0.01, deadline - time.monotonic()))
        part = sock.recv(size - len(data))
        if not part:
            raise _SocksError(Tunnel(TunnelState.NOT_HTTP, detail="it hung up"))
        data += part
    return data
