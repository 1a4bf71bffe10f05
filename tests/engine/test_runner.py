from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.engine.observe import Observer
from ecr_doctor.engine.plan import make_plan
from ecr_doctor.engine.runner import run_checks
from ecr_doctor.model import CheckResult, Settings, Status, Verdict
from ecr_doctor.testing import TARGET
from engine.fakes import Asleep, Blind, check

if TYPE_CHECKING:
    from ecr_doctor.sdk import Check, Context


def results(*checks: Check, timeout: float = 5.0) -> dict[str, CheckResult]:
    observer = Observer(TARGET, Settings(timeout=timeout))
    plan = make_plan(checks, only=(), skip=())
    return {result.check_id: result for result in run_checks(plan, observer)}


FAILS = check("client.first", Verdict.failed("some-cause", "broken"))


def crash(_: Context) -> Verdict:
    raise RuntimeError("a plugin's defect")


@pytest.mark.parametrize(
    ("first", "blocks"),
    [
        pytest.param(FAILS, True, id="fail"),
        pytest.param(check("client.first", crash), True, id="error"),
        pytest.param(check("client.first"), False, id="pass"),
        pytest.param(check("client.first", Verdict.warned("c", "w")), False, id="warn"),
        pytest.param(check("client.first", Verdict.inconclusive("?")), False, id="inconclusive"),
        pytest.param(check("client.first", Verdict.not_applicable("-")), False, id="n/a"),
    ],
)
def test_what_blocks(first: Check, blocks: bool) -> None:  # noqa: FBT001
    seen = results(first, check("client.second", requires=("client.first",)))

    assert (seen["client.second"].status is Status.BLOCKED) == blocks
    assert seen["client.second"].blocked_by == (("client.first",) if blocks else ())


def test_blocking_is_passed_on() -> None:
    seen = results(
        FAILS,
        check("client.second", requires=("client.first",)),
        check("client.third", requires=("client.second",)),
    )

    assert seen["client.third"].blocked_by == ("client.second",)


def test_a_probe_that_cannot_look_makes_its_check_inconclusive() -> None:
    seen = results(check("client.dark", lambda ctx: Verdict.passed(ctx.observe(Blind()))))

    verdict = seen["client.dark"].verdict
    assert (verdict.status, verdict.summary) == (Status.INCONCLUSIVE, "it is dark")
    assert verdict.evidence[0].value == "bring a lamp"


def test_a_probe_that_hangs_is_given_up() -> None:
    seen = results(check("client.slow", lambda ctx: Verdict.passed(ctx.observe(Asleep(30.0)))))

    assert seen["client.slow"].status is Status.INCONCLUSIVE
    assert "no answer within 0.2 s" in seen["client.slow"].verdict.summary


def test_a_check_that_crashes_is_in_error_and_says_where() -> None:
    seen = results(check("client.crash", crash), check("client.fine"))

    verdict = seen["client.crash"].verdict
    assert verdict.status is Status.ERROR
    assert "RuntimeError: a plugin's defect" in verdict.summary
    assert "test_runner.py" in verdict.evidence[0].source
    assert seen["client.fine"].status is Status.PASS


def test_the_run_ends_when_its_time_is_up() -> None:
    over = threading.Event()  # a thread that outlives its test slows all that follow

    def never(_: Context) -> Verdict:
        over.wait(60)
        return Verdict.passed("late")

    seen = results(check("client.never", never), check("client.fine"), timeout=0.3)
    over.set()

    assert seen["client.never"].status is Status.INCONCLUSIVE
    assert seen["client.fine"].status is Status.PASS


def test_a_probe_looks_once() -> None:
    looks: list[int] = []

    class Counting(Blind):
        def look(self, scene: object) -> str:  # noqa: ARG002
            looks.append(1)
            return "seen"

    def ask(ctx: Context) -> Verdict:
        return Verdict.passed(ctx.observe(Counting()))

    results(check("client.one", ask), check("client.two", ask), check("client.three", ask))

    assert looks == [1]
