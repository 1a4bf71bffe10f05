"""TCP connections to several addresses at once, with the reason where one fails."""

from __future__ import annotations

import errno
import select
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECT_SECONDS = 2.5
_MOST_ADDRESSES = 6


class TcpState(StrEnum):
    """How a connection attempt ended."""

    OPEN = "open"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    """No answer at all: packets are dropped on the way there or back."""
    UNREACHABLE = "unreachable"
    """This machine or a router has no way there, or a local rule forbids it."""
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class TcpAttempt:
    """One address that was tried."""

    address: str
    state: TcpState
    detail: str = ""


_STATES = {
    0: TcpState.OPEN,
    errno.ECONNREFUSED: TcpState.REFUSED,
    errno.ETIMEDOUT: TcpState.TIMEOUT,
    errno.ECONNRESET: TcpState.RESET,
}


def dial(
    addresses: Sequence[str], port: int, seconds: float = CONNECT_SECONDS
) -> tuple[socket.socket | None, tuple[TcpAttempt, ...]]:
    """Connect to all addresses at once; the first open one in their order is returned.

    All are waited for until `seconds` are over: a dead first address makes a pull slow even
    though another one works, and that has to be seen.
    """
    lines = {address: _start(address, port) for address in addresses[:_MOST_ADDRESSES]}
    ends: dict[str, int] = {a: code for a, (_, code) in lines.items() if code != errno.EINPROGRESS}
    deadline = time.monotonic() + seconds
    while len(ends) < len(lines) and (left := deadline - time.monotonic()) > 0:
        waiting = {sock: a for a, (sock, _) in lines.items() if a not in ends}
        _, ready, _ = select.select([], list(waiting), [], left)
        for sock in ready:
            ends[waiting[sock]] = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    winner = next((a for a in lines if ends.get(a) == 0), None)
    for address, (sock, _) in lines.items():
        if address != winner:
            sock.close()
    attempts = tuple(_attempt(address, ends.get(address)) for address in lines)
    return (lines[winner][0] if winner else None), attempts


def _start(address: str, port: int) -> tuple[socket.socket, int]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.settimeout(0)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        return sock, sock.connect_ex((address, port))
    except OSError as error:
        return sock, error.errno or errno.EHOSTUNREACH


def _attempt(address: str, code: int | None) -> TcpAttempt:
    if code is None:
        return TcpAttempt(address, TcpState.TIMEOUT, "no answer")
    detail = errno.errorcode.get(code, str(code)) if code else ""
    return TcpAttempt(address, _STATES.get(code, TcpState.UNREACHABLE), detail)
