"""From failed checks and the words of the failed pull to ranked diagnoses, root cause first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ecr_doctor.catalog import Match, cause_url, fitting
from ecr_doctor.catalog.symptoms import GROUPS
from ecr_doctor.model import CheckResult, Confidence, Diagnosis, Severity, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecr_doctor.catalog import Catalog

SURE = 75
"""From this score on a text names its cause without a check (see `catalog.Symptom.weight`)."""
AGREES = 60
"""From this score on a text says the same as a check that failed."""


@dataclass(slots=True)
class _Finding:
    """One cause, with every check that found it."""

    cause: str
    severity: Severity
    results: list[CheckResult] = field(default_factory=list)


def diagnose(
    results: Sequence[CheckResult],
    catalog: Catalog,
    texts: Sequence[str],
    facts: Mapping[str, str],
    *,
    works: bool,
) -> tuple[Diagnosis, ...]:
    """Name the causes, in the order of a pull; failures before warnings, sure ones first.

    Args:
        results: in the plan's order, which is the order of a pull.
        catalog: the known causes.
        texts: what failed pulls printed, the user's and our own.
        facts: named parts for the fixes.
        works: whether the whole pull was proven to work; then no text is believed.

    """
    said = {} if works else _causes_said(texts, catalog)
    findings = _findings(results, catalog)
    diagnoses = [_diagnosis(f, results, catalog, said, facts) for f in findings]
    diagnoses.sort(key=lambda d: (d.severity is Severity.WARN, [*Confidence].index(d.confidence)))
    if works or any(d.severity is Severity.FAIL for d in diagnoses):
        return tuple(diagnoses)
    return (*_from_text_alone(results, catalog, said, facts), *diagnoses)


def _causes_said(texts: Sequence[str], catalog: Catalog) -> dict[str, Match]:
    """For each cause that a text speaks for: the strongest match.

    A symptom of many causes agrees with each of them, though it decides between none.
    """
    said: dict[str, Match] = {}
    for text in texts:
        reading = catalog.read(text)
        shared = {c for symptom in reading.symptoms for c in catalog.causes_of(symptom)}
        line = _line_of(text, reading.symptoms)
        agreeing = (Match(cause=c, score=AGREES, line=line) for c in sorted(shared))
        for match in (*reading.matches, *agreeing):
            best = said.get(match.cause)
            if best is None or match.score > best.score:
                said[match.cause] = match
    return said


def _line_of(text: str, symptoms: Sequence[str]) -> str:
    """The last line that shows one of the symptoms."""
    words = tuple(word for name in symptoms for word in GROUPS[name])
    lines = [line.strip() for line in text.splitlines()]
    return next((n for n in reversed(lines) if any(w in n.lower() for w in words)), "")[:500]


def _findings(results: Sequence[CheckResult], catalog: Catalog) -> list[_Finding]:
    findings: dict[str, _Finding] = {}
    failed = [r for r in results if r.status in {Status.FAIL, Status.WARN}]
    named = any(r.status is Status.FAIL and r.verdict.cause for r in failed)
    for result in failed:
        cause = result.verdict.cause
        if cause is None and not (named and result.status is Status.FAIL):
            cause = _best_match(result.verdict.symptom, catalog)
        if cause is None:
            continue
        severity = Severity.FAIL if result.status is Status.FAIL else Severity.WARN
        finding = findings.setdefault(cause, _Finding(cause, severity))
        if severity is Severity.FAIL:
            finding.severity = severity
        finding.results.append(result)
    return _exact(findings)


def _exact(findings: dict[str, _Finding]) -> list[_Finding]:
    """Let a finding that is more exact take the place of the vague ones, with their results."""
    for finding in tuple(findings.values()):
        vague = {name for result in finding.results for name in result.verdict.instead_of}
        for name in vague & findings.keys() - {finding.cause}:
            if finding.cause in findings:
                replaced = findings.pop(name)
                finding.results += replaced.results
                finding.severity = min(finding.severity, replaced.severity)  # "fail" < "warn"
    return list(findings.values())


def _best_match(symptom: str, catalog: Catalog) -> str | None:
    matches = catalog.match(symptom) if symptom else ()
    return matches[0].cause if matches and matches[0].score >= AGREES else None


def _diagnosis(
    finding: _Finding,
    results: Sequence[CheckResult],
    catalog: Catalog,
    said: Mapping[str, Match],
    facts: Mapping[str, str],
) -> Diagnosis:
    match = said.get(finding.cause)
    own = {name: value for r in finding.results for name, value in r.verdict.facts}
    said_too = {k: v for k, v in match.parts.items() if k != "client"} if match else {}
    known = {**facts, **said_too, **own}  # the checks judged this run's client
    described = describe(finding.cause, catalog, known)
    lead = finding.results[0].verdict.summary
    ids = tuple(r.check_id for r in finding.results)
    breaks = finding.severity is Severity.FAIL
    return replace(
        described,
        severity=finding.severity,
        confidence=_confidence(finding, agrees=match is not None and match.score >= AGREES),
        explanation=f"{lead}\n\n{described.explanation}".strip(),
        because=(*ids, match.line) if match and match.line else ids,
        evidence=tuple(dict.fromkeys(e for r in finding.results for e in r.verdict.evidence)),
        consequences=_consequences(ids, results) if breaks else (),
    )


def _confidence(finding: _Finding, *, agrees: bool) -> Confidence:
    doubtful = all(r.verdict.doubtful for r in finding.results)
    if doubtful:
        return Confidence.LIKELY if agrees else Confidence.POSSIBLE
    return Confidence.CERTAIN if agrees else Confidence.LIKELY


def _consequences(ids: Sequence[str], results: Sequence[CheckResult]) -> tuple[str, ...]:
    """Checks that are blocked by the failed ones, directly or through other blocked ones."""
    down = set(ids)
    for result in results:
        if down.intersection(result.blocked_by):
            down.add(result.check_id)
    return tuple(r.check_id for r in results if r.check_id in down and r.check_id not in ids)


def _from_text_alone(
    results: Sequence[CheckResult],
    catalog: Catalog,
    said: Mapping[str, Match],
    facts: Mapping[str, str],
) -> tuple[Diagnosis, ...]:
    """Nothing failed here, but the given text names a cause that no check has ruled out."""
    refuted = {r.check_id for r in results if r.status is Status.PASS}
    for match in sorted(said.values(), key=lambda match: -match.score):
        cause = catalog.get(match.cause)
        if match.score < SURE or cause is None or refuted.intersection(cause.confirm):
            continue
        described = describe(match.cause, catalog, {**facts, **match.parts})
        return (replace(described, because=(match.line,)),)
    return ()


def describe(cause_id: str, catalog: Catalog, facts: Mapping[str, str]) -> Diagnosis:
    """What the catalog says of a cause, its fixes filled in; as if only a text spoke for it."""
    cause = catalog.get(cause_id)
    if cause is None:
        return Diagnosis(cause=cause_id, title=cause_id.replace("-", " "))
    return Diagnosis(
        cause=cause_id,
        title=cause.title,
        explanation=cause.explanation,
        fixes=fitting(cause.fixes, facts),
        url=cause_url(cause_id),
    )
