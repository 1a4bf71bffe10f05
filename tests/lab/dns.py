"""A name server of one zone, which can also lie, fail and keep silent."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, cast

from lab import names

if TYPE_CHECKING:
    from lab.state import StateFile

_TYPE_A, _TYPE_AAAA = 1, 28
_NO_ERROR = 0
_CODES = {"servfail": 2, "nxdomain": 3, "refused": 5}


class NameServer(asyncio.DatagramProtocol):
    """Answers from the laboratory's table, unless the state has another answer for a name."""

    def __init__(self, state: StateFile) -> None:
        """Remember the state, which is looked at for each question."""
        self._state = state
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket for the answers."""
        # Python 3.11's own class does not say that it is one, though it is.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        answer = self._answer(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def _answer(self, question: bytes) -> bytes | None:
        name, kind, end = _parse(question)
        state = self._state.read()
        rules, usual = state["dns"], names.address(name) or "nxdomain"
        rule = rules.get(name, rules.get("*", names.far(usual) if state["latency"] else usual))
        if isinstance(rule, dict):  # one answer for each kind of address
            rule = rule["AAAA" if kind == _TYPE_AAAA else "A"]
        if rule == "timeout":
            return None
        addresses = rule if isinstance(rule, list) else [rule]
        if addresses and addresses[0] in _CODES:
            return _reply(question[:end], _CODES[addresses[0]], kind, [])
        return _reply(question[:end], _NO_ERROR, kind, addresses)


def _parse(question: bytes) -> tuple[str, int, int]:
    """Return the name asked for, the record type, and where the question ends."""
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
        at += question[at] + 1
    (kind,) = struct.unpack_from("!H", question, at + 1)
    return ".".join(labels).lower(), kind, at + 5


def _reply(question: bytes, code: int, kind: int, addresses: list[str]) -> bytes:
    """Return a reply with the addresses of the family that was asked for."""
    packed = [_pack(address) for address in addresses]
    size = {_TYPE_A: 4, _TYPE_AAAA: 16}.get(kind, 0)
    records = [
        b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 5, size) + data
        for data in packed
        if len(data) == size
    ]
    header = question[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, len(records), 0, 0)
    return header + question[12:] + b"".join(records)


def _pack(address: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_pton(family, address)
