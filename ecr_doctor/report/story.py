"""What a report says to a person: headline, reasons, what to do; in all formats the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ecr_doctor.model import (
    CheckResult,
    Confidence,
    DifferentialEntry,
    DifferentialState,
    Evidence,
    Outcome,
    Stage,
    Status,
)

from .plain import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import timedelta

    from ecr_doctor.model import Diagnosis, Fix, Report

SURE: Final = {
    Confidence.CERTAIN: "A check failed, and the error of the failed pull says the same.",
    Confidence.LIKELY: "A check failed and names this cause.",
    Confidence.POSSIBLE: "It may be this: something speaks for it, and no check could confirm it.",
}
STAGES: Final = {
    Stage.REFERENCE: "Image reference",
    Stage.HOST: "Host",
    Stage.CLIENT: "Client",
    Stage.NETWORK: "Network",
    Stage.TLS: "TLS",
    Stage.IDENTITY: "AWS identity",
    Stage.AUTH: "Authorization",
    Stage.REGISTRY: "Registry",
    Stage.IMAGE: "Image",
    Stage.TRANSFER: "Transfer",
}
STATES: Final = {
    DifferentialState.CONFIRMED: "confirmed",
    DifferentialState.POSSIBLE: "possible",
    DifferentialState.NOT_TESTED: "not tested",
    DifferentialState.RULED_OUT: "ruled out",
}
UNDECIDED: Final = frozenset({Status.INCONCLUSIVE, Status.ERROR})
_ADMIN = re.compile(
    r"\badmin(?:istrator)?s?\b"
    r"|\baws (?:iam|organizations|ec2|cloudtrail|service-quotas) (?!describe|list|get)"
    r"|repository-policy|registry-policy|create-repository|pull-through-cache-rule",
    re.IGNORECASE,
)
"""What a person who merely pulls is seldom allowed to do."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer in a sentence, and the paragraphs below it."""

    title: str
    paragraphs: tuple[str, ...]


def headline(report: Report) -> Headline:
    """What a reader has to know before anything else."""
    if report.outcome is Outcome.PROBLEM and report.diagnoses:
        first = report.diagnoses[0]
        return Headline(_sentence(first.title), paragraphs(first.explanation))
    if report.outcome is Outcome.HEALTHY:
        return _healthy(report)
    if report.outcome is Outcome.TOOL_ERROR:
        text = "No check could run, so nothing is known of the pull. The problems are listed below."
        return Headline("ecr-doctor itself failed", (text,))
    unsure = [r for r in report.results if r.status in UNDECIDED]
    number = _count(len(unsure), "check")
    text = f"Nothing that was seen is wrong, but {number} saw too little to say so."
    return Headline("It cannot be told whether the pull works", (text,))


def _healthy(report: Report) -> Headline:
    passed = {r.check_id: r for r in report.results if r.status is Status.PASS}
    title, how = "The image can be pulled", "The docker engine has pulled it."
    if "transfer.test-pull" not in passed:
        how = "Part of it was downloaded with the credential that docker would send."
        if not any(r.verdict.proves for r in passed.values()):
            title, how = "No fault was found", "Nothing was pulled to prove it."
    warned = len(report.diagnoses)
    if warned:
        how += f" {_count(warned, 'thing')} may break it later."
    return Headline(title, (how,))


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs are parted by empty lines; within one, line ends mean nothing."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def for_admin(fix: Fix) -> bool:
    """Whether someone with rights over the account has to do it, and not the person who pulls."""
    texts = (fix.title, *fix.steps, fix.command)
    return bool(fix.policy) or any(_ADMIN.search(text) for text in texts)


def cures(diagnosis: Diagnosis) -> str:
    """All fixes as plain text, numbered, in the order in which they are to be read."""
    lines = []
    for number, fix in enumerate(diagnosis.fixes, 1):
        lines += [f"{number}. {fix.title}", fix.command, *fix.steps, fix.policy]
    return "\n".join(line.strip() for line in lines if line.strip())


@dataclass(frozen=True, slots=True)
class Reason:
    """What one check found, or several in the same words."""

    first: CheckResult
    ids: tuple[str, ...]


def reasons(diagnosis: Diagnosis, report: Report) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """The checks that found it, and the words that matched."""
    by_id = {result.check_id: result for result in report.results}
    alike: dict[tuple[Status, str], list[CheckResult]] = {}
    for result in (by_id[name] for name in diagnosis.because if name in by_id):
        alike.setdefault((result.status, gist(result.verdict.summary)), []).append(result)
    found = tuple(Reason(same[0], tuple(r.check_id for r in same)) for same in alike.values())
    return found, tuple(text for text in diagnosis.because if text not in by_id)


def gist(text: str) -> str:
    """By this two texts are known to say the same, whatever program's name stands before it."""
    return one_line(text, 2000).rstrip(".").casefold()[-80:]


def distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence in which each fact stands once, with all places where it was seen."""
    places: dict[tuple[str, str], dict[str, None]] = {}
    for item in evidence:
        places.setdefault((item.what, item.value), {})[item.source] = None
    return tuple(
        Evidence(what, value, ", ".join(filter(None, sources)))
        for (what, value), sources in places.items()
    )


def left_out(report: Report) -> str:
    """What the report does not say, with how many of each: `secret: 2, AWS account id: 1`."""
    return ", ".join(f"{item.what}: {item.count}" for item in report.redactions)


def by_stage(report: Report) -> tuple[tuple[Stage, tuple[CheckResult, ...]], ...]:
    """The checks of each stage that has any, in the order of a pull."""
    groups = ((stage, tuple(r for r in report.results if r.stage is stage)) for stage in Stage)
    return tuple((stage, results) for stage, results in groups if results)


def by_symptom(report: Report) -> dict[str, dict[DifferentialState, list[DifferentialEntry]]]:
    """The differential of each symptom: confirmed first, ruled out last."""
    found: dict[str, dict[DifferentialState, list[DifferentialEntry]]] = {}
    for entry in report.differential:
        states = found.setdefault(entry.symptom, {state: [] for state in STATES})
        states[entry.state].append(entry)
    return found


def counted(report: Report) -> str:
    """`30 checks: 21 pass, 2 fail, 7 blocked`."""
    parts = [f"{n} {status.value}" for status, n in report.counts.items() if n]
    return f"{_count(len(report.results), 'check')}: {', '.join(parts) or 'none ran'}"


def tally(results: Sequence[CheckResult]) -> str:
    """How many checks there are, and how many did not simply pass: `9, 1 fail, 2 blocked`."""
    seen = Counter(result.status for result in results)
    rest = [f"{seen[status]} {status.value}" for status in Status if seen[status]]
    named = [text for text in rest if not text.endswith((Status.PASS, Status.NOT_APPLICABLE))]
    return ", ".join([str(len(results)), *named])


def duration(span: timedelta) -> str:
    """A time as people say it: `340 ms`, `2.3 s`."""
    seconds = span.total_seconds()
    if 0 < seconds < 0.0005:  # noqa: PLR2004
        return "< 1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"  # noqa: PLR2004


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _sentence(text: str) -> str:
    """With a capital, unless it begins with a name such as `docker's` or `config.json`."""
    first = text.split(" ", 1)[0]
    return text if not first.isalpha() or first == "docker" else text[:1].upper() + text[1:]
