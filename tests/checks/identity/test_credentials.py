from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.aws_credentials import (
    AwsCredentials,
    AwsCredentialsProbe,
    CredentialSource,
    CredentialsProblem,
    SourceKind,
)
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsProbe, TlsState
from ecr_doctor.testing import context
from ecr_doctor_checks.identity.credentials import Credentials

HELPER = AwsNeed(needed=True, why="docker asks the helper ecr-login", helper="ecr-login")
STORED = AwsNeed(needed=False, why="docker asks no credential helper for this registry")
ENV = CredentialSource(kind=SourceKind.ENV, origin="AWS_ACCESS_KEY_ID", key_id="AKIAEXAM...0001")
FILE = CredentialSource(
    kind=SourceKind.CREDENTIALS_FILE, origin="~/.aws/credentials:2", profile="default"
)


def broken(problem: str, **more: str) -> AwsCredentials:
    seen = AwsCredentials(problem=CredentialsProblem(problem), detail=f"it is {problem}")
    return AwsCredentials(
        problem=seen.problem, detail=seen.detail, origin=more.get("origin", ""),
        problem_profile=more.get("profile", ""), nearest=more.get("nearest", ""),
    )  # fmt: skip


CAUSES = [
    ("nothing-configured", "no-aws-credentials"),
    ("metadata-unreachable", "imds-unreachable"),
    ("metadata-through-proxy", "no-proxy-misconfigured"),
    ("profile-missing", "aws-profile-missing"),
    ("file-broken", "aws-config-unparsable"),
    ("keys-incomplete", "aws-env-incomplete"),
    ("profile-incomplete", "aws-profile-incomplete"),
    ("session-expired", "aws-session-expired"),
    ("mfa-needed", "aws-profile-needs-mfa"),
    ("process-fails", "credential-process-fails"),
    ("process-hangs", "credential-process-hangs"),
    ("token-file-unreadable", "web-identity-token-unreadable"),
    ("role-refused", "assume-role-refused"),
    ("container-unreachable", "container-credentials-unreachable"),
    ("keys-refused", "aws-keys-invalid"),
    ("clock", "clock-skew"),
]
ABSENT = {"nothing-configured", "metadata-unreachable"}


@pytest.mark.parametrize(("problem", "cause"), CAUSES)
def test_breaks_the_pull_of_a_helper(problem: str, cause: str) -> None:
    verdict = Credentials().run(
        context({AwsCredentialsProbe(): broken(problem), AwsNeedProbe(): HELPER})
    )

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)
    assert f"it is {problem}" in verdict.summary
    assert verdict.doubtful is (problem == "process-hangs"), "it may only be slow"


@pytest.mark.parametrize(("problem", "cause"), CAUSES)
@pytest.mark.parametrize("need", [STORED, None])
def test_breaks_no_pull_that_does_without(problem: str, cause: str, need: AwsNeed | None) -> None:
    observations: dict[Any, Any] = {AwsCredentialsProbe(): broken(problem)}
    ctx = context(observations if need is None else {**observations, AwsNeedProbe(): need})

    verdict = Credentials().run(ctx)

    expected = (Status.INCONCLUSIVE, None) if problem in ABSENT else (Status.WARN, cause)
    assert (verdict.status, verdict.cause) == expected


@pytest.mark.parametrize("problem", ["unreachable", "other"])
def test_cannot_tell(problem: str) -> None:
    ctx = context({AwsCredentialsProbe(): broken(problem), AwsNeedProbe(): HELPER})

    assert Credentials().run(ctx).status is Status.INCONCLUSIVE


def test_names_the_winner_and_what_it_hides() -> None:
    seen = AwsCredentials(winner=ENV, rivals=(FILE,), usable=True, key_id="AKIAEXAM...0001")

    verdict = Credentials().run(context({AwsCredentialsProbe(): seen}))

    assert verdict.status is Status.PASS
    assert "AWS_ACCESS_KEY_ID" in verdict.summary
    shown = {e.what: (e.value, e.source) for e in verdict.evidence}
    assert shown["access key"] == ("AKIAEXAM...0001", "AWS_ACCESS_KEY_ID")
    assert shown["not used"] == (
        "keys in the credentials file (~/.aws/credentials:2)", "~/.aws/credentials:2",
    )  # fmt: skip


