"""Stand-ins: the same thing gets the same one everywhere, and none leads back to the thing.

A stand-in is made by HMAC-SHA-256 under a salt, so whoever knows the salt (and only he) can make
the same ones again: reports of one team can be compared, and nobody else can try out account ids.
Each has the form of what it stands for, so that commands stay readable and a bundle can be
judged again; and each can be told from a real one: accounts begin with 0000, hosts end in
`.example`, addresses are of ranges that belong to nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from enum import StrEnum
from typing import Final

_DIGITS: Final = 6


class Kind(StrEnum):
    """What is replaced; the value is how a report counts it."""

    ACCOUNT = "AWS account id"
    NAME = "name in an ARN"
    REPOSITORY = "repository"
    HOST = "host name"
    USER = "user name"
    HOME = "home folder"
    PATH = "folder or file"
    KERNEL = "kernel release"
    ADDRESS = "network address"
    KEY_ID = "access key id"
    RESOURCE = "AWS resource id"
    PROFILE = "AWS profile"
    WORD = "word of your own"


class Namer:
    """Makes stand-ins.

    Args:
        salt: shared by the reports that are to be compared; empty for one that nobody knows.

    """

    def __init__(self, salt: str = "") -> None:
        self._key = salt.encode() if salt else secrets.token_bytes(32)
        self._taken: dict[str, tuple[Kind, str]] = {}
        self._made: dict[tuple[Kind, str], str] = {}

    def name(self, kind: Kind, value: str) -> str:
        """Return the stand-in of a value; case does not matter."""
        what = (kind, value.lower())
        if what not in self._made:
            self._made[what] = self._make(kind, value.lower(), value)
        return self._made[what]

    def counts(self) -> dict[Kind, int]:
        """How many different things of each kind have a stand-in."""
        kinds = [kind for kind, _ in self._made]
        return {kind: kinds.count(kind) for kind in Kind if kind in kinds}

    def _make(self, kind: Kind, low: str, value: str) -> str:
        attempt = 0
        while True:  # ends: of each kind there are far more stand-ins than a report holds names
            mark = f"{kind.name}\0{low}\0{attempt}" if attempt else f"{kind.name}\0{low}"
            digest = hmac.new(self._key, mark.encode("utf-8", "surrogatepass"), hashlib.sha256)
            made = _stand_in(kind, value, digest.hexdigest())
            if self._taken.setdefault(made, (kind, low)) == (kind, low):
                return made
            attempt += 1


def _stand_in(kind: Kind, value: str, digest: str) -> str:
    short, number = digest[:_DIGITS], int(digest, 16)
    if kind is Kind.ADDRESS:
        return _address(value, number)
    return {
        Kind.ACCOUNT: f"0000{number % 10**8:08d}",
        Kind.HOST: f"host-{short}.example",
        Kind.HOME: f"/home/user-{short}",
        Kind.KERNEL: f"{'.'.join(value.split('.')[:2])}-{short}",
        Kind.KEY_ID: f"{value[:4]}-{short}",
        Kind.RESOURCE: f"{value.partition('-')[0]}-{digest[:17]}",
    }.get(kind, f"{kind.name.lower()}-{short}")


def _address(value: str, number: int) -> str:
    """An address that is private where `value` is, for that matters, and nobody's at all.

    198.18.0.0/15 is for benchmarks (RFC 2544), 100.64.0.0/10 for carriers' own networks (RFC
    6598), 2001:db8::/32 for documentation (RFC 3849).
    """
    address = ipaddress.ip_address(value)
    if address.version == 6:  # noqa: PLR2004
        base, bits = int(ipaddress.IPv6Address("2001:db8::")), 64
        return str(ipaddress.IPv6Address(base + number % (1 << bits)))
    net, bits = ("198.18.0.0", 17) if address.is_private else ("100.64.0.0", 22)
    return str(ipaddress.IPv4Address(int(ipaddress.IPv4Address(net)) + number % (1 << bits)))
