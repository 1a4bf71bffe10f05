"""The probes that look into policies, against a server that speaks as IAM and ECR do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from werkzeug import Request, Response

from ecr_doctor.model import parse_target
from ecr_doctor.probes import second_try
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.iam_simulation import Decision, SimulationProbe
from ecr_doctor.probes.pull_through import UpstreamLoginProbe
from ecr_doctor.probes.repository_policy import RepositoryPolicyProbe
from ecr_doctor.probes.second_try import SecondTryProbe, Step
from probes.aws_machine import ENV_KEYS, AwsMachine

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

USER = "arn:aws:iam::123456789012:user/dev"
ROLE = "arn:aws:iam::123456789012:role/puller"
WHOLE_ROLE = "arn:aws:iam::123456789012:role/ci/puller"
PULL, TOKEN = "ecr:BatchGetImage", "ecr:GetAuthorizationToken"


class FakeIam:
    """Answers in IAM's XML, and remembers what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.known = {USER, WHOLE_ROLE}
        self.denied = False
        server.expect_request("/iam/").respond_with_handler(self.handle)

    def handle(self, request: Request) -> Response:
        form = parse_qs(request.get_data(as_text=True))
        self.asked.append(form)
        if self.denied:
            return error(403, "AccessDenied", f"User: {USER} is not authorized to perform: iam:X")
        if form["Action"] == ["GetRole"]:
            return answer(
                "GetRole",
                f"<Role><Arn>{WHOLE_ROLE}</Arn><Path>/ci/</Path><RoleName>puller</RoleName>"
                "<RoleId>AROA</RoleId><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>",
            )
        if form["PolicySourceArn"][0] not in self.known:
            return error(404, "NoSuchEntity", "The role cannot be found.")
        actions = [value[0] for key, value in form.items() if key.startswith("ActionNames.")]
        members = "".join(member(action) for action in actions)
        return answer(
            "SimulatePrincipalPolicy", f"<EvaluationResults>{members}</EvaluationResults>"
        )


def member(action: str) -> str:
    if action != PULL:
        return (
            f"<member><EvalActionName>{action}</EvalActionName>"
            "<EvalDecision>allowed</EvalDecision></member>"
        )
    return (
        f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>*</EvalResourceName>"
        "<EvalDecision>explicitDeny</EvalDecision><MatchedStatements><member>"
        "<SourcePolicyId>no-pulls</SourcePolicyId></member></MatchedStatements>"
        "<MissingContextValues><member>aws:SourceVpce</member></MissingContextValues>"
        "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false"
        "</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>"
        "<OrganizationsDecisionDetail><AllowedByOrganizations>true</AllowedByOrganizations>"
        "</OrganizationsDecisionDetail></member>"
    )


def answer(action: str, body: str) -> Response:
    text = (
        f'<{action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><{action}Result>'
        f"{body}</{action}Result></{action}Response>"
    )
    return Response(text, content_type="text/xml")


def error(status: int, code: str, message: str) -> Response:
    text = (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    )
    return Response(text, status, content_type="text/xml")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> AwsMachine:
    machine = AwsMachine(monkeypatch)
    machine.setenv(
        **ENV_KEYS,
        AWS_ENDPOINT_URL_ECR=httpserver.url_for("/ecr/"),
        AWS_ENDPOINT_URL_IAM=httpserver.url_for("/iam/"),
    )
    return machine


@pytest.fixture
def iam(httpserver: HTTPServer) -> FakeIam:
    return FakeIam(httpserver)


def ecr(server: HTTPServer, body: dict[str, Any], status: int = 200) -> None:
    reply = Response(json.dumps(body), status, content_type="application/x-amz-json-1.1")
    server.expect_request("/ecr/").respond_with_response(reply)


