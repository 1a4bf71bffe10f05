from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.auth.endpoints import ecr_api_host
from ecr_doctor.auth.failure import FailureKind
from ecr_doctor.auth.fetcher import FetchError, fetch_token
from ecr_doctor.auth.session import AwsSession
from ecr_doctor.auth.token import token_expiry
from ecr_doctor.model import RegistryHost, Settings, parse_registry

if TYPE_CHECKING:
    from auth.fake_aws import FakeAws

ID = "123456789012"
HOST = f"{ID}.dkr.ecr.us-east-1.amazonaws.com"


def registry(host: str = HOST) -> RegistryHost:
    found = parse_registry(host)
    assert found is not None
    return found


def session() -> AwsSession:
    return AwsSession(Settings(env=dict(os.environ)))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, aws: FakeAws) -> None:
    for name, value in aws.env().items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        (HOST, f"https://{HOST}"),
        (f"{HOST}:443", f"https://{HOST}"),
        (f"{ID}.dkr.ecr-fips.us-west-2.amazonaws.com", f"https://{ID}.dkr.ecr.us-west-2.amazonaws.com"),
        (f"{ID}.dkr-ecr.us-west-2.on.aws", f"https://{ID}.dkr.ecr.us-west-2.amazonaws.com"),
        (f"{ID}.dkr-ecr-fips.us-gov-east-1.on.aws", f"https://{ID}.dkr.ecr.us-gov-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.cn-north-1.amazonaws.com.cn", f"https://{ID}.dkr.ecr.cn-north-1.amazonaws.com.cn"),
        (f"{ID}.dkr.ecr.us-iso-east-1.c2s.ic.gov", f"https://{ID}.dkr.ecr.us-iso-east-1.c2s.ic.gov"),
        (f"{ID}.dkr.ecr.eusc-de-east-1.amazonaws.eu", f"https://{ID}.dkr.ecr.eusc-de-east-1.amazonaws.eu"),
        ("public.ecr.aws", "https://public.ecr.aws"),
        ("ecr-public.aws.com", "https://public.ecr.aws"),
    ],
)  # fmt: skip
def test_each_registry_is_asked_where_its_tokens_are(
    aws: FakeAws, host: str, endpoint: str
) -> None:
    began = datetime.now(UTC)

    token = fetch_token(registry(host), session())

    assert [(asked, action) for asked, action, _ in aws.calls] == [
        (ecr_api_host(registry(host)), "GetAuthorizationToken")
    ]
    assert (token.user, token.proxy_endpoint) == ("AWS", endpoint)
    assert token.requested is not None
    assert began <= token.requested <= datetime.now(UTC)
    assert token.is_fresh(datetime.now(UTC))
    assert abs((token.expires - began) - timedelta(hours=12)) < timedelta(minutes=1)
    expiry = token_expiry(token.secret)
    assert expiry is not None
    assert abs(expiry - token.expires) < timedelta(seconds=2)


REFUSALS = [
    (400, "AccessDeniedException", "User: arn is not authorized to perform: ecr:Get",
     FailureKind.DENIED),
    (400, "UnrecognizedClientException", "The security token included in the request is invalid.",
     FailureKind.KEY_UNKNOWN),
    (403, "InvalidSignatureException", "Signature expired: 2026 is now earlier than 2027",
     FailureKind.CLOCK_SKEW),
    (403, "InvalidSignatureException", "The request signature we calculated does not match",
     FailureKind.SIGNATURE_WRONG),
    (400, "ExpiredTokenException", "The security token included in the request is expired",
     FailureKind.SESSION_EXPIRED),
    (400, "ThrottlingException", "Rate exceeded", FailureKind.THROTTLED),
    (500, "InternalFailure", "", FailureKind.SERVER_ERROR),
    (503, "Strange", "", FailureKind.SERVER_ERROR),
    (400, "com.amazonaws.ecr#RepositoryNotFoundException", "", FailureKind.NOT_FOUND),
    (400, "SubscriptionRequiredException", "", FailureKind.OPT_IN_NEEDED),
    (400, "InvalidParameterException", "", FailureKind.INVALID_REQUEST),
    (418, "Teapot", "", FailureKind.OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "message", "kind"), REFUSALS)
def test_refusals_have_a_kind(
    aws: FakeAws, status: int, code: str, message: str, kind: FailureKind
) -> None:
    aws.answers.append((status, {"__type": code, "message": message}))

    with pytest.raises(FetchError) as error:
        fetch_token(registry(), session())

    assert (error.value.kind, error.value.message) == (kind, message)
    assert error.value.code == code.rpartition("#")[2]
    assert error.value.failure.status == status
    assert error.value.failure.date
    assert len(aws.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [{}, {"authorizationData": []}, {"authorizationData": [{}]}, {"authorizationData": [None]},
     {"authorizationData": [{"authorizationToken": "!"}]},
     {"authorizationData": [{"authorizationToken": "QVdTOg=="}]}],
)  # fmt: skip
def test_an_answer_without_a_token(aws: FakeAws, answer: dict[str, Any]) -> None:
    aws.answers.append((200, answer))

    with pytest.raises(FetchError) as error:
        fetch_token(registry(), session())

    assert error.value.kind is FailureKind.BAD_ANSWER


def test_a_wrong_secret_is_refused_by_the_signature(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with pytest.raises(FetchError):
        fetch_token(registry(), session())

    assert (aws.refused, aws.calls) == (1, [])


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"HTTPS_PROXY": ""}, FailureKind.DNS),
        ({"HTTPS_PROXY": "http://127.0.0.1:9"}, FailureKind.PROXY),
        ({"AWS_CA_BUNDLE": "/nowhere.pem"}, FailureKind.CA_BUNDLE),
        ({"AWS_CA_BUNDLE": "/etc/hostname"}, FailureKind.CA_BUNDLE),
        ({"AWS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"}, FailureKind.TLS),
        ({"AWS_ENDPOINT_URL": "https://127.0.0.1:9"}, FailureKind.CONNECT),
        ({"AWS_ENDPOINT_URL": "nonsense"}, FailureKind.ENDPOINT_INVALID),
        ({"AWS_ACCESS_KEY_ID": ""}, FailureKind.NO_CREDENTIALS),
    ],
)
def test_what_stands_in_the_way_has_a_kind(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], kind: FailureKind
) -> None:
    if kind is FailureKind.CONNECT:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    began = time.monotonic()

    with pytest.raises(FetchError) as error:
        fetch_token(registry(), session())

    assert error.value.kind is kind, error.value.failure
    assert time.monotonic() - began < 20


def test_a_dumb_server_is_waited_for_in_a_bounded_time(aws: FakeAws) -> None:
    aws.delay = 30
    began = time.monotonic()

    with pytest.raises(FetchError) as error:
        fetch_token(registry(), session())

    assert error.value.kind is FailureKind.TIMEOUT
    assert time.monotonic() - began < 15
