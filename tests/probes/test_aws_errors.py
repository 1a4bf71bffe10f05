from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecr_doctor.auth.failure import Failure
from ecr_doctor.probes.aws_errors import AwsError, FailureKind, answer_date, aws_error, parse_date
from ecr_doctor.testing import FixedScene


def test_messages_are_cleaned_and_bounded() -> None:
    scene = FixedScene()
    scene.redactor.learn("a-known-secret")
    failure = Failure(kind=FailureKind.OTHER, message="a-known-secret\n " + "x " * 9000)

    error = aws_error(scene, failure, "ECR X")

    assert "a-known-secret" not in error.message
    assert len(error.message) <= 2100
    assert "\n" not in error.message
    assert error.operation == "ECR X"


@pytest.mark.parametrize(
    ("kind", "refuses", "unreachable", "without"),
    [
        (FailureKind.KEY_UNKNOWN, True, False, False),
        (FailureKind.SESSION_EXPIRED, True, False, False),
        (FailureKind.TIMEOUT, False, True, False),
        (FailureKind.BAD_ANSWER, False, True, False),
        (FailureKind.SSO_EXPIRED, False, False, True),
        (FailureKind.DENIED, False, False, False),
    ],
)
def test_families(kind: FailureKind, *, refuses: bool, unreachable: bool, without: bool) -> None:
    error = AwsError(kind=kind, message="")

    assert (error.refuses_keys, error.unreachable, error.without_keys) == (
        refuses, unreachable, without,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Tue, 24 Nov 2026 06:02:41 GMT", datetime(2026, 11, 24, 6, 2, 41, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("Tue, 24 Nov 2026 06:02:41 -0000", None),
        ("Tue, 99 Nov 2026 06:02:41 GMT", None),
    ],
)
def test_dates(text: str, date: datetime | None) -> None:
    assert parse_date(text) == date
    assert answer_date({"ResponseMetadata": {"HTTPHeaders": {"date": text}}}) == date
