"""The answer of `explain` as text, Markdown, or JSON. Everything foreign is made harmless here."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.catalog.matcher import SURE
from ecr_doctor.redact import clean_shapes
from ecr_doctor.report.ink import Ink, ink_for
from ecr_doctor.report.plain import harmless, one_line, quoted
from ecr_doctor.report.tidy import tidied_diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecr_doctor.catalog.answer import Answer
    from ecr_doctor.model import Diagnosis, Fix

_ECHOED: Final = 8000
"""Characters of the given text that JSON gives back."""
_CLEANED: Final = 100_000
_SHOWN: Final = 3
_ALSO: Final = 2
"""Candidates that are named besides the one that the text decides for."""
_FACTS: Final = 6


def render(found: Answer, text: str, style: str, *, verbose: bool = False) -> str:
    """The answer in the asked style, ending with a newline."""
    if style == "json":
        import json  # noqa: PLC0415

        every = [tidied_diagnosis(diagnosis) for diagnosis in found.diagnoses]
        return json.dumps(_as_dict(found, every, text), indent=2) + "\n"
    few = 1 if found.reading.decided else _SHOWN
    shown = found.diagnoses if verbose else found.diagnoses[:few]
    most = few + (_ALSO if found.reading.decided else len(found.diagnoses))
    rest = found.diagnoses[len(shown) : most]
    candidates = _Candidates([tidied_diagnosis(d) for d in shown], rest)
    if style == "markdown":
        return "\n\n".join(_Markdown(found, candidates).parts()) + "\n"
    ink = ink_for(sys.stdout, os.environ)
    text = "\n\n".join(_Text(found, candidates, ink, verbose=verbose).parts()) + "\n"
    return text if ink.unicode else text.encode("ascii", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The causes that are shown with what to do, and those of which the name is enough."""

    shown: list[Diagnosis]
    rest: tuple[Diagnosis, ...]


def _as_dict(found: Answer, diagnoses: list[Diagnosis], text: str) -> dict[str, Any]:
    from ecr_doctor.report.json_format import SCHEMA, diagnosis_as_dict  # noqa: PLC0415

    reading = found.reading
    return {
        "schema": SCHEMA,
        "kind": "explain",
        "text": _clean(text, _ECHOED),
        "decided": reading.decided,
        "elsewhere": _clean(reading.elsewhere),
        "hint": reading.hint,
        "symptoms": list(reading.symptoms),
        "diagnoses": [
            diagnosis_as_dict(d) | {"score": m.score, "line": m.line_number}
            for d, m in zip(diagnoses, reading.matches, strict=True)
        ],
        "questions": [{"cause": c, "question": _clean(q)} for c, q in reading.questions],
        "next": _clean(found.next_command),
    }


def _clean(text: str, limit: int = 400) -> str:
    # Colours go first: glued to a secret they would hide its shape.
    bare = harmless(text[:_CLEANED], _CLEANED)
    return harmless(clean_shapes(bare), limit, whole=len(text))


def _headline(found: Answer) -> str:
    """One sentence: how much this text can tell."""
    reading = found.reading
    if not found.diagnoses:
        if reading.elsewhere:
            return f"This is about {one_line(reading.elsewhere)}, not Amazon ECR."
        return "Nothing I know: no cause in the catalog prints this."
    where = (
        f"This is about {one_line(reading.elsewhere)}, not Amazon ECR. "
        if reading.elsewhere
        else ""
    )
    if reading.decided:
        return f"{where}The text names the cause."
    if reading.symptoms:
        return f"{where}Many causes print this; the text alone cannot decide between them."
    if reading.matches[0].score >= SURE:
        return f"{where}The text speaks for one of these causes; it may also be the next one."
    return f"{where}The text alone cannot decide; these are the likeliest causes."


