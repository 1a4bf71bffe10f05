"""The parts of the text report below its first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model import DifferentialState

from .plain import one_line
from .story import STAGES, STATES, by_stage, by_symptom, duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecr_doctor.model import CheckResult, Evidence, Report

    from .ink import Ink

_WIDEST_LABEL = 18
"""Columns; a longer label has a line of its own."""
_FEW_CAUSES = 5
"""Of those that were not tested, without `-v`."""
_SHOWN = {DifferentialState.NOT_TESTED: _FEW_CAUSES, DifferentialState.RULED_OUT: 0}
_SHORT = 240
"""Characters of a value that is shown without `-v`."""


def facts(evidence: Sequence[Evidence], ink: Ink, *, indent: int, whole: bool) -> list[str]:
    """Evidence as a list: what, value, and where it was seen."""
    names = [one_line(item.what, 60) for item in evidence]
    short = [len(name) for name in names if len(name) <= _WIDEST_LABEL]
    label = max(short, default=0)
    lines = []
    for name, item in zip(names, evidence, strict=True):
        known = not item.source or item.source in item.value
        source = "" if known else f"  [{one_line(item.source, 200)}]"
        value = item.value if whole else one_line(item.value, _SHORT)
        first = " " * indent + ink.paint(name.ljust(label), "dim")
        first += "  " if len(name) <= label else "\n" + " " * (indent + label + 2)
        lines.append(
            ink.wrapped(value + source, indent=indent + label + 2, first=first, prose=False)
        )
    return lines


def copyable(text: str, ink: Ink) -> list[str]:
    """Lines that are never broken: what is copied from here has to work."""
    return [f"       {ink.paint(line, 'cyan')}" for line in text.strip().splitlines()]


def differential(report: Report, ink: Ink, *, verbose: bool) -> Iterator[str]:
    """For each symptom: its causes, and what is known of them."""
    for symptom, states in by_symptom(report).items():
        lines = [ink.paint(f"Causes of {one_line(symptom, 120)!r}", "bold")]
        for state, entries in states.items():
            if not entries:
                continue
            most = len(entries) if verbose else _SHOWN.get(state, len(entries))
            names = ", ".join(one_line(entry.cause, 80) for entry in entries[:most])
            if most < len(entries):
                more = f", and {len(entries) - most} more" if most else len(entries)
                names += f"{more} (-v names them)"
            first = "  " + STATES[state].ljust(12)
            lines.append(ink.wrapped(names, indent=14, first=first, prose=False))
        yield "\n".join(lines)


def problems(report: Report, ink: Ink) -> Iterator[str]:
    """What went wrong in the tool itself."""
    if report.problems:
        told = [f"{one_line(p.what)}: {one_line(p.detail)}" for p in report.problems]
        yield "\n".join(
            [ink.paint("Problems of ecr-doctor itself", "bold"), *(ink.wrapped(t) for t in told)]
        )


def checks(report: Report, ink: Ink) -> Iterator[str]:
    """Every check with its evidence, by stage."""
    for stage, results in by_stage(report):
        lines = [ink.paint(STAGES[stage], "bold")]
        for result in results:
            lines += _check(result, ink)
        yield "\n".join(lines)


def _check(result: CheckResult, ink: Ink) -> list[str]:
    took = f" ({duration(result.took)})" if result.took else ""
    head = f"{result.check_id}: {one_line(result.verdict.summary)}{took}"
    status = result.status.value
    first = f"  {ink.symbol(result.status)} {status.ljust(14)} "
    lines = [ink.wrapped(head, indent=19, first=first, prose=False)]
    return lines + facts(result.verdict.evidence, ink, indent=19, whole=True)


def environment(report: Report, ink: Ink) -> str:
    """Versions, identity, engine."""
    listed = [*report.environment]
    lines = facts(listed, ink, indent=2, whole=False)
    brought = ", ".join(f"{one_line(p.name, 80)} {one_line(p.version, 40)}" for p in report.plugins)
    if brought:
        lines.append(ink.wrapped(f"checks from {brought}"))
    return "\n".join([ink.paint("Environment", "bold"), *lines])