def test_simulation_of_a_user(machine: AwsMachine, iam: FakeIam) -> None:
    found = machine.observe(SimulationProbe(USER))

    pull, token = found.of(PULL), found.of(TOKEN)
    assert pull is not None
    assert token is not None
    assert pull.decision is Decision.EXPLICIT_DENY
    assert pull.policies == ("no-pulls",)
    assert pull.missing_context == ("aws:SourceVpce",)
    assert (pull.boundary_allows, pull.organization_allows) == (False, True)
    assert pull.text == "explicitDeny; by no-pulls; not allowed by the permissions boundary"
    assert token.allowed
    assert (token.boundary_allows, token.organization_allows) == (None, None)
    assert {call["ResourceArns.member.1"][0] for call in iam.asked} == {
        "*",
        "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
    }


def test_the_path_of_a_role_is_looked_up(machine: AwsMachine, iam: FakeIam) -> None:
    found = machine.observe(SimulationProbe(ROLE))

    assert found.principal == WHOLE_ROLE
    assert found.error is None
    assert ["GetRole"] in [call["Action"] for call in iam.asked]


def test_a_simulation_that_is_not_allowed(machine: AwsMachine, iam: FakeIam) -> None:
    iam.denied = True

    found = machine.observe(SimulationProbe(USER))

    assert found.error is not None
    assert found.error.kind is FailureKind.DENIED
    assert found.of(PULL) is None


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:federated-user/dev",
        "",
    ],
)
def test_callers_that_cannot_be_simulated(machine: AwsMachine, principal: str) -> None:
    with pytest.raises(ProbeError, match="does not simulate"):
        machine.observe(SimulationProbe(principal))


def test_a_repository_policy(machine: AwsMachine, httpserver: HTTPServer) -> None:
    ecr(httpserver, {"policyText": '{"Statement": []}'})

    assert machine.observe(RepositoryPolicyProbe()).text == '{"Statement": []}'


@pytest.mark.parametrize(
    ("code", "known"),
    [("RepositoryPolicyNotFoundException", True), ("AccessDeniedException", False)],
)
def test_no_repository_policy(
    machine: AwsMachine,
    httpserver: HTTPServer,
    code: str,
    known: bool,  # noqa: FBT001
) -> None:
    ecr(httpserver, {"__type": code, "message": "no"}, 400)

    found = machine.observe(RepositoryPolicyProbe())

    assert (found.text, found.known) == ("", known)


@pytest.mark.parametrize(
    ("body", "valid", "failure"),
    [
        ({"isValid": True}, True, ""),
        ({"isValid": False, "failure": "401 Unauthorized"}, False, "401 Unauthorized"),
    ],
)
def test_the_login_of_a_cache_rule(
    machine: AwsMachine,
    httpserver: HTTPServer,
    body: dict[str, Any],
    valid: bool,  # noqa: FBT001
    failure: str,
) -> None:
    ecr(httpserver, body)

    found = machine.observe(UpstreamLoginProbe("ghcr"))

    assert (found.valid, found.failure, found.error) == (valid, failure, None)


@pytest.mark.parametrize("probe", [RepositoryPolicyProbe(), UpstreamLoginProbe("x")])
def test_only_private_registries_have_policies(machine: AwsMachine, probe: Any) -> None:
    machine.target = parse_target("public.ecr.aws/a/b:1")

    with pytest.raises(ProbeError, match="private"):
        machine.observe(probe)


@pytest.mark.parametrize("status", [200, 400])
def test_a_second_try_for_a_token(
    monkeypatch: pytest.MonkeyPatch, machine: AwsMachine, httpserver: HTTPServer, status: int
) -> None:
    monkeypatch.setattr(second_try, "PAUSE_SECONDS", 0.01)
    data = {"authorizationToken": "QVdTOnNlY3JldA==", "expiresAt": 1_900_000_000.0}
    good = {"authorizationData": [data]}
    denied = {"__type": "AccessDeniedException", "message": "no"}
    ecr(httpserver, good if status == 200 else denied, status)

    assert machine.observe(SecondTryProbe(Step.TOKEN)) is (status == 200)


def test_no_second_try_when_the_time_is_nearly_up(machine: AwsMachine) -> None:
    machine.settings["timeout"] = 5.0

    with pytest.raises(ProbeError, match="no time"):
        machine.observe(SecondTryProbe(Step.TOKEN))
