from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from ecr_doctor.auth.token import (
    AuthorizationToken,
    TokenError,
    decode_token,
    looks_like_ecr,
    token_expiry,
)
from ecr_doctor.redact import Secret
from ecr_doctor.testing import NOON


def password(**fields: object) -> str:
    return base64.b64encode(json.dumps(fields).encode()).decode()


def token(requested: datetime | None = NOON) -> AuthorizationToken:
    expires = NOON + timedelta(hours=12)
    return AuthorizationToken(
        user="AWS", secret=Secret("pass:word"), expires=expires, requested=requested
    )


@pytest.mark.parametrize(
    ("hours", "fresh", "alive"),
    [(0, True, True), (5.9, True, True), (6, False, True), (11.9, False, True), (12, False, False)],
)
def test_a_token_is_fresh_for_half_of_its_life(hours: float, *, fresh: bool, alive: bool) -> None:
    now = NOON + timedelta(hours=hours)

    assert (token().is_fresh(now), token().is_alive(now)) == (fresh, alive)


def test_decoding_gives_back_what_was_encoded() -> None:
    assert decode_token(token().encoded().reveal()) == ("AWS", Secret("pass:word"))


@pytest.mark.parametrize(
    "text", ["", "é", "not base64!", "QVdT", "QVdTOg==", "OnNlY3JldA==", "/////w=="]
)
def test_what_is_no_token_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(TokenError) as error:
        decode_token(text)

    assert not text or text not in str(error.value)


@pytest.mark.parametrize(
    ("secret", "expiry"),
    [
        (password(payload="x", expiration=0), datetime(1970, 1, 1, tzinfo=UTC)),
        (password(expiration=NOON.timestamp()), NOON),
        (Secret(password(expiration=NOON.timestamp()).rstrip("=")), NOON),
        (password(expiration=True), None),
        (password(expiration="soon"), None),
        (password(expiration=1e30), None),
        (password(payload="x"), None),
        (base64.b64encode(b"[1]").decode(), None),
        (base64.b64encode(b"[" * 40000).decode(), None),
        ("hunter2", None),
        ("", None),
        ("A" * 100_000, None),
    ],
)
def test_expiry_of_a_password(secret: str | Secret, expiry: datetime | None) -> None:
    assert token_expiry(secret) == expiry


def test_shape_of_an_ecr_password() -> None:
    assert looks_like_ecr(password(payload="x", datakey="y"))
    assert not looks_like_ecr(password(payload="x"))
    assert not looks_like_ecr("hunter2")


def test_a_token_does_not_show_its_secret() -> None:
    assert "pass:word" not in repr(token())
