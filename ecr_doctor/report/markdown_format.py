"""The report as Markdown for a job's summary or a comment: GitHub's and GitLab's dialect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ecr_doctor.model import Outcome, Status

from . import story
from .path import State, stations
from .plain import one_line
from .tidy import tidied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecr_doctor.model import CheckResult, Diagnosis, Evidence, Fix, Report

MOST: Final = 60_000
"""Characters; GitHub refuses comments of more than 65,536."""
_SIGNS: Final = {
    Status.PASS: "✅",
    Status.FAIL: "❌",
    Status.WARN: "⚠️",
    Status.INCONCLUSIVE: "❔",
    Status.NOT_APPLICABLE: "➖",  # noqa: RUF001
    Status.BLOCKED: "⏸️",
    Status.ERROR: "❔",
}
_STATES: Final = {
    State.FINE: "✅",
    State.BROKEN: "❌",
    State.DOUBTFUL: "⚠️",
    State.WAITING: "⏸️",
    State.UNKNOWN: "❔",
    State.UNUSED: "➖",  # noqa: RUF001
}
_MUTED: Final = "🔕"
_OUTCOMES: Final = {
    Outcome.HEALTHY: "✅",
    Outcome.PROBLEM: "❌",
    Outcome.UNDETERMINED: "❔",
    Outcome.TOOL_ERROR: "❔",
}


class MarkdownFormat:
    """Renders a report as Markdown in which nothing that others said can act."""

    media_type = "text/markdown"
    suffix = ".md"

    def render(self, report: Report) -> str:
        """Return the page, ending with a newline; details are left out where it gets too long."""
        clean = tidied(report)
        text = "\n\n".join(_answer(clean))
        for part in _details(clean):
            if len(text) + len(part) < MOST:
                text += "\n\n" + part
        return text[:MOST] + "\n"


def escaped(text: str, limit: int = 600) -> str:
    """Foreign text on one line, as letters: no markup, link, mention or emoji in it lives."""
    letters = re.sub(r"([\\`*_\[\]#|~$])", r"\\\1", one_line(text, limit))
    letters = re.sub(r":(?=//|[\w+-]+:)|(?<=\bwww)\.", r"\\\g<0>", letters, flags=re.IGNORECASE)
    letters = re.sub(r"^([-+=])|^(\d{1,9})(?=[.)])", _not_a_list, letters)
    return re.sub("[&<>@]", lambda match: f"&#{ord(match[0])};", letters)


def _not_a_list(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\"


def code(text: str, limit: int = 600, *, cell: bool = False) -> str:
    """Foreign text as code within a line, or within a `cell` of a table."""
    line = one_line(text, limit)
    line = line.replace("|", "\\|") if cell else line
    if not line:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def fenced(text: str, language: str = "") -> str:
    """Foreign text as a block of code, which has a button to copy it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _answer(report: Report) -> Iterator[str]:
    said = story.headline(report)
    yield f"## {_OUTCOMES[report.outcome]} {escaped(said.title)}"
    yield code(report.target.image)
    root = report.diagnoses[0] if report.outcome is Outcome.PROBLEM and report.diagnoses else None
    if root and root.muted:
        yield f"> {_MUTED} {escaped(root.muted)}"
    yield from (escaped(text, 2000) for text in said.paragraphs)
    if root:
        sure = story.SURE[root.confidence]
        yield f"**{root.confidence.capitalize()}.** {sure} ({code(root.cause)})"
    yield " → ".join(f"{_STATES[s.state]} {s.short}" for s in stations(report))
    if root:
        yield from _cures(root)
        yield from _reasons(root, report)


def _cures(diagnosis: Diagnosis) -> Iterator[str]:
    own = [fix for fix in diagnosis.fixes if not story.for_admin(fix)]
    admins = [fix for fix in diagnosis.fixes if story.for_admin(fix)]
    for title, fixes in (("What to do", own), ("What an administrator has to do", admins)):
        if fixes:
            yield f"### {title}"
            yield from (_fix(number, fix) for number, fix in enumerate(fixes, 1))


def _fix(number: int, fix: Fix) -> str:
    parts = [f"**{number}\\. {escaped(fix.title)}**"]
    parts += [fenced(fix.command.strip(), "sh")] if fix.command else []
    parts += [escaped(step, 1000) for step in fix.steps]
    parts += [fenced(fix.policy.strip(), "json")] if fix.policy else []
    return "\n\n".join(parts)


def _reasons(diagnosis: Diagnosis, report: Report) -> Iterator[str]:
    checks, quotes = story.reasons(diagnosis, report)
    lines = [
        f"- {_SIGNS[c.first.status]} {escaped(c.first.verdict.summary)} ({_names(c.ids)})"
        for c in checks
    ]
    lines += [f"- The error says {code(quote)}" for quote in quotes]
    yield "### How we know"
    yield "\n".join(lines) or "Nothing but the text."
    if diagnosis.evidence:
        yield _table(story.distinct(diagnosis.evidence))


def _names(ids: Iterable[str]) -> str:
    return ", ".join(map(code, ids))


def _table(evidence: Iterable[Evidence]) -> str:
    rows = [
        f"| {escaped(e.what, 80)} | {code(e.value, cell=True)} | {code(e.source, 200, cell=True)} |"
        for e in evidence
    ]
    return "\n".join(["| What | Value | Seen in |", "|---|---|---|", *rows])


def _details(report: Report) -> Iterator[str]:
    others = report.diagnoses[1:] if report.outcome is Outcome.PROBLEM else report.diagnoses
    if others:
        yield "### Also found\n\n" + "\n".join(map(_other, others))
    for symptom, states in story.by_symptom(report).items():
        rows = [
            f"| {story.STATES[state]} | {code(e.cause, cell=True)} | {_names(e.by)} |"
            for state, entries in states.items()
            for e in entries
        ]
        table = "\n".join(["| State | Cause | Check |", "|---|---|---|", *rows])
        yield _folded(f"Causes of “{escaped(symptom, 120)}”", table)
    if report.problems:
        told = [f"- {escaped(p.what)}: {escaped(p.detail)}" for p in report.problems]
        yield "### Problems of ecr-doctor itself\n\n" + "\n".join(told)
    rows = [_row(result) for result in report.results]
    table = "\n".join(["| | Check | Summary | Took |", "|---|---|---|---|", *rows])
    yield _folded(escaped(story.counted(report)), table)
    yield _folded("Environment", _table(report.environment))
    if report.redactions:
        yield f"<sub>Left out or replaced: {escaped(story.left_out(report))}</sub>"
    version, took = escaped(report.tool_version, 40), story.duration(report.took)
    yield f"<sub>ecr-doctor {version}, {took}</sub>"


def _other(diagnosis: Diagnosis) -> str:
    sign = _SIGNS[Status(diagnosis.severity)]
    muted = f" {_MUTED} {escaped(diagnosis.muted)}" if diagnosis.muted else ""
    return f"- {sign} {escaped(diagnosis.title)} ({code(diagnosis.cause)}){muted}"


def _row(result: CheckResult) -> str:
    took = story.duration(result.took) if result.took else ""
    summary = escaped(result.verdict.summary, 300)
    return f"| {_SIGNS[result.status]} | {code(result.check_id, cell=True)} | {summary} | {took} |"


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
