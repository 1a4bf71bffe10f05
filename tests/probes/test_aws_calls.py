"""The probes that call AWS, against a server that speaks as AWS does."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler

from ecr_doctor.model import parse_target
from ecr_doctor.probes.aws_clock import AwsClockProbe
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentityProbe
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.ecr_repository import (
    EcrImageProbe,
    ElsewhereProbe,
    ImageStateProbe,
    RepositoriesProbe,
    TagsProbe,
)
from ecr_doctor.probes.ecr_token import EcrTokenProbe
from ecr_doctor.probes.pull_through import PullThroughProbe, PullThroughRule
from ecr_doctor.testing import HOST
from probes.aws_machine import ENV_KEYS, AwsMachine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_httpserver import HTTPServer

ARN = "arn:aws:iam::123456789012:user/dev"
CALLER = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>{ARN}</Arn><UserId>AIDAX</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>"""


class FakeEcr:
    """Answers to ECR's JSON calls by operation."""

    def __init__(self, server: HTTPServer) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        server.expect_request("/ecr/").respond_with_handler(self.handle)

    def handle(self, request: Request) -> Response:
        operation = request.headers["X-Amz-Target"].rpartition(".")[2]
        self.asked.append((operation, json.loads(request.data)))
        answer = self.answers[operation]
        if callable(answer):
            answer = answer(json.loads(request.data))
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return Response(json.dumps(body), status, content_type="application/x-amz-json-1.1")


def refusal(code: str, message: str, status: int = 400) -> tuple[int, dict[str, str]]:
    return status, {"__type": code, "message": message}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> AwsMachine:
    machine = AwsMachine(monkeypatch)
    machine.setenv(
        **ENV_KEYS,
        AWS_ENDPOINT_URL_ECR=httpserver.url_for("/ecr/"),
        AWS_ENDPOINT_URL_STS=httpserver.url_for("/sts/"),
    )
    return machine


@pytest.fixture
def ecr(httpserver: HTTPServer) -> FakeEcr:
    return FakeEcr(httpserver)


def sts(server: HTTPServer, body: str = CALLER, *, status: int = 200) -> None:
    reply = Response(body, status, content_type="text/xml")
    server.expect_request("/sts/").respond_with_response(reply)


