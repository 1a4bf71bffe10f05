"""Reads of an X.509 certificate what explains why it is not trusted, with no library.

The layout is RFC 5280, section 4.1; only the fields that a reader of a report needs are taken.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PEM = re.compile(
    rb"^-----BEGIN (?:TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]{1,200000}?)-----END",
    re.ASCII | re.MULTILINE,
)
"""At the start of a line only, not after a byte order mark: Go's encoding/pem, Decode."""
_COMMON_NAME, _ORGANISATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_ALTERNATIVE_NAMES, _BASIC_CONSTRAINTS = b"\x55\x1d\x11", b"\x55\x1d\x13"
_UTC_TIME, _BMP_STRING, _BOOLEAN = 0x17, 0x1E, 0x01
_VERSION, _EXTENSIONS, _DNS_NAME, _IP_ADDRESS = 0xA0, 0xA3, 0x82, 0x87


class CertificateError(ValueError):
    """The bytes are not an X.509 certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a certificate says of itself; names as `common name (organisation)`."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    names: tuple[str, ...] = ()
    """DNS names and addresses it is good for (subjectAltName)."""
    is_authority: bool = False
    self_issued: bool = False
    """Subject and issuer are the same."""


def pem_blocks(data: bytes) -> Iterator[bytes]:
    """The certificates in a PEM file as DER, as Go takes them: what is broken is skipped."""
    for match in _PEM.finditer(data):
        try:
            der = base64.b64decode(b"".join(match[1].split()), validate=True)
            read_certificate(der)
        except (binascii.Error, CertificateError):
            continue
        yield der


def read_certificate(der: bytes) -> Certificate:
    """Read one certificate.

    Raises:
        CertificateError: the bytes are not one.

    """
    try:
        return _read(der)
    except (IndexError, ValueError, OverflowError, StopIteration) as error:
        raise CertificateError(
            f"not an X.509 certificate: {str(error) or 'it is cut off'}"
        ) from None


def _read(der: bytes) -> Certificate:
    fields = list(_items(next(_items(next(_items(der))[1]))[1]))
    if fields[0][0] == _VERSION:
        fields = fields[1:]
    issuer, validity, subject = fields[2][1], list(_items(fields[3][1])), fields[4][1]
    names, is_authority = _extensions(fields[6:])
    return Certificate(
        subject=_name(subject),
        issuer=_name(issuer),
        not_before=_time(*validity[0]),
        not_after=_time(*validity[1]),
        names=names,
        is_authority=is_authority,
        self_issued=subject == issuer,
    )


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element (DER: one-byte tags, definite lengths)."""
    at = 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4:  # noqa: PLR2004  lengths above 4 GiB are no certificate
                raise ValueError("a length is malformed")
            size, at = int.from_bytes(data[at : at + count]), at + count
        if at + size > len(data):
            raise ValueError("it is cut off")
        yield tag, data[at : at + size]
        at += size


def _name(data: bytes) -> str:
    parts: dict[bytes, str] = {}
    for _, group in _items(data):
        for _, pair in _items(group):
            (_, key), (tag, value) = list(_items(pair))[:2]
            text = value.decode("utf-16-be" if tag == _BMP_STRING else "utf-8", "replace")
            parts.setdefault(key, "".join(c if c.isprintable() else "?" for c in text)[:200])
    common, organisation = parts.get(_COMMON_NAME, ""), parts.get(_ORGANISATION, "")
    if common and organisation:
        return f"{common} ({organisation})"
    return common or organisation or "(no name)"


def _time(tag: int, value: bytes) -> datetime:
    text = value.decode("ascii").rstrip("Z")
    if tag == _UTC_TIME:
        # RFC 5280, 4.1.2.5.1: two-digit years up to 49 are of this century.
        text = ("20" if text[:2] < "50" else "19") + text
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _extensions(fields: list[tuple[int, bytes]]) -> tuple[tuple[str, ...], bool]:
    names: tuple[str, ...] = ()
    is_authority = False
    for tag, content in fields:
        if tag != _EXTENSIONS:
            continue
        for _, extension in _items(next(_items(content))[1]):
            parts = list(_items(extension))
            inner = next(_items(parts[-1][1]))[1]
            if parts[0][1] == _ALTERNATIVE_NAMES:
                names = tuple(_general_names(inner))
            elif parts[0][1] == _BASIC_CONSTRAINTS:
                is_authority = inner[:1] == bytes([_BOOLEAN])
    return names, is_authority


def _general_names(data: bytes) -> Iterator[str]:
    for tag, value in _items(data):
        if tag == _DNS_NAME:
            yield value.decode("ascii", "replace")
        elif tag == _IP_ADDRESS:
            yield str(ipaddress.ip_address(value))
