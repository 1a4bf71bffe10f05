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
    """Turn failures in proven stages into warnings."""
    results = tuple(results)
    proven = proven_stages(results)
    return tuple(
        _softened(r) if r.status is Status.FAIL and r.stage in proven else r for r in results
    )


def _softened(result: CheckResult) -> CheckResult:
    summary = f"{result.verdict.summary} (the pull works in spite of it)"
    return replace(result, verdict=replace(result.verdict, status=Status.WARN, summary=summary))
