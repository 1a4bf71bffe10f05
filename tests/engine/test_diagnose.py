from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.engine.diagnose import diagnose
from ecr_doctor.engine.proof import proven_stages, soften
from ecr_doctor.engine.registry import catalog_folders
from ecr_doctor.model import CheckResult, Confidence, Severity, Stage, Status, Verdict

if TYPE_CHECKING:
    from ecr_doctor.model import Diagnosis

CATALOG = load_catalog(catalog_folders())
EXPIRED = "denied: Your authorization token has expired. Reauthenticate and try again."


def result(name: str, verdict: Verdict, *blocked_by: str) -> CheckResult:
    stage = Stage(name.partition(".")[0])
    return CheckResult(
        check_id=name, title=name, stage=stage, verdict=verdict, blocked_by=blocked_by
    )


def blocked(name: str, *by: str) -> CheckResult:
    return result(name, Verdict(status=Status.BLOCKED, summary="not run"), *by)


def ranked(
    *results: CheckResult, texts: tuple[str, ...] = (), works: bool = False
) -> list[Diagnosis]:
    return list(diagnose(results, CATALOG, texts, {"host": "HOST"}, works=works))


LOGIN_EXPIRED = result("client.stored-login", Verdict.failed("stored-login-expired", "too old"))
NO_IMAGE = result("image.manifest", Verdict.failed("image-tag-not-found", "no such tag"))
PULL_FAILED = result("transfer.test-pull", Verdict.failed(None, "the pull failed", symptom=EXPIRED))


def test_the_first_failure_in_the_order_of_a_pull_is_the_root_cause() -> None:
    found = ranked(LOGIN_EXPIRED, blocked("registry.login", "client.stored-login"), NO_IMAGE)

    assert [d.cause for d in found] == ["stored-login-expired", "image-tag-not-found"]
    assert found[0].consequences == ("registry.login",)
    assert found[0].confidence is Confidence.LIKELY


def test_a_failure_that_may_be_none_is_possible_and_stands_behind_sure_ones() -> None:
    slow = replace(Verdict.failed("helper-hangs", "no answer in time"), doubtful=True)

    found = ranked(result("client.helper-answers", slow), NO_IMAGE)

    assert [(d.cause, d.confidence) for d in found] == [
        ("image-tag-not-found", Confidence.LIKELY),
        ("helper-hangs", Confidence.POSSIBLE),
    ]
    assert {d.severity for d in found} == {Severity.FAIL}


def test_a_text_makes_a_failure_that_may_be_none_likely() -> None:
    slow = replace(Verdict.failed("helper-hangs", "no answer in time"), doubtful=True)

    found = ranked(result("client.helper-answers", slow), texts=("waiting on ecr helper",))

    assert [d.confidence for d in found] == [Confidence.LIKELY]


def test_consequences_of_consequences_belong_to_the_root() -> None:
    found = ranked(
        LOGIN_EXPIRED,
        blocked("registry.login", "client.stored-login"),
        blocked("image.manifest", "registry.login"),
    )

    assert found[0].consequences == ("registry.login", "image.manifest")


def test_a_check_and_the_text_together_are_certain() -> None:
    found = ranked(LOGIN_EXPIRED, PULL_FAILED, texts=(EXPIRED,))

    assert [d.cause for d in found] == ["stored-login-expired"]
    assert found[0].confidence is Confidence.CERTAIN
    assert found[0].because[0] == "client.stored-login"
    assert "has expired" in found[0].because[-1]


def test_a_certain_cause_goes_before_an_earlier_likely_one() -> None:
    found = ranked(
        result("host.disk-space", Verdict.failed("disk-full", "full")),
        LOGIN_EXPIRED,
        texts=(EXPIRED,),
    )

    assert [d.cause for d in found] == ["stored-login-expired", "disk-full"]


def test_an_exact_cause_takes_the_place_of_a_vague_one() -> None:
    vague = result("image.manifest", Verdict.failed("cross-account-denial-unexplained", "denied"))
    exact = replace(
        Verdict.warned("org-condition-mismatch", "by a condition"),
        instead_of=("cross-account-denial-unexplained", "scp-deny"),
    )

    found = ranked(
        result("auth.policies", exact), vague, blocked("transfer.layer", "image.manifest")
    )

    assert [d.cause for d in found] == ["org-condition-mismatch"]
    assert found[0].because == ("auth.policies", "image.manifest")
    assert found[0].consequences == ("transfer.layer",)
    assert found[0].severity is Severity.FAIL


