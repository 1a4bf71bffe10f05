"""For each symptom that was met: what is known of every one of its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model import (
    CheckResult,
    Confidence,
    DifferentialEntry,
    DifferentialState,
    Severity,
    Status,
)

from .runner import NOT_SELECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ecr_doctor.catalog import Catalog
    from ecr_doctor.model import Diagnosis
    from ecr_doctor.sdk import Check

_ORDER = list(DifferentialState)


def differential(
    texts: Iterable[str],
    catalog: Catalog,
    checks: Mapping[str, Check],
    results: Sequence[CheckResult],
    diagnoses: Sequence[Diagnosis],
) -> tuple[DifferentialEntry, ...]:
    """One entry for each symptom and cause; confirmed causes first within a symptom.

    The root cause is among the causes of whatever was met, also where the catalog does not count
    it there: behind a helper almost any failure ends in "no basic auth credentials".
    """
    symptoms = {name: causes for t in texts for name, causes in catalog.symptoms_of(t).items()}
    judge = _Judge(checks, results, diagnoses)
    return tuple(
        entry
        for symptom, causes in symptoms.items()
        for entry in sorted(
            (judge.entry(symptom, cause) for cause in dict.fromkeys((*causes, *judge.root))),
            key=lambda entry: _ORDER.index(entry.state),
        )
    )


class _Judge:
    def __init__(
        self,
        checks: Mapping[str, Check],
        results: Sequence[CheckResult],
        diagnoses: Sequence[Diagnosis],
    ) -> None:
        self._found = {
            d.cause: tuple(because for because in d.because if because in checks)
            for d in diagnoses
            if d.severity is Severity.FAIL and d.confidence is not Confidence.POSSIBLE
        }
        self.root = tuple(d.cause for d in diagnoses[:1] if self._found.get(d.cause))
        self._by_cause: dict[str, list[CheckResult]] = {}
        self._settled: set[str] = set()
        for result in results:
            check = checks.get(result.check_id)
            for cause in {*check.causes, *check.rules_out} if check else ():
                self._by_cause.setdefault(cause, []).append(result)
            if check and result.status is Status.PASS:
                self._settled.update(check.rules_out)

    def entry(self, symptom: str, cause: str) -> DifferentialEntry:
        """Judge one cause by the checks that can name it."""
        if self._found.get(cause):
            state, by = DifferentialState.CONFIRMED, self._found[cause]
        else:
            state, by = self._unconfirmed(cause)
        return DifferentialEntry(symptom=symptom, cause=cause, state=state, by=by)

    def _unconfirmed(self, cause: str) -> tuple[DifferentialState, tuple[str, ...]]:
        """Ruled out where a check that names the cause looked, and none was left in doubt.

        A check that rules the cause out by passing settles it, whatever others are in doubt of.
        """
        results = self._by_cause.get(cause, ())
        in_doubt = tuple(
            r.check_id
            for r in results
            if r.status is Status.INCONCLUSIVE or (r.verdict.doubtful and r.verdict.cause == cause)
        )
        looked = tuple(r.check_id for r in results if _found_nothing(r))
        if in_doubt and cause not in self._settled:
            return DifferentialState.POSSIBLE, in_doubt
        if looked:
            return DifferentialState.RULED_OUT, looked
        return DifferentialState.NOT_TESTED, ()


def _found_nothing(result: CheckResult) -> bool:
    """Whether the check looked and all was well, or there was nothing that could be wrong.

    One that named another cause may have stopped there, so it rules nothing out.
    """
    if result.verdict.summary == NOT_SELECTED:
        return False
    return result.status in {Status.PASS, Status.NOT_APPLICABLE}
