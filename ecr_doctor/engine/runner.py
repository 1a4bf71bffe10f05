"""Runs the checks of a plan: all that can run at once does, and nothing can end the run."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ecr_doctor.context import Context
from ecr_doctor.errors import raised_at
from ecr_doctor.model import CheckResult, Evidence, Status, Verdict
from ecr_doctor.model.progress import CheckStep
from ecr_doctor.probes.base import ProbeError, RecordedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.probes.base import Scene
    from ecr_doctor.sdk import Check

    from .plan import Plan

BLOCKING = frozenset({Status.FAIL, Status.ERROR, Status.BLOCKED})
NOT_SELECTED = "not selected"


def run_checks(plan: Plan, scene: Scene) -> tuple[CheckResult, ...]:
    """Run every check of the plan; results come in the plan's order, left-out checks at the end."""
    results: dict[str, CheckResult] = {}
    opened = time.monotonic()
    finished: queue.SimpleQueue[CheckResult] = queue.SimpleQueue()
    sorter = plan.sorter()
    sorter.prepare()
    while sorter.is_active():
        for name in sorter.get_ready():
            check = plan.checks[name]
            scene.progress(CheckStep(check.title, done=False, of=len(plan.order)))
            _start(check, _blockers(plan, name, results), scene, finished, opened)
        try:
            result = finished.get(timeout=scene.time_left() + 0.05)
        except queue.Empty:
            break
        results[result.check_id] = result
        scene.progress(CheckStep(result.title, done=True, of=len(plan.order)))
        sorter.done(result.check_id)
    late = {n: _late(plan.checks[n]) for n in plan.order if n not in results}
    ran = [(results | late)[name] for name in plan.order]
    return (*ran, *(_left_out(check) for check in plan.left_out))


def _blockers(plan: Plan, name: str, results: Mapping[str, CheckResult]) -> tuple[str, ...]:
    return tuple(r for r in plan.requirements(name) if results[r].status in BLOCKING)


def _start(
    check: Check,
    blockers: tuple[str, ...],
    scene: Scene,
    finished: queue.SimpleQueue[CheckResult],
    opened: float,
) -> None:
    began = timedelta(seconds=time.monotonic() - opened)
    if blockers:
        finished.put(replace(_blocked(check, blockers), began=began))
        return

    def work() -> None:
        finished.put(replace(run_check(check, scene), began=began))

    threading.Thread(target=work, name=check.id, daemon=True).start()


def run_check(check: Check, scene: Scene) -> CheckResult:
    """Run one check; what it raises becomes its verdict."""
    started = time.monotonic()
    try:
        verdict = check.run(Context(scene))
    except ProbeError as error:
        hint = (Evidence("hint", error.hint),) if error.hint else ()
        verdict = Verdict.inconclusive(error.reason, *hint)
    except Exception as error:  # noqa: BLE001  one broken check must not end the run
        verdict = _broken(error, scene)
    took = timedelta(seconds=time.monotonic() - started)
    return CheckResult(
        check_id=check.id, title=check.title, stage=check.stage(), verdict=verdict, took=took
    )


def _broken(error: Exception, scene: Scene) -> Verdict:
    """The check itself broke: say where, in one line, without a traceback."""
    if isinstance(error, RecordedError):
        name, place = error.name, error.place
    else:
        name, place = type(error).__name__, raised_at(error)
    text = scene.redactor.clean(f"{name}: {error}")[:500]
    summary = f"this check broke ({text})"
    return Verdict(status=Status.ERROR, summary=summary, evidence=(Evidence("error", text, place),))


def _blocked(check: Check, blockers: tuple[str, ...]) -> CheckResult:
    verdict = Verdict(status=Status.BLOCKED, summary=f"not run: needs {', '.join(blockers)}")
    return CheckResult(
        check_id=check.id,
        title=check.title,
        stage=check.stage(),
        verdict=verdict,
        blocked_by=blockers,
    )


def _late(check: Check) -> CheckResult:
    verdict = Verdict.inconclusive("the run's time was up before this check had an answer")
    return CheckResult(check_id=check.id, title=check.title, stage=check.stage(), verdict=verdict)


def _left_out(check: Check) -> CheckResult:
    verdict = Verdict.not_applicable(NOT_SELECTED)
    return CheckResult(check_id=check.id, title=check.title, stage=check.stage(), verdict=verdict)
