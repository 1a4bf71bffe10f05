"""ECR's authorization tokens: made and read here, and shaped as the real ones."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass

# The laboratory's own: it protects nothing, it only makes tampered tokens noticeable.
_SEAL = b"laboratory"
_PAYLOAD_BYTES = 1360
_DATA_KEY_BYTES = 184


@dataclass(frozen=True)
class Token:
    """What a token says about its bearer."""

    arn: str
    region: str
    expires: int
    key: str = ""


def mint(token: Token) -> str:
    """Return a token as the password of the user AWS."""
    inner = json.dumps(asdict(token)).encode()
    inner += b" " * (_PAYLOAD_BYTES - len(inner))
    nonce = os.urandom(16)
    sealed = nonce + hmac.digest(_SEAL, nonce + inner, "sha256") + _veil(nonce, inner)
    outer = {
        "payload": base64.b64encode(sealed).decode(),
        "datakey": base64.b64encode(os.urandom(_DATA_KEY_BYTES)).decode(),
        "version": "2",
        "type": "DATA_KEY",
        "expiration": token.expires,
    }
    return base64.b64encode(json.dumps(outer, separators=(",", ":")).encode()).decode()


def read(password: str) -> Token | None:
    """Return what a password says; None where it is no token of ours."""
    try:
        outer = json.loads(base64.b64decode(password, validate=True))
        sealed = base64.b64decode(outer["payload"], validate=True)
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None
    nonce, seal, inner = sealed[:16], sealed[16:48], _veil(sealed[:16], sealed[48:])
    if not hmac.compare_digest(seal, hmac.digest(_SEAL, nonce + inner, "sha256")):
        return None
    return Token(**json.loads(inner))


def _veil(nonce: bytes, data: bytes) -> bytes:
    """Make the payload look random, as the real one is encrypted; the same call undoes it."""
    stream = hashlib.shake_256(nonce).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, stream, strict=True))
