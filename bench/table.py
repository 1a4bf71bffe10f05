"""The rows that the bench prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bench.measure import Ratio, Series

_WIDTHS: Final = (46, 10, 10, 22, 10)
HEAD: Final = ("what", "ours", "other", "ours / other", "goal")


@dataclass(frozen=True)
class Row:
    """One figure, its goal, and what it is compared with."""

    what: str
    ours: str
    other: str
    ratio: str
    goal: str
    met: bool | None
    """None where there is no goal."""

    def __str__(self) -> str:
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return line((self.what, self.ours, self.other, self.ratio, self.goal)) + verdict


def line(cells: tuple[str, ...]) -> str:
    """Cells in columns."""
    return " ".join(f"{cell:{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)) + " "


def versus(what: str, ours: Series, other: Series, goal: float | None = None) -> Row:
    """Our time beside another's."""
    ratio = Ratio.of(ours, other)
    met = None if goal is None else ratio.middle <= goal
    times = (duration(ours.median), duration(other.median))
    return Row(what, *times, str(ratio), "" if goal is None else f"<= {goal:g} x", met)


def beside(what: str, ours: Series, seconds: float, goal: float) -> Row:
    """Our time beside one that is computed."""
    same = Series([seconds] * len(ours.seconds), ours.kib)
    return versus(what, ours, same, goal)


def within(what: str, seconds: float, goal: float | None = None) -> Row:
    """Our time beside a limit."""
    met = None if goal is None else seconds <= goal
    return Row(what, duration(seconds), "", "", "" if goal is None else f"<= {goal:g} s", met)


def memory(what: str, ours: Series, other: Series, goal: float | None = None) -> Row:
    """Our peak memory beside another's."""
    sizes = (f"{ours.mib:.1f} MiB", f"{other.mib:.1f} MiB")
    met = None if goal is None else ours.mib <= goal
    ratio = f"{ours.mib / other.mib:.2f}"
    return Row(what, *sizes, ratio, "" if goal is None else f"<= {goal:g} MiB", met)


def count(what: str, ours: int, other: int, goal: int) -> Row:
    """How often we did something beside how often another did."""
    return Row(what, str(ours), str(other), "", f"<= {goal}", ours <= goal)


def unmeasured(what: str, why: str) -> str:
    """A row that cannot be measured on this machine."""
    return f"{what:{_WIDTHS[0]}} not measured: {why}"


def duration(seconds: float) -> str:
    """Milliseconds up to a second."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
