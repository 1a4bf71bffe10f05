"""What got through is proof: whatever failed on its way did not break the pull."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecr_doctor.model import CheckResult, Stage, Status

if TYPE_CHECKING:
    from collections.abc import Iterable


def proven_stages(results: Iterable[CheckResult]) -> frozenset[Stage]:
    """The stages that a check has proven to work for this very pull.

    A registry that answers docker's own credential with "no such tag" proves the way to it.
    """
    return frozenset(stage for result in results for stage in result.verdict.proves)


def soften(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Turn failures in proven stages into warnings.

    The pull does not get past what breaks it further on, under the same cause: a missing action of
    IAM may be seen in the policy first, and again where it is needed.
    """
    results = tuple(results)
    proven = proven_stages(results)
    failed = [result for result in results if result.status is Status.FAIL]
    breaks = frozenset(r.verdict.cause for r in failed if r.stage not in proven)
    return tuple(
        _softened(r, breaks - {None}) if r.status is Status.FAIL and r.stage in proven else r
        for r in results
    )


def _softened(result: CheckResult, breaks: frozenset[str | None]) -> CheckResult:
    verdict = result.verdict
    got_past = breaks.isdisjoint({verdict.cause, *verdict.instead_of})
    summary = f"{verdict.summary} (the pull gets past it)" if got_past else verdict.summary
    return replace(result, verdict=replace(verdict, status=Status.WARN, summary=summary))
