from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ecr_doctor.auth.token import looks_like_ecr, token_expiry
from ecr_doctor.demo.tokens import LIFE, TokenMint
from ecr_doctor.demo.world import USER_ARN

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_token_looks_like_ecrs_and_tells_its_end() -> None:
    password = TokenMint().issue(USER_ARN, "us-east-1", NOON)

    assert looks_like_ecr(password)
    assert token_expiry(password) == NOON
    assert len(password) > 2000


def test_it_lives_for_twelve_hours() -> None:
    expires = token_expiry(TokenMint().issue(USER_ARN, "us-east-1"))

    assert expires is not None
    assert abs(expires - datetime.now(UTC) - LIFE) < timedelta(minutes=1)


def test_only_the_mint_that_issued_it_knows_it() -> None:
    mint = TokenMint()
    password = mint.issue(USER_ARN, "eu-west-1", NOON)

    token = mint.read(password)

    assert token is not None
    assert (token.arn, token.region, token.expires) == (USER_ARN, "eu-west-1", NOON)
    assert TokenMint().read(password) is None
