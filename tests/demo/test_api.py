"""The API and STS, asked by botocore over TLS through `--connect-to`."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ecr_doctor.auth.fetcher import fetch_token
from ecr_doctor.auth.session import AwsSession
from ecr_doctor.demo.names import ACCOUNT, HOST, OTHER_ACCOUNT, REGION
from ecr_doctor.demo.world import (
    KEY_ID,
    SECRET_KEY,
    SESSION_KEY_ID,
    SESSION_SECRET_KEY,
    SESSION_TOKEN,
    USER_ARN,
    World,
)
from ecr_doctor.model import Settings, parse_registry
from ecr_doctor.model.settings import parse_connect_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.demo.server import Server


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], AwsSession]:
    """A session that reaches a look-alike."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)

    def make(server: Server) -> AwsSession:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(server.authority_file))
        rules = tuple(parse_connect_to(rule) for rule in server.connect_to())
        return AwsSession(Settings(env=dict(os.environ), connect_to=rules))

    return make


@pytest.fixture
def ecr(server: Server, session: Callable[[Server], AwsSession]) -> Any:
    return session(server).client("ecr", REGION)


def failure(call: Callable[..., Any], **arguments: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_token_for_the_registry(server: Server, session: Callable[..., AwsSession]) -> None:
    registry = parse_registry(HOST)
    assert registry is not None

    token = fetch_token(registry, session(server))

    assert (token.user, token.proxy_endpoint) == ("AWS", f"https://{HOST}")
    assert abs(token.expires - datetime.now(UTC) - timedelta(hours=12)) < timedelta(minutes=1)
    known = server.cloud.mint.read(token.secret.reveal())
    assert known is not None
    assert known.arn == USER_ARN


def test_a_token_for_another_account(ecr: Any) -> None:
    (data,) = ecr.get_authorization_token(registryIds=[OTHER_ACCOUNT])["authorizationData"]

    assert data["proxyEndpoint"] == f"https://{OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"


def test_who_signed(server: Server, session: Callable[..., AwsSession]) -> None:
    identity = session(server).client("sts", REGION).get_caller_identity()

    assert (identity["Arn"], identity["Account"]) == (USER_ARN, ACCOUNT)


def test_repositories_tags_and_images(ecr: Any) -> None:
    names = [r["repositoryName"] for r in ecr.describe_repositories()["repositories"]]
    tags = {i["imageTag"] for i in ecr.list_images(repositoryName="team/app")["imageIds"]}
    ids = [{"imageTag": "v1"}, {"imageTag": "v9"}]
    images = ecr.batch_get_image(repositoryName="team/app", imageIds=ids)
    (detail,) = ecr.describe_images(repositoryName="team/app", imageIds=ids[:1])["imageDetails"]

    assert names == ["team/app"]
    assert tags == {"latest", "v1"}
    assert [i["imageId"]["imageDigest"] for i in images["images"]] == [detail["imageDigest"]]
    assert [f["failureCode"] for f in images["failures"]] == ["ImageNotFound"]


def test_a_layers_address(ecr: Any) -> None:
    image = ecr.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "v1"}])
    assert image["images"][0]["imageManifestMediaType"].endswith("manifest.list.v2+json")

    assert failure(
        ecr.get_download_url_for_layer, repositoryName="team/app", layerDigest="sha256:0"
    ) == ("LayersNotFoundException", "The layer with digest 'sha256:0' does not exist")


@pytest.mark.parametrize(
    ("operation", "arguments", "code", "text"),
    [
        (
            "describe_repositories",
            {"repositoryNames": ["team/ap"]},
            "RepositoryNotFoundException",
            (
                "The repository with name 'team/ap' does not exist in the registry with id "
                "'123456789012'"
            ),
        ),
        (
            "describe_images",
            {"repositoryName": "team/app", "imageIds": [{"imageTag": "v9"}]},
            "ImageNotFoundException",
            (
                "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within "
                "the repository with name 'team/app' in the registry with id '123456789012'"
            ),
        ),
        (
            "get_repository_policy",
            {"repositoryName": "team/app"},
            "RepositoryPolicyNotFoundException",
            (
                "Repository policy does not exist for the repository with name 'team/app' in the "
                "registry with id '123456789012'"
            ),
        ),
        ("describe_registry", {}, "UnknownOperationException", ""),
    ],
)
def test_errors_of_the_api(
    ecr: Any,
    operation: str,
    arguments: dict[str, object],
    code: str,
    text: str,
) -> None:
    assert failure(getattr(ecr, operation), **arguments) == (code, text)


def test_another_accounts_repositories_are_denied(ecr: Any) -> None:
    code, text = failure(
        ecr.batch_get_image,
        registryId=OTHER_ACCOUNT,
        repositoryName="shared/base",
        imageIds=[{"imageTag": "latest"}],
    )

    assert code == "AccessDeniedException"
    assert text.endswith(
        "on resource: arn:aws:ecr:us-east-1:210987654321:repository/shared/base "
        "because no resource-based policy allows the ecr:BatchGetImage action"
    )


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        pytest.param(
            ("AKIAGONE", "x", ""), ("UnrecognizedClientException", "InvalidClientTokenId"),
            id="unknown key",
        ),
        pytest.param(
            (KEY_ID, "x", ""), ("InvalidSignatureException", "SignatureDoesNotMatch"),
            id="wrong secret",
        ),
        pytest.param(
            (SESSION_KEY_ID, SESSION_SECRET_KEY, SESSION_TOKEN),
            ("ExpiredTokenException", "ExpiredToken"), id="session over",
        ),
    ],
)  # fmt: skip
def test_each_service_has_its_own_codes_for_a_bad_signature(
    server: Server,
    session: Callable[..., AwsSession],
    monkeypatch: pytest.MonkeyPatch,
    key: tuple[str, str, str],
    codes: tuple[str, str],
) -> None:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    for name, value in zip(names, key, strict=True):
        monkeypatch.setenv(name, value)
    aws = session(server)

    found = (
        failure(aws.client("ecr", REGION).get_authorization_token)[0],
        failure(aws.client("sts", REGION).get_caller_identity)[0],
    )

    assert found == codes


def test_a_clock_that_is_behind(
    start: Callable[[World], Server], session: Callable[..., AwsSession]
) -> None:
    skewed = start(World(clock_ahead=timedelta(minutes=20)))

    code, text = failure(session(skewed).client("ecr", REGION).get_authorization_token)

    assert code == "InvalidSignatureException"
    assert text.startswith("Signature expired: ")
