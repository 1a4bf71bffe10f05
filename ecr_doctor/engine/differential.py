"""For each symptom that was met: what is known of every one of its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model import CheckResult, DifferentialEntry, DifferentialState, Severity, Status

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
    """One entry for each symptom and cause; confirmed causes first within a symptom."""
    symptoms = {name: causes for t in texts for name, causes in catalog.symptoms_of(t).items()}
    judge = _Judge(checks, results, diagnoses)
    return tuple(
        entry
        for symptom, causes in symptoms.items()
        for entry in sorted(
            (judge.entry(symptom, cause) for cause in causes),
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
            if d.severity is Severity.FAIL
        }
        self._by_cause: dict[str, list[CheckResult]] = {}
        for result in results:
            check = checks.get(result.check_id)
            for cause in (*check.causes, *check.rules_out) if check else ():
                self._by_cause.setdefault(cause, []).append(result)

    def entry(self, symptom: str, cause: str) -> DifferentialEntry:
        """Judge one cause by the checks that can name it."""
        if self._found.get(cause):
            state, by = DifferentialState.CONFIRMED, self._found[cause]
        else:
            state, by = self._unconfirmed(self._by_cause.get(cause, ()))
        return DifferentialEntry(symptom=symptom, cause=cause, state=state, by=by)

    def _unconfirmed(
        self, results: Sequence[CheckResult]
    ) -> tuple[DifferentialState, tuple[str, ...]]:
        """Ruled out where every check that can name the cause looked and did not."""
        looked = [r for r in results if _looked(r)]
        open_ids = tuple(r.check_id for r in results if r.status is Status.INCONCLUSIVE)
        if looked and len(looked) == len(results):
            return DifferentialState.RULED_OUT, tuple(r.check_id for r in looked)
        if open_ids:
            return DifferentialState.POSSIBLE, open_ids
        return DifferentialState.NOT_TESTED, ()


def _looked(result: CheckResult) -> bool:
    """Whether the check looked: one that found another cause has ruled the rest of its own out."""
    if result.verdict.summary == NOT_SELECTED:
        return False
    return result.status in {Status.PASS, Status.FAIL, Status.WARN, Status.NOT_APPLICABLE}
