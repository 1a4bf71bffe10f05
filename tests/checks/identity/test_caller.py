from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Settings, Status, Target, parse_target
from ecr_doctor.probes.aws_credentials import (
    AwsCredentials,
    AwsCredentialsProbe,
    CredentialSource,
    SourceKind,
)
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentity, AwsIdentityProbe
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.testing import TARGET, context
from ecr_doctor_checks.identity.caller import Caller

ACCOUNT, OTHER = "123456789012", "210987654321"
NEEDED = AwsNeed(needed=True, why="", helper="ecr-login")
NOT_NEEDED = AwsNeed(needed=False, why="docker asks no credential helper for this registry")
ENV = CredentialSource(kind=SourceKind.ENV, origin="AWS_ACCESS_KEY_ID")
FILE = CredentialSource(
    kind=SourceKind.CREDENTIALS_FILE, origin="~/.aws/credentials:2", profile="default"
)
BY_ENV = AwsCredentials(winner=ENV, usable=True, key_id="AKIAEXAM...0001")
BY_ENV_OVER_FILE = AwsCredentials(winner=ENV, rivals=(FILE,), usable=True)
BY_FILE = AwsCredentials(winner=FILE, usable=True)


def caller(account: str, partition: str = "aws") -> AwsIdentity:
    return AwsIdentity(arn=f"arn:{partition}:iam::{account}:user/dev", account=account)


def refused(kind: FailureKind) -> AwsIdentity:
    error = AwsError(kind=kind, message="no", code="Code", status=403, operation="STS X")
    return AwsIdentity(error=error)


@pytest.mark.parametrize(
    ("identity", "credentials", "need", "status", "cause"),
    [
        pytest.param(caller(ACCOUNT), BY_FILE, NEEDED, Status.PASS, None, id="accepted"),
        pytest.param(caller(OTHER), BY_FILE, NEEDED, Status.PASS, None, id="other account"),
        pytest.param(refused(FailureKind.KEY_UNKNOWN), BY_FILE, NEEDED, Status.FAIL,
                     "aws-keys-invalid", id="unknown key"),
        pytest.param(refused(FailureKind.SIGNATURE_WRONG), BY_FILE, NEEDED, Status.FAIL,
                     "aws-keys-invalid", id="wrong secret"),
        pytest.param(refused(FailureKind.SESSION_EXPIRED), BY_FILE, NEEDED, Status.FAIL,
                     "aws-session-expired", id="expired"),
        pytest.param(refused(FailureKind.CLOCK_SKEW), BY_FILE, NEEDED, Status.FAIL,
                     "clock-skew", id="clock"),
        pytest.param(refused(FailureKind.KEY_UNKNOWN), BY_ENV, NEEDED, Status.FAIL,
                     "aws-keys-invalid", id="unknown key in the environment"),
        pytest.param(refused(FailureKind.KEY_UNKNOWN), BY_ENV_OVER_FILE, NEEDED, Status.FAIL,
                     "aws-env-shadows-profile", id="environment hides a profile"),
        pytest.param(refused(FailureKind.SESSION_EXPIRED), BY_ENV_OVER_FILE, NEEDED, Status.FAIL,
                     "aws-env-shadows-profile", id="expired environment hides a profile"),
        pytest.param(refused(FailureKind.KEY_UNKNOWN), BY_FILE, NOT_NEEDED, Status.WARN,
                     "aws-keys-invalid", id="docker has a login"),
        pytest.param(refused(FailureKind.TIMEOUT), BY_FILE, NEEDED, Status.INCONCLUSIVE, None,
                     id="STS silent"),
        pytest.param(refused(FailureKind.DENIED), BY_FILE, NEEDED, Status.INCONCLUSIVE, None,
                     id="STS forbidden"),
        pytest.param(refused(FailureKind.NO_CREDENTIALS), BY_FILE, NEEDED, Status.INCONCLUSIVE,
                     None, id="no keys"),
    ],
)  # fmt: skip
def test_verdict(
    *, identity: AwsIdentity, credentials: AwsCredentials, need: AwsNeed, status: Status,
    cause: str | None,
) -> None:  # fmt: skip
    ctx = context(
        {AwsIdentityProbe(): identity, AwsCredentialsProbe(): credentials, AwsNeedProbe(): need}
    )

    verdict = Caller().run(ctx)

    assert (verdict.status, verdict.cause) == (status, cause)


def test_another_account_is_a_fact() -> None:
    verdict = Caller().run(context({AwsIdentityProbe(): caller(OTHER)}))

    shown = {e.what: e.value for e in verdict.evidence}
    assert shown["account"] == OTHER
    assert shown["registry's account"].startswith(ACCOUNT)


CHINA = parse_target(f"{ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app:1")
OPT_IN = parse_target(f"{ACCOUNT}.dkr.ecr.me-south-1.amazonaws.com/team/app:1")


@pytest.mark.parametrize(
    ("target", "env", "elsewhere", "cause"),
    [
        pytest.param(CHINA, {}, {"us-east-1": caller(OTHER)}, "partition-mismatch",
                     id="commercial keys for China"),
        pytest.param(CHINA, {}, {"us-east-1": refused(FailureKind.KEY_UNKNOWN)},
                     "aws-keys-invalid", id="good nowhere"),
        pytest.param(CHINA, {}, {}, "aws-keys-invalid", id="nobody to ask"),
        pytest.param(TARGET, {"AWS_REGION": "cn-north-1"},
                     {"cn-north-1": caller(OTHER, "aws-cn")}, "partition-mismatch",
                     id="Chinese keys for the commercial partition"),
        pytest.param(TARGET, {}, {"cn-north-1": caller(OTHER, "aws-cn")}, "aws-keys-invalid",
                     id="nothing speaks for China"),
        pytest.param(OPT_IN, {}, {"us-east-1": caller(ACCOUNT)}, None, id="region not enabled"),
    ],
)  # fmt: skip
def test_keys_that_are_good_elsewhere(
    target: Target, env: dict[str, str], elsewhere: dict[str, AwsIdentity], cause: str | None
) -> None:
    observations: dict[Any, Any] = {
        AwsIdentityProbe(): refused(FailureKind.KEY_UNKNOWN),
        AwsCredentialsProbe(): BY_FILE,
        AwsNeedProbe(): NEEDED,
    }
    observations |= {AwsIdentityProbe(region): seen for region, seen in elsewhere.items()}

    verdict = Caller().run(context(observations, target=target, settings=Settings(env=env)))

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)