def test_the_same_cause_from_two_checks_is_one_diagnosis() -> None:
    refused = result("registry.login", Verdict.failed("stored-login-expired", "refused"))

    found = ranked(LOGIN_EXPIRED, refused)

    assert len(found) == 1
    assert found[0].because == ("client.stored-login", "registry.login")


def test_a_symptom_alone_is_named_from_the_catalog() -> None:
    found = ranked(PULL_FAILED, texts=(EXPIRED,))

    assert found[0].cause == "stored-login-expired"


def test_a_text_alone_is_possible_only() -> None:
    found = ranked(texts=(EXPIRED,))

    assert [(d.cause, d.confidence) for d in found[:1]] == [
        ("stored-login-expired", Confidence.POSSIBLE)
    ]


def test_no_text_is_believed_when_the_pull_works() -> None:
    assert ranked(texts=(EXPIRED,), works=True) == []


def test_warnings_come_last() -> None:
    warning = result("client.helper-cache", Verdict.warned("helper-cache-unwritable", "warn"))

    found = ranked(warning, NO_IMAGE)

    assert [d.severity for d in found] == [Severity.FAIL, Severity.WARN]


@pytest.mark.parametrize(
    ("proof", "status"),
    [
        pytest.param(Verdict.passed("pulled", proves=tuple(Stage)), Status.WARN, id="all proven"),
        pytest.param(Verdict.passed("ok", proves=(Stage.NETWORK,)), Status.FAIL, id="elsewhere"),
        pytest.param(Verdict.inconclusive("late"), Status.FAIL, id="no proof"),
    ],
)
def test_a_pull_that_works_makes_failures_warnings(proof: Verdict, status: Status) -> None:
    softened = soften([LOGIN_EXPIRED, result("transfer.test-pull", proof)])

    assert softened[0].status is status


def test_a_failure_can_prove_the_way_to_it() -> None:
    failed = Verdict(status=Status.FAIL, summary="no such tag", proves=(Stage.CLIENT,))

    softened = soften([LOGIN_EXPIRED, result("image.manifest", failed)])

    assert proven_stages([result("image.manifest", failed)]) == {Stage.CLIENT}
    assert [one.status for one in softened] == [Status.WARN, Status.FAIL]


@pytest.mark.parametrize(
    ("further_on", "summary"),
    [
        pytest.param(NO_IMAGE, "too old (the pull gets past it)", id="another cause"),
        pytest.param(PULL_FAILED, "too old (the pull gets past it)", id="no cause"),
        pytest.param(
            result("registry.login", Verdict.failed("stored-login-expired", "refused")),
            "too old",
            id="the same cause",
        ),
    ],
)
def test_nothing_gets_past_a_cause_that_breaks_the_pull_further_on(
    further_on: CheckResult, summary: str
) -> None:
    proof = result("network.dns", Verdict.passed("ok", proves=(Stage.CLIENT,)))

    softened = soften([LOGIN_EXPIRED, proof, further_on])

    assert softened[0].status is Status.WARN
    assert softened[0].verdict.summary == summary


def test_a_symptom_of_many_causes_agrees_with_the_one_that_a_check_found() -> None:
    missing = result("client.helper-installed", Verdict.failed("helper-not-on-path", "not there"))
    said = 'Head "https://HOST/v2/app/manifests/latest": no basic auth credentials'

    found = ranked(missing, texts=(said,))

    assert found[0].confidence is Confidence.CERTAIN
    assert found[0].because == ("client.helper-installed", said)


def test_a_symptom_of_many_causes_decides_nothing_alone() -> None:
    assert ranked(texts=("no basic auth credentials",)) == []


def test_a_fix_that_needs_a_fact_is_shown_only_with_it() -> None:
    there = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    cause = "image-in-other-region-or-account"
    known = Verdict.failed(cause, "not here", facts={"found_host": there, "repository": "team/app"})

    with_it = ranked(result("image.manifest", known))[0].fixes
    without = ranked(result("image.manifest", Verdict.failed(cause, "not here")))[0].fixes

    assert with_it[0].command == f"docker pull {there}/team/app:TAG"
    assert len(without) == len(with_it) - 1
