from __future__ import annotations

from typing import Any

import pytest

from checks.client.views import answered
from ecr_doctor.model import Status
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.probes.aws_settings import AwsSetting, AwsSettingsProbe
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.identity.settings import Settings

GO = AwsNeed(needed=True, why="", helper="ecr-login")
OWN = AwsNeed(needed=True, why="", helper="ecr-doctor")
STORED = AwsNeed(needed=False, why="docker asks no credential helper for this registry")
PANIC = "panic: invalid AWS_RETRY_MODE value, unknown RetryMode, legacy"


def setting(*, go: bool = False, python: bool = False) -> AwsSetting:
    return AwsSetting(
        name="AWS_RETRY_MODE",
        value="legacy",
        origin="environment",
        wanted="standard or adaptive",
        go_refuses=go,
        python_refuses=python,
    )


BOTH, OF_GO, OF_PYTHON = setting(go=True, python=True), setting(go=True), setting(python=True)


@pytest.mark.parametrize(
    ("refused", "need", "run", "status"),
    [
        ((), GO, None, Status.PASS),
        ((OF_GO,), GO, None, Status.FAIL),
        ((BOTH,), GO, answered(HelperStatus.FAILED, panic=PANIC), Status.FAIL),
        ((BOTH,), GO, answered(), Status.PASS),
        ((OF_PYTHON,), GO, None, Status.PASS),
        ((OF_GO,), OWN, None, Status.PASS),
        ((BOTH,), OWN, None, Status.WARN),
        ((OF_GO,), STORED, None, Status.PASS),
        ((OF_PYTHON,), STORED, None, Status.WARN),
        ((OF_PYTHON,), None, None, Status.WARN),
    ],
)
def test_verdict(refused: tuple[AwsSetting, ...], need: Any, run: Any, status: Status) -> None:
    seen = {AwsSettingsProbe(): refused, AwsNeedProbe(): need}
    seen[HelperRunProbe("ecr-login", HOST)] = run
    given = {probe: value for probe, value in seen.items() if value is not None}

    verdict = Settings().run(context(given))

    assert verdict.status is status
    assert verdict.cause == (None if status is Status.PASS else "aws-setting-invalid")


def test_variable_value_and_panic_are_named() -> None:
    run = answered(HelperStatus.FAILED, panic=PANIC)
    seen: dict[Any, Any] = {AwsSettingsProbe(): (BOTH,), AwsNeedProbe(): GO}

    verdict = Settings().run(context({**seen, HelperRunProbe("ecr-login", HOST): run}))

    shown = {(e.what, e.value) for e in verdict.evidence}
    assert shown == {("AWS_RETRY_MODE", "legacy"), ("panic", PANIC)}
    assert verdict.summary == (
        "AWS_RETRY_MODE is 'legacy', at which Amazon's credential helper ends:"
        " it has to be standard or adaptive"
    )
    assert dict(verdict.facts)["setting"] == "AWS_RETRY_MODE"
