"""Authorization tokens shaped as ECR's: base64 JSON with the end of their life inside."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFE = timedelta(hours=12)
"""docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html."""
_PAYLOAD_BYTES, _KEY_BYTES = 1300, 184


@dataclass(frozen=True, slots=True)
class Token:
    """Whose token it is, where it is good, and until when."""

    arn: str
    region: str
    expires: datetime


class TokenMint:
    """Hands out tokens, and knows those that it handed out."""

    def __init__(self) -> None:
        self._issued: dict[str, Token] = {}

    def issue(self, arn: str, region: str, expires: datetime | None = None) -> str:
        """A new password; one that is already out of date where `expires` lies in the past."""
        token = Token(arn, region, expires or datetime.now(UTC) + LIFE)
        password = _password(token.expires)
        self._issued[password] = token
        return password

    def read(self, password: str) -> Token | None:
        """The token behind a password; None for one that is not ours."""
        return self._issued.get(password)


def _password(expires: datetime) -> str:
    fields = {
        "payload": base64.b64encode(secrets.token_bytes(_PAYLOAD_BYTES)).decode(),
        "datakey": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
        "version": "2",
        "type": "DATA_KEY",
        "expiration": int(expires.timestamp()),
    }
    return base64.b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode()