def test_facts_for_the_fix() -> None:
    seen = broken("profile-missing", origin="/home/dev/.aws/config:3", nearest="production")

    verdict = Credentials().run(context({AwsCredentialsProbe(): seen, AwsNeedProbe(): HELPER}))

    facts = dict(verdict.facts)
    assert facts["nearest"] == "production"
    assert (facts["path"], facts["line"]) == ("/home/dev/.aws/config", "3")
    assert facts["helper"] == "ecr-login"
    assert "'production'" in verdict.summary


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SourceKind.SSO, "`aws sso login --profile corp`"),
        (SourceKind.LOGIN, "`aws login --profile corp`"),
        (SourceKind.WEB_IDENTITY, "a role with a web identity token (x) has expired"),
    ],
)
def test_a_session_that_is_over_comes_with_its_command(kind: SourceKind, words: str) -> None:
    winner = CredentialSource(kind=kind, origin="x", profile="corp")
    seen = replace(broken("session-expired"), winner=winner)

    verdict = Credentials().run(context({AwsCredentialsProbe(): seen, AwsNeedProbe(): HELPER}))

    assert words in verdict.summary


def test_a_refused_role_names_the_parties() -> None:
    text = "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole"
    text += " on resource: arn:aws:iam::1:role/y"
    error = AwsError(kind=FailureKind.DENIED, message=text, status=403)
    seen = AwsCredentials(problem=CredentialsProblem.ROLE_REFUSED, detail=text, error=error)

    verdict = Credentials().run(context({AwsCredentialsProbe(): seen, AwsNeedProbe(): HELPER}))

    facts = dict(verdict.facts)
    assert facts["principal"] == "arn:aws:iam::1:user/x"
    assert facts["resource"] == "arn:aws:iam::1:role/y"


STS = "sts.us-east-1.amazonaws.com"


def without_sts(kind: FailureKind) -> AwsCredentials:
    error = AwsError(kind=kind, message="no answer", host=STS)
    return AwsCredentials(problem=CredentialsProblem.UNREACHABLE, detail="no STS", error=error)


@pytest.mark.parametrize(
    ("state", "tls", "kind", "cause"),
    [
        (ReachState.NO_NAME, None, FailureKind.DNS, "dns-failure"),
        (ReachState.REFUSED, None, FailureKind.CONNECT, "connection-refused"),
        (ReachState.TIMEOUT, None, FailureKind.TIMEOUT, "network-timeout"),
        (ReachState.OPEN, TlsState.UNKNOWN_AUTHORITY, FailureKind.TLS, "tls-untrusted-ca"),
        (ReachState.OPEN, TlsState.OK, FailureKind.TIMEOUT, "network-timeout"),
        (ReachState.OPEN, TlsState.OK, FailureKind.CONNECT, "connection-reset"),
        (ReachState.OPEN, TlsState.OK, FailureKind.BAD_ANSWER, "captive-portal"),
        (ReachState.OPEN, TlsState.OK, FailureKind.OTHER, None),
    ],
)
@pytest.mark.parametrize(("need", "grave"), [(HELPER, Status.FAIL), (STORED, Status.WARN)])
def test_a_service_that_gives_keys_and_is_not_reached(  # noqa: PLR0913, PLR0917  a table
    state: ReachState,
    tls: TlsState | None,
    kind: FailureKind,
    cause: str | None,
    need: AwsNeed,
    grave: Status,
) -> None:
    way = ReachProbe(STS, 443, Side.CLIENT)
    seen: dict[Any, Any] = {
        AwsCredentialsProbe(): without_sts(kind),
        AwsNeedProbe(): need,
        way: Reach(host=STS, port=443, side=Side.CLIENT, state=state),
    }
    if tls is not None:
        seen[TlsProbe(STS, 443, Side.CLIENT)] = TlsAnswer(host=STS, state=tls)

    verdict = Credentials().run(context(seen))

    assert verdict.cause == cause
    assert verdict.status is (grave if cause else Status.INCONCLUSIVE)
    told = dict(verdict.facts)
    assert told.get("server") == (STS if cause else None), "the fix asks the host that failed"
    assert ("helper_side" in told) is bool(cause)


def test_a_proxy_wants_a_login_in_the_services_place() -> None:
    error = AwsError(kind=FailureKind.PROXY, message="", status=407, host=STS)
    kept = AwsCredentials(problem=CredentialsProblem.UNREACHABLE, detail="no STS", error=error)
    seen: dict[Any, Any] = {
        AwsCredentialsProbe(): kept,
        AwsNeedProbe(): HELPER,
        ReachProbe(STS, 443, Side.CLIENT): Reach(
            host=STS, port=443, side=Side.CLIENT, state=ReachState.OPEN
        ),
        TlsProbe(STS, 443, Side.CLIENT): TlsAnswer(host=STS, state=TlsState.OK),
    }

    verdict = Credentials().run(context(seen))

    assert verdict.cause == "proxy-authentication-required"


def test_something_else_answers_in_the_services_place() -> None:
    error = AwsError(kind=FailureKind.BAD_ANSWER, message="'AssumeRoleResult'")
    kept = AwsCredentials(problem=CredentialsProblem.UNREACHABLE, detail="no STS", error=error)

    verdict = Credentials().run(context({AwsCredentialsProbe(): kept, AwsNeedProbe(): HELPER}))

    assert verdict.cause == "captive-portal"
