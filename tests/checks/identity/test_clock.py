from __future__ import annotations

from datetime import timedelta

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.aws_clock import AwsClock, AwsClockProbe
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.aws_need import AwsNeed, AwsNeedProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.identity.clock import Clock, in_words

NEEDED = AwsNeed(needed=True, why="", helper="ecr-login")
REFUSED = AwsError(kind=FailureKind.CLOCK_SKEW, message="Signature expired", status=403)


def off(minutes: float, *, accepted: bool = False, refused: AwsError | None = None) -> AwsClock:
    return AwsClock(
        ahead=timedelta(minutes=minutes), source="STS", accepted=accepted, refused=refused
    )


@pytest.mark.parametrize(
    ("clock", "status", "cause"),
    [
        pytest.param(off(0.5), Status.PASS, None, id="right"),
        pytest.param(off(-4), Status.PASS, None, id="a little slow"),
        pytest.param(off(-20), Status.FAIL, "clock-skew", id="slow"),
        pytest.param(off(20), Status.FAIL, "clock-skew", id="fast"),
        pytest.param(off(9), Status.FAIL, "clock-skew", id="too fast by the book"),
        pytest.param(off(9, accepted=True), Status.WARN, "clock-skew", id="fast but accepted"),
        pytest.param(off(20, accepted=True), Status.FAIL, "clock-skew", id="far off"),
        pytest.param(off(4, refused=REFUSED), Status.FAIL, "clock-skew", id="refused"),
        pytest.param(AwsClock(), Status.INCONCLUSIVE, None, id="nobody answers"),
    ],
)
def test_verdict(clock: AwsClock, status: Status, cause: str | None) -> None:
    verdict = Clock().run(context({AwsClockProbe(): clock, AwsNeedProbe(): NEEDED}))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_a_stored_login_needs_no_clock() -> None:
    assert Clock().run(context({AwsClockProbe(): off(20)})).status is Status.WARN


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-30, "within a minute of AWS's"),
        (-1200, "20 min behind AWS's"),
        (-1197, "20 min behind AWS's"),
        (3599, "1 h 0 min ahead of AWS's"),
        (3 * 3600 + 120, "3 h 2 min ahead of AWS's"),
    ],
)
def test_in_words(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
