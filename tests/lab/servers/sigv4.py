"""Verification of AWS's request signatures, by hand and in full."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLERANCE = dt.timedelta(minutes=15)
_STAMP = "%Y%m%dT%H%M%SZ"
_SCHEME = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+),\s*"
    r"SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]+)"
)
BAD_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)


class SignatureError(Exception):
    """The signature is not accepted; each service has its own code for each kind."""

    def __init__(self, kind: str, message: str) -> None:
        """Keep the kind: missing, unknown, expired or signature."""
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(frozen=True)
class Signed:
    """The parts of a request that a signature covers."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Caller:
    """Whose key signed."""

    key: str
    arn: str
    user_id: str


def verify(request: Signed, keys: Mapping[str, Any], now: dt.datetime) -> Caller:
    """Return who signed the request, or raise `SignatureError` with AWS's words."""
    match = _SCHEME.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        raise SignatureError("missing", "Missing Authentication Token")
    record = keys.get(match["key"])
    token = request.headers.get("X-Amz-Security-Token")
    if record is None or record.get("inactive") or record.get("token") != token:
        raise SignatureError("unknown", "The security token included in the request is invalid.")
    if record.get("expires", now.timestamp() + 1) <= now.timestamp():
        raise SignatureError("expired", "The security token included in the request is expired")
    stamp = request.headers.get("X-Amz-Date", "")
    _check_clock(stamp, now)
    wanted = _signature(request, match, record["secret"], stamp)
    if not hmac.compare_digest(wanted, match["signature"]):
        raise SignatureError("signature", BAD_SIGNATURE)
    return Caller(match["key"], record["arn"], record["id"])


def _check_clock(stamp: str, now: dt.datetime) -> None:
    """Refuse a signature made by a clock that is too far from ours."""
    try:
        signed = dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        raise SignatureError("signature", "Date in request header is invalid") from None
    here, early, late = (t.strftime(_STAMP) for t in (now, now - TOLERANCE, now + TOLERANCE))
    if signed < now - TOLERANCE:
        text = f"Signature expired: {stamp} is now earlier than {early} ({here} - 15 min.)"
        raise SignatureError("signature", text)
    if signed > now + TOLERANCE:
        text = f"Signature not yet current: {stamp} is still later than {late} ({here} + 15 min.)"
        raise SignatureError("signature", text)


def _signature(request: Signed, match: re.Match[str], secret: str, stamp: str) -> str:
    """Compute the signature that the secret key makes."""
    canonical = "\n".join(
        [
            request.method,
            request.path,
            _canonical_query(request.query),
            *(f"{name}:{_header(request, name)}" for name in match["headers"].split(";")),
            "",
            match["headers"],
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in match["scope"].split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{match['scope']}\n{digest}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def _header(request: Signed, name: str) -> str:
    """Return a header's value with its spaces folded."""
    return " ".join(request.headers.get(name, "").split())


def _canonical_query(query: str) -> str:
    """Return the query sorted and encoded as AWS wants it."""
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in parse_qsl(query, keep_blank_values=True)
    )
    return "&".join(f"{name}={value}" for name, value in pairs)
