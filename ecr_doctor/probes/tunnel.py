"""Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6)."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from .proxy import ProxyChoice

TUNNEL_SECONDS = 3.5
_LARGEST_HEAD = 16 << 10
_OK = 200
_LOGIN_NEEDED = 407


class TunnelState(StrEnum):
    """How the proxy answered."""

    OPEN = "open"
    LOGIN_NEEDED = "login-needed"
    REFUSED = "refused"
    """A status other than 200 and 407: forbidden by a rule, or the far end is not reached."""
    SILENT = "silent"
    NOT_HTTP = "not-http"
    """It hung up, or what it said is not HTTP."""


@dataclass(frozen=True, slots=True)
class Tunnel:
    """The proxy's answer to CONNECT."""

    state: TunnelState
    status: int = 0
    detail: str = ""
    """Status line and the beginning of the page; not yet cleaned of secrets."""


def open_tunnel(sock: socket.socket, proxy: ProxyChoice, host: str, port: int) -> Tunnel:
    """Turn a connection to a proxy into one to `host`; the socket is not closed on failure."""
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", "User-Agent: ecr-doctor"]
    if proxy.login is not None and not proxy.login_masked:
        code = base64.b64encode(proxy.login.reveal().encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {code}")
    try:
        sock.settimeout(TUNNEL_SECONDS)
        sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
        return _judge(_read_head(sock))
    except TimeoutError:
        return Tunnel(TunnelState.SILENT, detail=f"no answer within {TUNNEL_SECONDS:.1f} s")
    except OSError as error:
        return Tunnel(TunnelState.NOT_HTTP, detail=error.strerror or str(error))


def _read_head(sock: socket.socket) -> bytes:
    deadline = time.monotonic() + TUNNEL_SECONDS
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _LARGEST_HEAD:
        sock.settimeout(max(0.01, deadline - time.monotonic()))
        part = sock.recv(4096)
        if not part:
            break
        data += part
    return data


def _judge(data: bytes) -> Tunnel:
    head, _, body = data.partition(b"\r\n\r\n")
    line = head.partition(b"\r\n")[0].decode("latin-1")
    version, _, rest = line.partition(" ")
    if not version.startswith("HTTP/") or not rest[:3].isdigit():
        return Tunnel(TunnelState.NOT_HTTP, detail=line[:200] or "it hung up")
    status = int(rest[:3])
    page = " ".join(body.decode("utf-8", "replace").split())[:300]
    detail = f"{rest[:100]} {page}".strip()
    if status // 100 == _OK // 100:
        return Tunnel(TunnelState.OPEN, status)
    state = TunnelState.LOGIN_NEEDED if status == _LOGIN_NEEDED else TunnelState.REFUSED
    return Tunnel(state, status, detail)
