"""Secrets stay secret: a type for them, and a redactor for the texts of other programs.

The redactor is the second belt: secrets are wrapped at birth, and what other programs say is
cleaned of the shapes that secrets have before it becomes evidence.
"""

from __future__ import annotations

import re
from typing import Final, final

MASK: Final = "[redacted]"
_SHORTEST = 6
"""Shorter known values are not looked for: they would mask ordinary words."""


@final
class Secret:
    """A value that never shows itself: not in `str`, `repr`, a format, a pickle, or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return (Secret, (MASK,))


_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # A presigned URL grants what it names: its query goes, its host and path stay.
        (
            r"(https?://[^\s\"'<>?\\]{1,2000}\?)[^\s\"'<>]{0,4000}?(?:X-Amz-|Signature=|Expires=|Policy=|Key-Pair-Id=|token=)[^\s\"'<>]{0,8000}",
            rf"\g<1>{MASK}",
        ),
        (
            r"((?:X-Amz-(?:Signature|Security-Token|Credential)|x-amz-security-token)[=:]\s?)[^\s&\"'<>]{1,8000}",
            rf"\g<1>{MASK}",
        ),
        # user:password@ of proxies and registries
        (
            r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{0,200}):[^\s/@\"'<>]{1,2000}@",
            rf"\g<1>:{MASK}@",
        ),
        (
            r"(\bauthorization\"?\s*[:=]\s*\"?(?:basic|bearer|aws4-hmac-sha256)\s+)[^\"'\r\n]{1,8000}",
            rf"\g<1>{MASK}",
        ),
        (r"(\b(?:basic|bearer)\s+)[A-Za-z0-9+/_.=-]{24,8000}", rf"\g<1>{MASK}"),
        # assignments of things that are secret by their name
        (
            r"((?:aws_?)?(?:secret_?access_?key|session_?token|security_?token|secret_?key)\"?\s*[:=]\s*\"?)[^\s\"',;&]{1,8000}",
            rf"\g<1>{MASK}",
        ),
        (
            r"(\"?\b(?:password|passwd|pwd|secret|identitytoken|registrytoken|refreshtoken|accesstoken|authorizationtoken|auth|authorization_token|client_?secret|api_?key|token)\"?\s*[:=]\s*\"?)(?!\[redacted|null\b|true\b|false\b|basic\b|bearer\b)[^\s\"',;&{}\[\]]{6,8000}",
            rf"\g<1>{MASK}",
        ),
        (r"(--password(?:=|\s+)|\s-p\s+)[^\s\"']{4,8000}", rf"\g<1>{MASK}"),
        # shapes: ECR tokens are base64 JSON, session tokens long base64, JWTs three parts
        (r"\b(?:eyJ|QVdTOm)[A-Za-z0-9+/_=.-]{16,20000}", MASK),
        (r"\b(?:IQoJ|FwoG|FQoG|AQoD)[A-Za-z0-9+/=]{20,8000}", MASK),
        (r"\bgh[pousr]_[A-Za-z0-9]{20,255}\b", MASK),
        (
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.{0,20000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)",
            MASK,
        ),
    )
)
_KEY_ID: Final = re.compile(r"\b((?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{4})[A-Z0-9]{4,}([A-Z0-9]{4})\b")
_LONG_OPAQUE: Final = re.compile(r"(?<![A-Za-z0-9+/_:-])[A-Za-z0-9+/_-]{120,}={0,2}")
_SECRET_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9+/=:@._-])(?=[A-Za-z0-9+/]{0,39}[A-Z])(?=[A-Za-z0-9+/]{0,39}[a-z])(?=[A-Za-z0-9+/]{0,39}[0-9])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])"
)


def mask_key_id(key_id: str) -> str:
    """An access key id as a report shows it: enough to find it, not enough to copy it."""
    if len(key_id) <= 8:  # noqa: PLR2004
        return key_id
    return f"{key_id[:8]}...{key_id[-4:]}"


class Redactor:
    """Removes secrets from texts: values it was told of, and shapes that secrets have."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def learn(self, *values: str | Secret) -> None:
        """Remember values that must not appear, in whatever text they come."""
        for value in values:
            text = value.reveal() if isinstance(value, Secret) else value
            if len(text) >= _SHORTEST:
                self._known.add(text)

    def clean(self, text: str) -> str:
        """The text without secrets. Linear in its length."""
        for value in sorted(self._known, key=len, reverse=True):
            if value in text:
                text = text.replace(value, MASK)
        return clean_shapes(text)


def clean_shapes(text: str) -> str:
    """Remove what looks like a secret, known or not."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = _LONG_OPAQUE.sub(MASK, text)
    text = _SECRET_KEY.sub(MASK, text)
    return _KEY_ID.sub(r"\1...\2", text)
