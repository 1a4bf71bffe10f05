"""Asks the machine's name servers directly: getaddrinfo hides why a name has no address."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import select
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_TYPE_A, _TYPE_AAAA = 1, 28
_HEADER = 12
_POINTER = 0xC0
_LARGEST_ANSWER = 4096
_MOST_SERVERS = 3
"""glibc and Go look at no more (resolv.conf(5), MAXNS)."""


class ServerState(StrEnum):
    """How one name server answered."""

    ADDRESSES = "addresses"
    NO_ADDRESS = "no-address"
    """The name exists and has neither an A nor an AAAA record."""
    NO_SUCH_NAME = "no-such-name"
    SERVER_FAILURE = "server-failure"
    """SERVFAIL, REFUSED or another refusal to answer."""
    REFUSED = "refused"
    """Nothing listens on port 53 there."""
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """What one name server said."""

    server: str
    state: ServerState
    addresses: tuple[str, ...] = ()


def configured_servers(path: str = "/etc/resolv.conf") -> tuple[str, ...]:
    """The name servers of resolv.conf; the local machine where it names none, as in glibc."""
    try:
        lines = Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    words = [line.split() for line in lines]
    found = [w[1] for w in words if len(w) > 1 and w[0] == "nameserver" and _is_address(w[1])]
    return tuple(found[:_MOST_SERVERS]) or ("127.0.0.1",)


def ask(host: str, servers: Iterable[str], seconds: float, port: int = 53) -> list[ServerAnswer]:
    """Ask all servers at once for the IPv4 and IPv6 addresses of a host."""
    talks: list[_Talk] = []
    for server in servers:
        with suppress(OSError):  # no IPv6 on this machine, for instance
            talks.append(_Talk(server, host, port))
    deadline = time.monotonic() + seconds
    again = time.monotonic() + seconds / 2
    while any(not talk.done for talk in talks) and (now := time.monotonic()) < deadline:
        if now >= again:
            again = deadline
            for talk in talks:
                talk.send()
        waiting = [talk.socket for talk in talks if not talk.done]
        ready, _, _ = select.select(waiting, [], [], max(0.0, min(again, deadline) - now))
        for talk in talks:
            if talk.socket in ready:
                talk.receive()
    for talk in talks:
        talk.socket.close()
    return [talk.answer() for talk in talks]


@dataclass(slots=True)
class _Talk:
    """Two questions to one server, for A and AAAA, and what came back."""

    server: str
    host: str
    port: int
    socket: socket.socket = field(init=False)
    state: ServerState | None = None
    open_questions: dict[int, int] = field(default_factory=dict)
    """Query id to record type."""
    addresses: list[str] = field(default_factory=list)
    failed: list[ServerState] = field(default_factory=list)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.server else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.settimeout(0)
        first = secrets.randbelow(0xFFFF)
        self.open_questions = {first: _TYPE_A, first + 1: _TYPE_AAAA}
        try:
            self.socket.connect((self.server, self.port))
        except OSError:
            self.state = ServerState.SILENT
        self.send()

    @property
    def done(self) -> bool:
        return self.state is not None or not self.open_questions

    def send(self) -> None:
        for query_id, kind in self.open_questions.items() if not self.done else ():
            try:
                self.socket.send(_question(query_id, self.host, kind))
            except (OSError, ValueError) as error:
                self._broken(error)
                return

    def receive(self) -> None:
        try:
            data = self.socket.recv(_LARGEST_ANSWER)
            query_id, code, found = _reply(data)
        except (OSError, ValueError, struct.error, IndexError) as error:
            self._broken(error)
            return
        if self.open_questions.pop(query_id, None) is None:
            return
        if code == _NO_ERROR:
            self.addresses += found
        else:
            known = ServerState.NO_SUCH_NAME if code == _NXDOMAIN else ServerState.SERVER_FAILURE
            self.failed.append(known)

    def _broken(self, error: Exception) -> None:
        refused = isinstance(error, OSError) and error.errno == errno.ECONNREFUSED
        if isinstance(error, OSError):
            self.state = ServerState.REFUSED if refused else ServerState.SILENT
        else:
            self.state = ServerState.SERVER_FAILURE

    def answer(self) -> ServerAnswer:
        if self.addresses:
            return ServerAnswer(self.server, ServerState.ADDRESSES, tuple(self.addresses))
        if self.failed:
            return ServerAnswer(self.server, self.failed[0])
        if self.state is None and self.open_questions:
            return ServerAnswer(self.server, ServerState.SILENT)
        return ServerAnswer(self.server, self.state or ServerState.NO_ADDRESS)


_NO_ERROR, _NXDOMAIN = 0, 3


def _question(query_id: int, host: str, kind: int) -> bytes:
    """A query for one record type (RFC 1035, 4.1).

    Raises:
        ValueError: the host is no DNS name (a label has more than 63 bytes).

    """
    labels = host.rstrip(".").encode("idna" if not host.isascii() else "ascii").split(b".")
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    header = struct.pack("!HHHHHH", query_id, 0x0100, 1, 0, 0, 0)
    return header + name + struct.pack("!HH", kind, 1)


def _reply(data: bytes) -> tuple[int, int, list[str]]:
    """Query id, response code and addresses."""
    query_id, flags, questions, answers, _, _ = struct.unpack("!HHHHHH", data[:_HEADER])
    at = _HEADER
    for _ in range(questions):
        at = _skip_name(data, at) + 4
    return query_id, flags & 0x0F, list(_addresses(data, at, answers))


def _addresses(data: bytes, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        at = _skip_name(data, at)
        kind, _, _, size = struct.unpack("!HHIH", data[at : at + 10])
        value = data[at + 10 : at + 10 + size]
        if kind in {_TYPE_A, _TYPE_AAAA}:
            yield str(ipaddress.ip_address(value))
        at += 10 + size


def _skip_name(data: bytes, at: int) -> int:
    while data[at]:
        if data[at] & _POINTER == _POINTER:
            return at + 2
        at += data[at] + 1
    return at + 1


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def first_answer(answers: Sequence[ServerAnswer]) -> ServerAnswer | None:
    """The first server that answered at all; else the first one; None without servers."""
    dead = {ServerState.SILENT, ServerState.REFUSED}
    return next((a for a in answers if a.state not in dead), answers[0] if answers else None)
