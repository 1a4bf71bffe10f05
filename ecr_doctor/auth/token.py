"""An authorization token of Amazon ECR: what a client sends to the registry as its password."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from ecr_doctor.redact import Secret

USER = "AWS"
"""The user name of every ECR token (Amazon ECR user guide, "Private registry authentication")."""
_LONGEST = 64 << 10
"""Characters; real tokens have about 2,500."""


class TokenError(ValueError):
    """A text that should hold an authorization token and does not. Never quotes the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationToken:
    """A user and a password for a registry, with the time until which it is good."""

    user: str
    secret: Secret
    expires: datetime
    proxy_endpoint: str = ""
    """`https://HOST` of the registry that the token is for, as AWS says."""
    requested: datetime | None = None
    """When this machine asked for it, by its own clock."""

    def is_alive(self, now: datetime) -> bool:
        """Whether the registry still accepts it."""
        return now < self.expires

    def is_fresh(self, now: datetime) -> bool:
        """Whether less than half of its life is over: the Go helper's rule for a cached token.

        The other half is kept for failures of the API, in which an older token still serves
        (amazon-ecr-credential-helper, ecr-login/cache/credentials.go).
        """
        since = self.requested or now
        return now < self.expires - (self.expires - since) / 2

    def encoded(self) -> Secret:
        """The token as the API and caches write it: base64 of `user:password`."""
        pair = f"{self.user}:{self.secret.reveal()}".encode()
        return Secret(base64.b64encode(pair).decode("ascii"))


def decode_token(encoded: str) -> tuple[str, Secret]:
    """User and password of an `authorizationToken`.

    Raises:
        TokenError: it is not base64 of `user:password`, or a part is empty.

    """
    try:
        pair = base64.b64decode(encoded.encode("ascii"), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError):
        raise TokenError("the authorization token is not base64 text") from None
    user, colon, password = pair.partition(":")
    if not (user and colon and password):
        raise TokenError("the authorization token is not a user and a password")
    return user, Secret(password)


def token_expiry(secret: str | Secret) -> datetime | None:
    """When an ECR password runs out, read from the password alone; None where it does not say.

    An ECR password is base64 JSON with an `expiration` in epoch seconds (undocumented; also read
    by aws-controllers-k8s/code-generator, PR 196). Region and account are inside the encrypted
    payload: nobody but AWS can read them.
    """
    text = secret.reveal() if isinstance(secret, Secret) else secret
    fields = _fields(text)
    expiration = fields.get("expiration")
    if isinstance(expiration, bool) or not isinstance(expiration, int | float):
        return None
    try:
        return datetime.fromtimestamp(expiration, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def looks_like_ecr(secret: str | Secret) -> bool:
    """Whether a password has the shape of an ECR token: base64 JSON with payload and data key."""
    text = secret.reveal() if isinstance(secret, Secret) else secret
    fields = _fields(text)
    return "payload" in fields and ("datakey" in fields or "expiration" in fields)


def _fields(text: str) -> dict[str, object]:
    """The JSON object inside a password; empty where there is none."""
    if not text or len(text) > _LONGEST:
        return {}
    padded = text.strip() + "=" * (-len(text.strip()) % 4)
    try:
        fields = json.loads(base64.b64decode(padded, validate=True))
    except (binascii.Error, UnicodeError, ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
