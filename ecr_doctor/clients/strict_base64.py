"""Go's base64.StdEncoding on `user:password`."""

from __future__ import annotations

import base64
import binascii


def decode_std(text: str) -> str:
    """Decode as Go does: standard alphabet, padding required, line breaks passed over.

    Raises:
        ValueError: it is not such base64.

    """
    compact = text.replace("\r", "").replace("\n", "")
    if len(compact) % 4:  # Python takes one "=" too many
        raise ValueError("illegal base64 data")
    try:
        raw = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("illegal base64 data") from None
    return raw.decode("utf-8", errors="surrogateescape")


def decode_pair(text: str) -> tuple[str, str]:
    """User and password; both empty where there is no colon, NULs around the password cut off.

    Raises:
        ValueError: it is not base64.

    """
    user, colon, password = decode_std(text).partition(":")
    return (user, password.strip("\0")) if colon else ("", "")
