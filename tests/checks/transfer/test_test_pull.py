from __future__ import annotations

import pytest

from ecr_doctor.model import Stage, Status
from ecr_doctor.probes.test_pull import PullAttempt, PullEnd
from ecr_doctor_checks.transfer.test_pull import judge

REFUSED = "Error: pull access denied\ndenied: Your authorization token has expired."


@pytest.mark.parametrize(
    ("end", "fetched", "present", "status"),
    [
        pytest.param(PullEnd.DONE, 3, 0, Status.PASS, id="pulled"),
        pytest.param(PullEnd.DONE, 0, 3, Status.PASS, id="all there before"),
        pytest.param(PullEnd.REFUSED, 0, 0, Status.FAIL, id="refused"),
        pytest.param(PullEnd.STALLED, 0, 0, Status.INCONCLUSIVE, id="silent"),
        pytest.param(PullEnd.RETRYING, 0, 0, Status.FAIL, id="cannot fetch a layer"),
        pytest.param(PullEnd.UNFINISHED, 2, 0, Status.PASS, id="half-way, and under way"),
        pytest.param(PullEnd.UNFINISHED, 0, 0, Status.INCONCLUSIVE, id="nothing came in time"),
        pytest.param(PullEnd.TOO_LARGE, 0, 0, Status.NOT_APPLICABLE, id="too large"),
        pytest.param(PullEnd.WOULD_CHANGE, 0, 0, Status.NOT_APPLICABLE, id="would move a tag"),
    ],
)
def test_verdict(end: PullEnd, fetched: int, present: int, status: Status) -> None:
    attempt = PullAttempt(
        end=end, reference="HOST/app@DIGEST", layers_fetched=fetched, layers_present=present
    )

    assert judge(attempt, 1).status is status


def test_a_real_pull_proves_every_stage() -> None:
    attempt = PullAttempt(end=PullEnd.DONE, reference="r", layers_fetched=1)

    assert judge(attempt, 1).proves == tuple(Stage)


def test_layers_that_were_there_prove_nothing_about_the_layer_store() -> None:
    attempt = PullAttempt(end=PullEnd.DONE, reference="r", layers_present=1)

    assert Stage.TRANSFER not in judge(attempt, 1).proves


def test_a_refusal_is_a_symptom_and_not_a_cause() -> None:
    verdict = judge(PullAttempt(end=PullEnd.REFUSED, reference="r", error=REFUSED), 1)

    assert verdict.cause is None
    assert verdict.symptom == REFUSED
    assert verdict.summary.endswith("denied: Your authorization token has expired.")
