from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ecr_doctor.model import Status, parse_target
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.http import HttpProblem
from ecr_doctor.probes.registry_api import Login as Answered
from ecr_doctor.probes.registry_api import LoginProbe, RegistryAnswer, Whose
from ecr_doctor.redact import Secret
from ecr_doctor.testing import NOON, TARGET, context
from ecr_doctor_checks.registry.login import Login

PUBLIC = parse_target("public.ecr.aws/nginx/nginx:latest")
EXPIRED = "Your authorization token has expired. Reauthenticate and try again."
SCP = (
    "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: ecr:BatchGetImage on "
    "resource: * with an explicit deny in a service control policy"
)


def credential(kind: SourceKind = SourceKind.AUTHS, user: str = "AWS") -> DockerCredential:
    helper = {SourceKind.HELPER: "ecr-login", SourceKind.STORE: "pass"}.get(kind, "")
    return DockerCredential(
        kind=kind, user=user, path="~/.docker/config.json", helper=helper, secret=Secret("x")
    )


def login(status: int = 200, message: str = "", **more: Any) -> Answered:
    answer = RegistryAnswer(status=status, message=message, **more)
    return Answered(whose=Whose.DOCKER, answer=answer, password_is_token=True)


def no_token(status: int, message: str = "") -> Answered:
    answer = RegistryAnswer(status=status, message=message)
    return Answered(whose=Whose.DOCKER, answer=answer)


HELPER, AUTHS, ENV = credential(SourceKind.HELPER), credential(), credential(SourceKind.ENV)
NOTHING = DockerCredential()
FRESH = login()


@pytest.mark.parametrize(
    ("docker", "said", "fetched", "status", "cause"),
    [
        pytest.param(AUTHS, login(), FRESH, Status.PASS, None, id="accepted"),
        pytest.param(NOTHING, login(), FRESH, Status.INCONCLUSIVE, None, id="nothing to send"),
        pytest.param(AUTHS, login(403, EXPIRED), FRESH, Status.FAIL, "stored-login-expired",
                     id="expired"),
        pytest.param(AUTHS, login(403, EXPIRED), None, Status.FAIL, "stored-login-expired",
                     id="expired, no token of ours"),
        pytest.param(HELPER, login(403, EXPIRED), FRESH, Status.FAIL, "helper-outdated",
                     id="the helper gives an expired token"),
        pytest.param(credential(SourceKind.STORE), login(403, EXPIRED), FRESH, Status.FAIL,
                     "stored-login-expired", id="the store keeps an expired token"),
        pytest.param(credential(user="dev"), login(401), FRESH, Status.FAIL,
                     "stored-login-wrong-user", id="wrong user"),
        pytest.param(AUTHS, no_token(400), FRESH, Status.FAIL, "login-password-wrong",
                     id="bad request"),
        pytest.param(ENV, no_token(401, "Not Authorized"), FRESH, Status.FAIL,
                     "login-password-wrong", id="no token"),
        pytest.param(AUTHS, login(403, "Your Authorization Token is invalid."), FRESH, Status.FAIL,
                     "login-for-other-registry", id="other region"),
        pytest.param(AUTHS, login(401), login(401), Status.FAIL, "ecr-service-side",
                     id="both refused"),
        pytest.param(AUTHS, login(401), login(0, problem=HttpProblem.SILENT), Status.FAIL,
                     "login-for-other-registry", id="refused, then silent"),
        pytest.param(HELPER, no_token(401), FRESH, Status.FAIL, "helper-protocol-broken",
                     id="the helper gives no token"),
        pytest.param(HELPER, login(401), FRESH, Status.FAIL, None, id="helper's refused"),
        pytest.param(AUTHS, login(403, SCP), login(403, SCP), Status.FAIL, "scp-deny", id="denied"),
        pytest.param(AUTHS, login(429), None, Status.FAIL, "ecr-api-throttled", id="throttled"),
        pytest.param(AUTHS, login(503, is_html=True), None, Status.FAIL, "ecr-service-side",
                     id="service"),
        pytest.param(AUTHS, login(407), None, Status.FAIL, "proxy-authentication-required",
                     id="a proxy wants a login"),
        pytest.param(AUTHS, login(511), None, Status.FAIL, "captive-portal", id="network login"),
        pytest.param(AUTHS, login(403, "blocked", is_strange=True), None, Status.FAIL,
                     "captive-portal", id="a proxy's words"),
        pytest.param(AUTHS, login(200, is_html=True), None, Status.FAIL, "captive-portal",
                     id="portal"),
        pytest.param(AUTHS, login(302), None, Status.FAIL, "captive-portal", id="sent elsewhere"),
        pytest.param(AUTHS, login(0, problem=HttpProblem.SILENT), None, Status.FAIL,
                     "network-timeout", id="silent"),
        pytest.param(AUTHS, login(0, problem=HttpProblem.ENDED), None, Status.FAIL,
                     "connection-reset", id="ended"),
        pytest.param(AUTHS, login(0, problem=HttpProblem.NOT_HTTP), None, Status.FAIL,
                     "captive-portal", id="not HTTP"),
        pytest.param(AUTHS, login(0, problem=HttpProblem.NOT_CONNECTED), None,
                     Status.INCONCLUSIVE, None, id="not connected"),
    ],
)  # fmt: skip
def test_verdict(
    docker: DockerCredential,
    said: Answered,
    fetched: Answered | None,
    status: Status,
    cause: str | None,
) -> None:
    verdict = Login().run(context(given(docker, said, fetched)))

    assert (verdict.status, verdict.cause) == (status, cause)


def given(docker: DockerCredential, said: Answered, fetched: Answered | None) -> dict[Any, Any]:
    whose = Whose.DOCKER if docker.found else Whose.NONE
    return {
        DockerCredentialProbe(): docker,
        LoginProbe(whose): said,
        LoginProbe(Whose.FETCHED): fetched or ProbeError("no token"),
    }


def test_the_token_itself_says_that_it_ran_out() -> None:
    answer = RegistryAnswer(status=401)
    past = NOON - timedelta(hours=1)
    said = Answered(whose=Whose.DOCKER, answer=answer, password_is_token=True, expires=past)

    assert Login().run(context(given(AUTHS, said, FRESH))).cause == "stored-login-expired"


@pytest.mark.parametrize(
    ("docker", "said", "status", "cause"),
    [
        (NOTHING, login(), Status.PASS, None),
        (AUTHS, login(403, EXPIRED), Status.FAIL, "public-ecr-stale-login"),
        (AUTHS, login(403, "Not Authorized"), Status.FAIL, "public-ecr-stale-login"),
        (HELPER, login(403, "Not Authorized"), Status.FAIL, None),
        (NOTHING, login(429), Status.FAIL, "public-ecr-rate-limit"),
    ],
)
def test_the_public_registry(
    docker: DockerCredential, said: Answered, status: Status, cause: str | None
) -> None:
    verdict = Login().run(context(given(docker, said, None), target=PUBLIC))

    assert (verdict.status, verdict.cause) == (status, cause)


@pytest.mark.parametrize(("said", "symptom"), [("Odd words", "Odd words"), ("Not Authorized", "")])
def test_a_refusal_keeps_the_words_for_the_catalog(said: str, symptom: str) -> None:
    verdict = Login().run(context(given(HELPER, login(401, said), FRESH)))

    assert verdict.cause is None
    assert verdict.symptom == symptom
    assert len(verdict.evidence) == 2
    assert TARGET.host in verdict.summary
