"""Verification of AWS's request signatures, version 4, with AWS's words for what is wrong.

docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .messages import Request

TOLERANCE = timedelta(minutes=15)
_STAMP = "%Y%m%dT%H%M%SZ"
_FORM = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<scope>[^,\s]+),\s*"
    r"SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)


class Refusal(StrEnum):
    """Why a signature is not accepted; each service has its own code for each."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    MISMATCH = "mismatch"


class SignatureRefusedError(Exception):
    """The signature is not accepted; `str()` is AWS's message."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An access key and whose it is."""

    secret: str
    arn: str
    user_id: str
    session_token: str = ""
    expired: bool = False


def verify(request: Request, keys: Mapping[str, Key], now: datetime) -> Key:
    """The key that signed.

    Raises:
        SignatureRefusedError: the key is unknown, its session is over, the clocks differ by more
            than 15 minutes, or the secret is another one.

    """
    found = _FORM.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise SignatureRefusedError(Refusal.MISSING, "Missing Authentication Token")
    key = keys.get(found["key"])
    if key is None or key.session_token != request.headers.get("x-amz-security-token", ""):
        text = "The security token included in the request is invalid."
        raise SignatureRefusedError(Refusal.UNKNOWN, text)
    if key.expired:
        text = "The security token included in the request is expired"
        raise SignatureRefusedError(Refusal.EXPIRED, text)
    stamp = request.headers.get("x-amz-date", "")
    _check_clock(stamp, now)
    wanted = _sign(request, found["headers"], found["scope"], key.secret, stamp)
    if not hmac.compare_digest(wanted, found["signature"]):
        raise SignatureRefusedError(Refusal.MISMATCH, _MISMATCH)
    return key


def _check_clock(stamp: str, now: datetime) -> None:
    try:
        signed = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        text = "Date must be in ISO-8601 'basic format'."
        raise SignatureRefusedError(Refusal.MISMATCH, text) from None
    here, early, late = (f"{t:{_STAMP}}" for t in (now, now - TOLERANCE, now + TOLERANCE))
    if signed < now - TOLERANCE:
        text = f"Signature expired: {stamp} is now earlier than {early} ({here} - 15 min.)"
        raise SignatureRefusedError(Refusal.MISMATCH, text)
    if signed > now + TOLERANCE:
        text = f"Signature not yet current: {stamp} is still later than {late} ({here} + 15 min.)"
        raise SignatureRefusedError(Refusal.MISMATCH, text)


def _sign(request: Request, headers: str, scope: str, secret: str, stamp: str) -> str:
    """The signature that the secret makes, in hexadecimal digits."""
    lines = [
        f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in headers.split(";")
    ]
    body = hashlib.sha256(request.body).hexdigest()
    parts = (request.method, request.path, _query(request.query), *lines, "", headers, body)
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, '-_.~')}={quote(text, '-_.~')}" for name, text in pairs))
