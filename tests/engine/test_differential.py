from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.engine.differential import differential
from ecr_doctor.engine.registry import catalog_folders
from ecr_doctor.model import (
    CheckResult,
    Confidence,
    Diagnosis,
    DifferentialState,
    Severity,
    Stage,
    Status,
    Verdict,
)
from engine.fakes import check

CATALOG = load_catalog(catalog_folders())
SYMPTOM = "no basic auth credentials"
CAUSE = "never-logged-in"
CHECK = check("client.config", causes=(CAUSE,))
OTHER = check("registry.login", causes=(CAUSE,))


def result(name: str, status: Status, summary: str = "") -> CheckResult:
    stage = Stage(name.partition(".")[0])
    verdict = Verdict(status=status, summary=summary)
    return CheckResult(check_id=name, title=name, stage=stage, verdict=verdict)


def state(*results: CheckResult, diagnoses: tuple[Diagnosis, ...] = ()) -> DifferentialState:
    checks = {c.id: c for c in (CHECK, OTHER)}
    entries = differential([SYMPTOM], CATALOG, checks, results, diagnoses)
    return next(entry.state for entry in entries if entry.cause == CAUSE)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (Status.PASS, Status.PASS, DifferentialState.RULED_OUT),
        (Status.PASS, Status.BLOCKED, DifferentialState.RULED_OUT),
        (Status.NOT_APPLICABLE, Status.BLOCKED, DifferentialState.RULED_OUT),
        (Status.PASS, Status.INCONCLUSIVE, DifferentialState.POSSIBLE),
        (Status.FAIL, Status.BLOCKED, DifferentialState.NOT_TESTED),
        (Status.BLOCKED, Status.BLOCKED, DifferentialState.NOT_TESTED),
        (Status.ERROR, Status.ERROR, DifferentialState.NOT_TESTED),
    ],
)
def test_state(one: Status, two: Status, expected: DifferentialState) -> None:
    assert state(result("client.config", one), result("registry.login", two)) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.PASS, DifferentialState.RULED_OUT),
        (Status.NOT_APPLICABLE, DifferentialState.POSSIBLE),
        (Status.FAIL, DifferentialState.POSSIBLE),
    ],
)
def test_a_pass_that_settles_it_outranks_a_doubt(
    status: Status, expected: DifferentialState
) -> None:
    sure = check("auth.token", causes=(CAUSE,), rules_out=(CAUSE,))
    results = (result("auth.token", status), result("registry.login", Status.INCONCLUSIVE))
    checks = {c.id: c for c in (sure, OTHER)}

    entries = differential([SYMPTOM], CATALOG, checks, results, ())

    assert next(entry.state for entry in entries if entry.cause == CAUSE) is expected


def test_a_check_that_was_not_selected_rules_nothing_out() -> None:
    left_out = result("client.config", Status.NOT_APPLICABLE, "not selected")

    assert state(left_out) is DifferentialState.NOT_TESTED


def test_a_diagnosis_by_a_check_confirms() -> None:
    found = Diagnosis(
        cause=CAUSE,
        title="t",
        severity=Severity.FAIL,
        confidence=Confidence.LIKELY,
        because=("client.config",),
    )

    assert state(diagnoses=(found,)) is DifferentialState.CONFIRMED


def test_a_failure_that_may_be_none_leaves_its_cause_possible() -> None:
    verdict = replace(Verdict.failed(CAUSE, "slow"), doubtful=True)
    slow = replace(result("client.config", Status.FAIL), verdict=verdict)
    found = Diagnosis(cause=CAUSE, title="t", because=("client.config",))

    assert state(slow, diagnoses=(found,)) is DifferentialState.POSSIBLE


def test_a_diagnosis_from_text_alone_confirms_nothing() -> None:
    found = Diagnosis(cause=CAUSE, title="t", severity=Severity.FAIL, because=("a text",))

    assert state(diagnoses=(found,)) is DifferentialState.NOT_TESTED


def test_every_cause_of_each_symptom_is_listed() -> None:
    for symptom in CATALOG.symptoms:
        entries = differential([symptom], CATALOG, {}, (), ())

        assert {e.cause for e in entries if e.symptom == symptom} == set(CATALOG.causes_of(symptom))


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(Confidence.LIKELY, [DifferentialState.CONFIRMED]), (Confidence.POSSIBLE, [])],
)
def test_the_root_cause_is_listed_though_the_catalog_has_it_elsewhere(
    confidence: Confidence, expected: list[DifferentialState]
) -> None:
    root = "repository-not-found"
    found = Diagnosis(
        cause=root,
        title="t",
        severity=Severity.FAIL,
        confidence=confidence,
        because=("registry.login",),
    )
    other = replace(found, cause="image-tag-not-found")

    entries = differential([SYMPTOM], CATALOG, {"registry.login": OTHER}, (), (found, other))

    assert root not in CATALOG.causes_of(SYMPTOM)
    assert [entry.state for entry in entries if entry.cause == root] == expected
    assert "image-tag-not-found" not in {entry.cause for entry in entries}
