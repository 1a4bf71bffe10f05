"""Requests are signed by botocore, so that the verification is held to AWS's own client."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ecr_doctor.demo.messages import Request
from ecr_doctor.demo.signature import Key, Refusal, SignatureRefusedError, verify

KEY = Key(secret="a secret", arn="arn:aws:iam::123456789012:user/u", user_id="AIDA")
KEYS = {
    "AKIAGOOD": KEY,
    "ASIAGOOD": replace(KEY, session_token="a token"),
    "ASIAOVER": replace(KEY, session_token="a token", expired=True),
}


def signed(
    key_id: str = "AKIAGOOD", secret: str = KEY.secret, token: str | None = None, url: str = ""
) -> Request:
    request = AWSRequest("POST", url or "https://api.ecr.us-east-1.amazonaws.com/", data=b"{}")
    SigV4Auth(Credentials(key_id, secret, token), "ecr", "us-east-1").add_auth(request)
    prepared = request.prepare()
    headers = {name.lower(): _text(value) for name, value in prepared.headers.items()}
    headers["host"] = "api.ecr.us-east-1.amazonaws.com"
    _, _, query = prepared.url.partition("?")
    return Request(method="POST", path="/", query=query, headers=headers, body=b"{}")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def refusal(request: Request, ahead: timedelta = timedelta(0)) -> tuple[Refusal, str]:
    with pytest.raises(SignatureRefusedError) as caught:
        verify(request, KEYS, datetime.now(UTC) + ahead)
    return caught.value.refusal, str(caught.value)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(signed(), id="key of a user"),
        pytest.param(signed("ASIAGOOD", token="a token"), id="key of a session"),
        pytest.param(
            signed(url="https://api.ecr.us-east-1.amazonaws.com/?b=2&a=1%2F3&c="), id="query"
        ),
    ],
)
def test_what_botocore_signs_is_accepted(request_: Request) -> None:
    assert verify(request_, KEYS, datetime.now(UTC)).arn == KEY.arn


@pytest.mark.parametrize(
    ("request_", "wanted", "text"),
    [
        pytest.param(
            Request(method="POST", path="/"), Refusal.MISSING, "Missing Authentication Token",
            id="not signed",
        ),
        pytest.param(
            signed("AKIAGONE"), Refusal.UNKNOWN, "The security token included in the request is "
            "invalid.", id="unknown key",
        ),
        pytest.param(
            signed("ASIAGOOD"), Refusal.UNKNOWN, "The security token included in the request is "
            "invalid.", id="session token left out",
        ),
        pytest.param(
            signed("ASIAOVER", token="a token"), Refusal.EXPIRED, "The security token included in "
            "the request is expired", id="session over",
        ),
        pytest.param(
            signed(secret="another"), Refusal.MISMATCH, "The request signature we calculated does "
            "not match the signature you provided. Check your AWS Secret Access Key and signing "
            "method. Consult the service documentation for details.", id="wrong secret",
        ),
        pytest.param(
            replace(signed(), body=b"{ }"), Refusal.MISMATCH, "The request signature we calculated "
            "does not match the signature you provided. Check your AWS Secret Access Key and "
            "signing method. Consult the service documentation for details.", id="altered body",
        ),
    ],
)  # fmt: skip
def test_refusals_are_in_the_words_of_aws(request_: Request, wanted: Refusal, text: str) -> None:
    assert refusal(request_) == (wanted, text)


@pytest.mark.parametrize(
    ("minutes", "beginning"),
    [(20, "Signature expired: "), (-20, "Signature not yet current: ")],
)
def test_clocks_may_differ_by_a_quarter_of_an_hour(minutes: int, beginning: str) -> None:
    kind, text = refusal(signed(), timedelta(minutes=minutes))

    assert kind is Refusal.MISMATCH
    assert text.startswith(beginning)
    assert text.endswith(" 15 min.)")
    assert verify(signed(), KEYS, datetime.now(UTC) + timedelta(minutes=14)) is KEY