class _Text:
    """For a terminal."""

    def __init__(self, found: Answer, candidates: _Candidates, ink: Ink, *, verbose: bool) -> None:
        self._found = found
        self._candidates = candidates
        self._ink = ink
        self._verbose = verbose

    def parts(self) -> Iterator[str]:
        ink, _reading = self._ink, self._found.reading
        yield ink.paint(ink.wrapped(_headline(self._found), indent=0), "bold")
        if hint := self._found.reading.hint:
            yield ink.wrapped(hint, indent=0)
        for number, diagnosis in enumerate(self._candidates.shown, 1):
            yield self._candidate(number, diagnosis, full=number == 1 or self._verbose)
        if rest := self._candidates.rest:
            lines = [ink.paint("Less likely", "bold")]
            lines += [ink.wrapped(f"{d.title} ({d.cause})", indent=4, first="  - ") for d in rest]
            yield "\n".join(lines)
        yield from self._last()

    def _candidate(self, number: int, diagnosis: Diagnosis, *, full: bool) -> str:
        ink = self._ink
        head = ink.wrapped(f"{diagnosis.title} ({diagnosis.cause})", indent=3, first=f"{number}. ")
        lines = [ink.paint(head, "bold", "red" if number == 1 else "yellow")]
        paragraphs = diagnosis.explanation.split("\n\n")
        lines += [
            ink.wrapped(" ".join(p.split()), indent=3) for p in paragraphs[: None if full else 1]
        ]
        lines += [
            ink.paint(ink.wrapped(f"the text says: {quoted(quote)}", indent=3), "dim")
            for quote in diagnosis.because[: 1 if full else 0]
        ]
        if full:
            lines += [
                ink.wrapped(f"{e.what}: {one_line(e.value)}", indent=5, prose=False)
                for e in diagnosis.evidence[:_FACTS]
            ]
        for fix in diagnosis.fixes[: None if full else 1]:
            lines += self._fix(fix)
        lines.append(ink.paint(f"   {diagnosis.url}", "dim"))
        return "\n".join(lines)

    def _fix(self, fix: Fix) -> Iterator[str]:
        ink = self._ink
        yield ink.paint(ink.wrapped(fix.title, indent=5, first="   > "), "bold")
        yield from self._copyable(fix.command)  # first: the steps speak of it
        yield from (ink.wrapped(step, indent=5) for step in fix.steps)
        yield from self._copyable(fix.policy)

    def _copyable(self, text: str) -> Iterator[str]:
        # Never broken: what is copied from here has to work.
        yield from (self._ink.paint(f"       {line}", "cyan") for line in text.splitlines())

    def _last(self) -> Iterator[str]:
        ink, reading = self._ink, self._found.reading
        if reading.questions:
            lines = [ink.paint("What decides between them", "bold")]
            for cause, question in reading.questions:
                lines.append(ink.wrapped(f"{_clean(question)} [{cause}]", indent=4, first="  - "))
            yield "\n".join(lines)
        for symptom in () if reading.decided else reading.symptoms:
            yield ink.wrapped(f"All causes: ecr-doctor causes --symptom {symptom!r}", indent=0)
        if self._found.next_command:
            lines = [ink.paint("To be sure, on the machine where the pull failed", "bold")]
            yield "\n".join([*lines, ink.paint(f"  {_clean(self._found.next_command)}", "cyan")])
        if reading.shortened:
            yield "The text was very long: only what stands around its errors was read."


class _Markdown:
    """For a ticket or a comment."""

    def __init__(self, found: Answer, candidates: _Candidates) -> None:
        self._found = found
        self._candidates = candidates

    def parts(self) -> Iterator[str]:
        from ecr_doctor.report.markdown_format import code, escaped, fenced  # noqa: PLC0415

        reading = self._found.reading
        yield f"**{escaped(_headline(self._found))}**"
        if reading.hint:
            yield escaped(reading.hint, 1000)
        for number, diagnosis in enumerate(self._candidates.shown, 1):
            yield f"### {number}. {escaped(diagnosis.title)}"
            yield f"[{code(diagnosis.cause)}]({diagnosis.url})"
            yield from (escaped(p, 2000) for p in diagnosis.explanation.split("\n\n"))
            yield from (f"The text says: {code(quote)}" for quote in diagnosis.because[:1])
            for fix in diagnosis.fixes:
                steps = "\n".join(f"- {escaped(step, 1000)}" for step in fix.steps)
                command = fenced(fix.command, "sh") if fix.command else ""
                policy = fenced(fix.policy, "json") if fix.policy else ""
                yield from filter(None, (f"**{escaped(fix.title)}**", command, steps, policy))
        if rest := self._candidates.rest:
            yield "Less likely: " + ", ".join(f"[{code(d.cause)}]({d.url})" for d in rest)
        if reading.questions:
            asked = [f"- {escaped(q, 1000)} ({code(c)})" for c, q in reading.questions]
            yield "\n".join(["**What decides between them**\n", *asked])
        if self._found.next_command:
            yield "To be sure, on the machine where the pull failed:"
            yield fenced(_clean(self._found.next_command), "sh")
