"""The report for a terminal: the first screen says what is wrong, how we know, what to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model import Outcome, Status

from . import text_details
from .ink import NARROWEST, WIDEST, Ink
from .path import WORDS, State, stations
from .plain import one_line, quoted
from .story import (
    SURE,
    UNDECIDED,
    counted,
    distinct,
    duration,
    for_admin,
    gist,
    headline,
    left_out,
    paragraphs,
    reasons,
)
from .tidy import tidied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecr_doctor.model import Diagnosis, Evidence, Fix, Report

    from .story import Reason

_FEW_FACTS = 4
_EVIDENT = frozenset({State.FINE, State.BROKEN})
"""States whose symbol needs no words."""
_SHORT = 320
"""Characters of a check's summary that the first screen has room for."""
_OUTCOMES = {
    Outcome.HEALTHY: Status.PASS,
    Outcome.PROBLEM: Status.FAIL,
    Outcome.UNDETERMINED: Status.INCONCLUSIVE,
    Outcome.TOOL_ERROR: Status.ERROR,
}


class TextFormat:
    """Renders a report as text of a given width, with or without colours and symbols."""

    media_type = "text/plain"
    suffix = ".txt"

    def __init__(
        self,
        *,
        width: int = 80,
        color: bool = False,
        unicode: bool = True,
        verbose: bool = False,
        quiet: bool = False,
    ) -> None:
        self._ink = Ink(width=min(WIDEST, max(NARROWEST, width)), color=color, unicode=unicode)
        self._verbose = verbose
        self._quiet = quiet

    def render(self, report: Report) -> str:
        """Return the report as lines of text, ending with a newline."""
        clean = tidied(report)
        parts = [self._one_line(clean)] if self._quiet else list(self._parts(clean))
        text = "\n\n".join(part for part in parts if part) + "\n"
        return text if self._ink.unicode else text.encode("ascii", "backslashreplace").decode()

    def _one_line(self, report: Report) -> str:
        title = headline(report).title
        first = report.failures[:1]
        accepted = ", muted" if first and first[0].muted else ""
        named = f" ({first[0].cause}, {first[0].confidence}{accepted})" if first else ""
        symbol = self._ink.symbol(_OUTCOMES[report.outcome])
        return f"{symbol} {one_line(title)}{named}: {one_line(report.target.image)}"

    def _parts(self, report: Report) -> Iterator[str]:
        yield self._answer(report)
        if report.outcome is Outcome.PROBLEM:
            yield self._how_we_know(report.diagnoses[0], report)
            yield self._what_to_do(report.diagnoses[0].fixes)
        yield self._undecided(report)
        yield from self._also_found(report)
        yield self._path(report)
        yield from text_details.differential(report, self._ink, verbose=self._verbose)
        yield from text_details.problems(report, self._ink)
        if self._verbose:
            yield from text_details.checks(report, self._ink)
            yield text_details.environment(report, self._ink)
        yield self._last_words(report)

    def _answer(self, report: Report) -> str:
        ink, said = self._ink, headline(report)
        style = {Outcome.HEALTHY: "green", Outcome.PROBLEM: "red"}.get(report.outcome, "yellow")
        title = ink.wrapped(one_line(said.title), first=ink.mark(_OUTCOMES[report.outcome]) + " ")
        image = ink.wrapped(report.target.image, prose=False)
        head = [ink.paint(title, "bold", style), ink.paint(image, "dim")]
        if report.outcome is Outcome.PROBLEM:
            head += self._muted(report.diagnoses[0], indent=2)
        return "\n\n".join(["\n".join(head), *map(ink.wrapped, said.paragraphs)])

    def _muted(self, diagnosis: Diagnosis, indent: int) -> list[str]:
        """Why a finding is accepted, and until when."""
        ink, words = self._ink, one_line(diagnosis.muted)
        return [ink.paint(ink.wrapped(words, indent=indent), "yellow")] if words else []

    def _how_we_know(self, diagnosis: Diagnosis, report: Report) -> str:
        checks, quotes = reasons(diagnosis, report)
        told = set() if self._verbose else {gist(text) for text in headline(report).paragraphs}
        lines = [self._heading(f"How we know ({diagnosis.confidence})")]
        if not checks:
            lines.append(self._ink.wrapped(SURE[diagnosis.confidence]))
        lines += [self._reason(check, told) for check in checks]
        shown = self._new(distinct(diagnosis.evidence), told)
        lines += text_details.facts(shown, self._ink, indent=4, whole=self._verbose)
        mark = "  » " if self._ink.unicode else "  > "
        for quote in quotes:
            if gist(quote) not in told:
                text = f"the error says: {quoted(quote)}"
                lines.append(self._ink.wrapped(text, indent=4, first=mark))
        return "\n".join(lines)

    def _reason(self, reason: Reason, told: set[str]) -> str:
        found = reason.first.verdict.summary
        names = one_line(", ".join(reason.ids))
        told_before = gist(found) in told
        text = f"{names} found it" if told_before else f"{names}: {one_line(found, _SHORT)}"
        told.add(gist(found))
        return self._ink.wrapped(
            text, indent=4, first=f"  {self._ink.symbol(reason.first.status)} "
        )

    def _new(self, evidence: tuple[Evidence, ...], told: set[str]) -> tuple[Evidence, ...]:
        """The evidence that says something new; a few pieces of it unless all is wanted."""
        if self._verbose:
            return evidence
        news = []
        for item in evidence:
            if gist(item.value) not in told:
                news.append(item)
                told.add(gist(item.value))
        return tuple(news[:_FEW_FACTS])

    def _what_to_do(self, fixes: tuple[Fix, ...]) -> str:
        own = [fix for fix in fixes if not for_admin(fix)]
        others = [fix for fix in fixes if for_admin(fix)]
        parts = []
        if own:
            parts.append("\n".join([self._heading("What to do"), *map(self._fix, *_numbered(own))]))
        if others:
            title = "What an administrator has to do"
            parts.append("\n".join([self._heading(title), *map(self._fix, *_numbered(others))]))
        return "\n\n".join(parts)

    def _fix(self, fix: Fix, number: int) -> str:
        ink = self._ink
        lines = [ink.wrapped(one_line(fix.title), indent=5, first=f"  {number}. ")]
        lines += text_details.copyable(fix.command, ink)
        lines += [ink.wrapped(step, indent=5) for step in fix.steps]
        lines += text_details.copyable(fix.policy, ink)
        return "\n".join(lines)

    def _undecided(self, report: Report) -> str:
        if report.outcome is not Outcome.UNDETERMINED:
            return ""
        unsure = [r for r in report.results if r.status in UNDECIDED or r.status is Status.BLOCKED]
        lines = [self._heading("What could not be seen")]
        for result in unsure:
            told = f"{result.check_id}: {one_line(result.verdict.summary)}"
            mark = f"  {self._ink.symbol(result.status)} "
            lines.append(self._ink.wrapped(told, indent=4, first=mark))
        return "\n".join(lines)

    def _also_found(self, report: Report) -> Iterator[str]:
        others = report.diagnoses[1:] if report.outcome is Outcome.PROBLEM else report.diagnoses
        if not others:
            return
        lines = [self._heading("Also found")]
        for diagnosis in others:
            told = f"{one_line(diagnosis.title)} ({diagnosis.cause})"
            mark = f"  {self._ink.symbol(diagnosis.severity)} "
            lines.append(self._ink.wrapped(told, indent=4, first=mark))
            lines += self._muted(diagnosis, indent=4)
            first = paragraphs(diagnosis.explanation)[:1]
            lines += [self._ink.wrapped(text, indent=4) for text in first]
            for fix in diagnosis.fixes[:1]:
                lines += text_details.copyable(fix.command, self._ink)
        yield "\n".join(lines)

    def _path(self, report: Report) -> str:
        ink = self._ink
        lines: list[list[str]] = [[]]
        used = 2
        path = stations(report)
        for station in path:
            size = len(station.short) + 5
            if used + size - 3 > ink.width:
                lines, used = [*lines, []], 2
            lines[-1].append(f"{ink.symbol(station.state)} {station.short}")
            used += size
        rows = [f" {ink.arrow} ".join(row) for row in lines]
        joined = f" {ink.arrow}\n  ".join(rows)
        legend = [
            f"{ink.mark(state)} {WORDS[state]}"
            for state in State
            if state not in _EVIDENT and any(s.state is state for s in path)
        ]
        told = "\n" + ink.paint(f"  ({', '.join(legend)})", "dim") if legend else ""
        return f"{self._heading('The path of the pull')}\n  {joined}{told}"

    def _last_words(self, report: Report) -> str:
        ink = self._ink
        run = f"{duration(report.took)}, ecr-doctor {one_line(report.tool_version, 60)}"
        whole = f"{counted(report)}; {run}"
        lines = [whole] if len(whole) <= ink.width else [counted(report), run]
        if report.redactions:
            lines.append(f"left out or replaced: {left_out(report)}")
        if not self._verbose:
            lines.append("-v shows all evidence; -o report.html writes a page to pass on")
        wrapped = (ink.wrapped(line, indent=0, prose=False) for line in lines)
        return "\n".join(ink.paint(line, "dim") for line in wrapped)

    def _heading(self, text: str) -> str:
        return self._ink.paint(text, "bold")


def _numbered(fixes: list[Fix]) -> tuple[list[Fix], range]:
    return fixes, range(1, len(fixes) + 1)
