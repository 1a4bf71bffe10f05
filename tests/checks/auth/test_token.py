from __future__ import annotations

import pytest

from ecr_doctor.auth.token import AuthorizationToken
from ecr_doctor.model import Status
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.probes.ecr_token import EcrToken, EcrTokenProbe
from ecr_doctor.redact import Secret
from ecr_doctor.testing import NOON, context
from ecr_doctor_checks.auth.token import Token

NEEDED = AwsNeed(needed=True, why="", helper="ecr-login")
NOT_NEEDED = AwsNeed(needed=False, why="a login is stored")
WHO = "User: arn:aws:iam::123456789012:user/dev is not authorized to perform:"
CALL = f"{WHO} ecr:GetAuthorizationToken on resource: *"


def failed(kind: FailureKind, message: str = "no") -> EcrToken:
    return EcrToken(error=AwsError(kind=kind, message=message, status=400, operation="ECR X"))


GOOD = EcrToken(token=AuthorizationToken(user="AWS", secret=Secret("token"), expires=NOON))


@pytest.mark.parametrize(
    ("seen", "status", "cause"),
    [
        pytest.param(GOOD, Status.PASS, None, id="given"),
        pytest.param(failed(FailureKind.DENIED, f"{CALL} because no identity-based policy allows"),
                     Status.FAIL, "iam-missing-get-authorization-token", id="not allowed"),
        pytest.param(failed(FailureKind.DENIED, f"{CALL} with an explicit deny in a service"
                                                " control policy"),
                     Status.FAIL, "scp-deny", id="scp"),
        pytest.param(failed(FailureKind.DENIED, f"{CALL} because no VPC endpoint policy allows"),
                     Status.FAIL, "vpc-endpoint-policy-deny", id="endpoint policy"),
        pytest.param(failed(FailureKind.DENIED, f"{WHO} sts:GetServiceBearerToken"),
                     Status.FAIL, "public-ecr-missing-bearer-token", id="bearer token"),
        pytest.param(failed(FailureKind.DENIED), Status.FAIL,
                     "iam-missing-get-authorization-token", id="denied without a word"),
        pytest.param(failed(FailureKind.KEY_UNKNOWN), Status.FAIL, "aws-keys-invalid", id="key"),
        pytest.param(failed(FailureKind.SESSION_EXPIRED), Status.FAIL, "aws-session-expired",
                     id="expired"),
        pytest.param(failed(FailureKind.CLOCK_SKEW), Status.FAIL, "clock-skew", id="clock"),
        pytest.param(failed(FailureKind.THROTTLED), Status.FAIL, "ecr-api-throttled",
                     id="throttled"),
        pytest.param(failed(FailureKind.SERVER_ERROR), Status.FAIL, "ecr-service-side", id="5xx"),
        pytest.param(failed(FailureKind.TIMEOUT), Status.INCONCLUSIVE, None, id="silent"),
        pytest.param(failed(FailureKind.NO_CREDENTIALS), Status.INCONCLUSIVE, None, id="no keys"),
        pytest.param(EcrToken(), Status.INCONCLUSIVE, None, id="nothing"),
    ],
)  # fmt: skip
def test_verdict(seen: EcrToken, status: Status, cause: str | None) -> None:
    ctx = context({EcrTokenProbe(): seen, AwsNeedProbe(): NEEDED})

    verdict = Token().run(ctx)

    assert (verdict.status, verdict.cause) == (status, cause)


@pytest.mark.parametrize("kind", [FailureKind.DENIED, FailureKind.KEY_UNKNOWN,
                                  FailureKind.THROTTLED])  # fmt: skip
def test_a_pull_with_a_stored_login_is_not_broken(kind: FailureKind) -> None:
    ctx = context({EcrTokenProbe(): failed(kind, CALL), AwsNeedProbe(): NOT_NEEDED})

    verdict = Token().run(ctx)

    assert verdict.status is Status.WARN
    assert any(e.value == "a login is stored" for e in verdict.evidence)


def test_nobody_is_alarmed_where_no_login_is_sent() -> None:
    unused = AwsNeed(needed=False, why="ECR Public serves everybody", unused=True)
    ctx = context({EcrTokenProbe(): failed(FailureKind.DENIED, CALL), AwsNeedProbe(): unused})

    verdict = Token().run(ctx)

    assert (verdict.status, verdict.cause) == (Status.NOT_APPLICABLE, None)
    assert "sends no login" in verdict.summary


def test_facts_for_the_fix() -> None:
    ctx = context({EcrTokenProbe(): failed(FailureKind.DENIED, CALL), AwsNeedProbe(): NEEDED})

    facts = dict(Token().run(ctx).facts)

    assert facts["principal"] == "arn:aws:iam::123456789012:user/dev"
    assert (facts["action"], facts["resource"]) == ("ecr:GetAuthorizationToken", "*")


def test_the_token_is_not_shown() -> None:
    verdict = Token().run(context({EcrTokenProbe(): GOOD}))

    assert "'token'" not in repr(verdict)