@pytest.fixture
def server_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Move the clock of the server by seconds."""

    def move(ahead: int) -> None:
        date = datetime.now(UTC) + timedelta(seconds=ahead)
        text = f"{date:%a, %d %b %Y %H:%M:%S GMT}"
        monkeypatch.setattr(WSGIRequestHandler, "date_time_string", lambda *_: text)

    return move


def test_caller(machine: AwsMachine, httpserver: HTTPServer) -> None:
    sts(httpserver)

    seen = machine.observe(AwsIdentityProbe())

    assert (seen.arn, seen.account, seen.partition) == (ARN, "123456789012", "aws")
    assert seen.error is None
    assert seen.skew is not None
    assert abs(seen.skew) < timedelta(seconds=5)


def test_unknown_key(machine: AwsMachine, httpserver: HTTPServer) -> None:
    body = (
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"
        "<Message>The security token included in the request is invalid.</Message></Error>"
        "</ErrorResponse>"
    )
    sts(httpserver, body, status=403)

    error = machine.observe(AwsIdentityProbe()).error

    assert error is not None
    assert (error.kind, error.code, error.status) == (
        FailureKind.KEY_UNKNOWN, "InvalidClientTokenId", 403,
    )  # fmt: skip
    assert error.refuses_keys
    assert error.operation == "STS GetCallerIdentity"


def test_no_call_is_made_without_keys(machine: AwsMachine, ecr: FakeEcr) -> None:
    machine.monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    for error in (
        machine.observe(AwsIdentityProbe()).error,
        machine.observe(EcrTokenProbe()).error,
        machine.observe(EcrImageProbe()).error,
    ):
        assert error is not None
        assert error.without_keys
    assert ecr.asked == []


@pytest.mark.parametrize(("ahead", "minutes"), [(20 * 60, -20), (-20 * 60, 20), (0, 0)])
def test_clock_by_sts(
    machine: AwsMachine,
    httpserver: HTTPServer,
    server_clock: Callable[[int], None],
    ahead: int,
    minutes: int,
) -> None:
    sts(httpserver)
    server_clock(ahead)

    clock = machine.observe(AwsClockProbe())

    assert clock.ahead is not None
    assert round(clock.ahead / timedelta(minutes=1)) == minutes
    assert clock.accepted


def test_clock_that_a_signature_fails_of(machine: AwsMachine, httpserver: HTTPServer) -> None:
    body = (
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>"
        "<Message>Signature expired: 1 is now earlier than 2 (3 - 15 min.)</Message></Error>"
        "</ErrorResponse>"
    )
    sts(httpserver, body, status=403)

    clock = machine.observe(AwsClockProbe())

    assert clock.refused is not None
    assert not clock.accepted


def test_clock_is_unknown_where_nobody_answers(machine: AwsMachine) -> None:
    machine.monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    machine.setenv(HTTPS_PROXY="http://127.0.0.1:9")

    assert machine.observe(AwsClockProbe()).ahead is None


def test_token(machine: AwsMachine, ecr: FakeEcr) -> None:
    encoded = base64.b64encode(b"AWS:very-secret-token").decode()
    data = {
        "authorizationToken": encoded,
        "expiresAt": 1800000000.0,
        "proxyEndpoint": f"https://{HOST}",
    }
    ecr.answers["GetAuthorizationToken"] = {"authorizationData": [data]}
    scene = machine.scene()

    seen = scene.observe(EcrTokenProbe())

    assert seen.token is not None
    assert seen.token.secret.reveal() == "very-secret-token"
    assert "very-secret-token" not in scene.redactor.clean("a very-secret-token")
    assert encoded not in scene.redactor.clean(f"a {encoded}")


def test_token_denied(machine: AwsMachine, ecr: FakeEcr) -> None:
    text = f"User: {ARN} is not authorized to perform: ecr:GetAuthorizationToken on resource: *"
    text += " because no identity-based policy allows the ecr:GetAuthorizationToken action"
    ecr.answers["GetAuthorizationToken"] = refusal("AccessDeniedException", text)

    error = machine.observe(EcrTokenProbe()).error

    assert error is not None
    assert error.kind is FailureKind.DENIED
    assert error.denial is not None
    assert error.denial.cause("123456789012") == "iam-missing-get-authorization-token"


def test_image_found(machine: AwsMachine, ecr: FakeEcr) -> None:
    image = {"imageManifestMediaType": "application/vnd.oci.image.index.v1+json"}
    ecr.answers["BatchGetImage"] = {"images": [image], "failures": []}

    seen = machine.observe(EcrImageProbe())

    assert seen.found
    assert seen.media_type.endswith("index.v1+json")
    assert ecr.asked[0][1]["imageIds"] == [{"imageTag": "latest"}]


def test_image_by_digest(machine: AwsMachine, ecr: FakeEcr) -> None:
    digest = "sha256:" + "ab" * 32
    machine.image(f"{HOST}/team/app@{digest}")
    ecr.answers["BatchGetImage"] = {
        "images": [],
        "failures": [{"failureCode": "KmsError", "failureReason": "key disabled"}],
    }

    seen = machine.observe(EcrImageProbe())

    assert ecr.asked[0][1]["imageIds"] == [{"imageDigest": digest}]
    assert not seen.found
    assert [(f.code, f.reason) for f in seen.failures] == [("KmsError", "key disabled")]


def test_repositories_near_the_name(machine: AwsMachine, ecr: FakeEcr) -> None:
    names = ["team/apps", "other/app", "zebra", "team/app-base"]
    ecr.answers["DescribeRepositories"] = {
        "repositories": [{"repositoryName": name} for name in names],
        "nextToken": "more",
    }

    seen = machine.observe(RepositoriesProbe())

    assert seen.names == tuple(names)
    assert not seen.complete
    assert seen.nearest("team/app") == ("team/apps", "team/app-base", "other/app")


def test_tags_near_the_name(machine: AwsMachine, ecr: FakeEcr) -> None:
    tags = ["v1.2.3", "v1.2.4", "main"]
    ecr.answers["ListImages"] = {"imageIds": [{"imageTag": tag} for tag in tags] + [{}]}

    seen = machine.observe(TagsProbe())

    assert seen.names == ("main", "v1.2.3", "v1.2.4")
    assert set(seen.nearest("v1.2.5")) == {"v1.2.3", "v1.2.4"}


@pytest.mark.parametrize(
    ("answer", "known", "archived"),
    [
        ({"imageDetails": [{"imageStatus": "ARCHIVED"}]}, True, True),
        ({"imageDetails": [{"imageStatus": "ACTIVE"}]}, True, False),
        ({"imageDetails": [{}]}, True, False),
        (refusal("ImageNotFoundException", "no such image"), False, False),
    ],
)
def test_archived_image(
    machine: AwsMachine, ecr: FakeEcr, answer: object, *, known: bool, archived: bool
) -> None:
    ecr.answers["DescribeImages"] = answer

    seen = machine.observe(ImageStateProbe())

    assert (seen.known, seen.archived) == (known, archived)


def test_an_archived_image_is_described_to_who_asks_for_it(
    machine: AwsMachine, ecr: FakeEcr
) -> None:
    def describe(body: dict[str, Any]) -> object:
        if body.get("filter", {}).get("imageStatus") == "ANY":
            return {"imageDetails": [{"imageStatus": "ARCHIVED"}]}
        return refusal("ImageNotFoundException", "no such image")

    ecr.answers["DescribeImages"] = describe

    assert machine.observe(ImageStateProbe()).archived


def test_an_image_is_described_where_nobody_knows_the_filter(
    machine: AwsMachine, ecr: FakeEcr
) -> None:
    def describe(body: dict[str, Any]) -> object:
        if "filter" in body:
            return refusal("InvalidParameterException", "unknown filter")
        return {"imageDetails": [{}]}

    ecr.answers["DescribeImages"] = describe

    assert machine.observe(ImageStateProbe()).known


def test_repository_in_another_region_and_account(
    machine: AwsMachine, ecr: FakeEcr, httpserver: HTTPServer
) -> None:
    sts(httpserver, CALLER.replace("123456789012", "210987654321"))
    machine.write(
        ".aws/config", "[profile eu]\nregion = eu-west-1\n[profile cn]\nregion = cn-north-1\n"
    )
    machine.setenv(AWS_DEFAULT_REGION="us-east-1")

    def describe(body: dict[str, Any]) -> object:
        if body["registryId"] == "210987654321":
            return {"repositories": [{"repositoryName": "team/app"}]}
        return refusal("RepositoryNotFoundException", "none")

    ecr.answers["DescribeRepositories"] = describe

    seen = machine.observe(ElsewhereProbe())

    own = "210987654321.dkr.ecr"
    assert seen.looked == (
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
        f"{own}.us-east-1.amazonaws.com",
        f"{own}.eu-west-1.amazonaws.com",
    )
    assert seen.found == seen.looked[1:]


def test_pull_through_rules_of_the_image_s_registry(machine: AwsMachine, ecr: FakeEcr) -> None:
    rule = {"ecrRepositoryPrefix": "docker-hub", "upstreamRegistryUrl": "registry-1.docker.io"}
    ecr.answers["DescribePullThroughCacheRules"] = {"pullThroughCacheRules": [rule]}

    seen = machine.observe(PullThroughProbe())

    assert seen.rules == (PullThroughRule(prefix="docker-hub", upstream="registry-1.docker.io"),)
    assert ecr.asked == [("DescribePullThroughCacheRules", {"registryId": "123456789012"})]


def test_rules_that_may_not_be_seen_are_an_observation(machine: AwsMachine, ecr: FakeEcr) -> None:
    ecr.answers["DescribePullThroughCacheRules"] = refusal("AccessDeniedException", "no")

    seen = machine.observe(PullThroughProbe())

    assert seen.rules == ()
    assert seen.error is not None
    assert seen.error.kind is FailureKind.DENIED


@pytest.mark.parametrize("image", ["public.ecr.aws/x/y:1", "ghcr.io/x/y:1"])
def test_only_private_registries_have_this_api(machine: AwsMachine, image: str) -> None:
    machine.target = parse_target(image)

    for probe in (EcrImageProbe(), RepositoriesProbe(), TagsProbe(), ElsewhereProbe()):
        with pytest.raises(ProbeError, match="private"):
            machine.observe(probe)
