"""Findings that are known and accepted: by a mute with a reason and a last day, or a baseline.

A muted finding stays in the report, and the outcome stays what it is: the pull does break. It only
no longer makes the run fail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ecr_doctor.model import ToolProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.model import Diagnosis, Report

    from .baseline import Baseline

_KEYS = frozenset({"cause", "image", "reason", "expires"})
_SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One accepted finding."""

    cause: str
    reason: str
    expires: date
    """The last day on which it holds."""
    image: str = "*"
    """Glob of the images for which it holds."""

    @property
    def words(self) -> str:
        """How a report calls it."""
        return f"Muted until {self.expires.isoformat()}: {self.reason}"


def read_mutes(found: object) -> tuple[Mute, ...]:
    """The mutes of a configuration file: its array of tables `mute`.

    Raises:
        ValueError: one has no reason or no last day, or something else is wrong with it.

    """
    if not isinstance(found, list):
        raise ValueError("mutes are written as [[mute]] tables")  # noqa: TRY004  of the file
    return tuple(_mute(entry, number) for number, entry in enumerate(found, 1))


def _mute(entry: Any, number: int) -> Mute:  # noqa: ANN401  what the file holds
    if not isinstance(entry, dict):
        raise ValueError(f"mute {number} is no table")  # noqa: TRY004  of the file
    where = f"mute {number}" + (f" ({entry['cause']})" if entry.get("cause") else "")
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    for name in ("cause", "reason", "image"):
        if not isinstance(entry.get(name, ""), str):
            raise ValueError(f"{where}: {name} has to be a text")  # noqa: TRY004  of the file
    if not entry.get("cause"):
        raise ValueError(f"{where}: it has to name a cause, as `ecr-doctor causes` lists them")
    if len(entry.get("reason", "").strip()) < _SHORTEST_REASON:
        raise ValueError(f"{where}: it needs a reason: why is this accepted?")
    return Mute(
        cause=entry["cause"],
        reason=entry["reason"].strip(),
        expires=_last_day(entry.get("expires"), where),
        image=entry.get("image", "*"),
    )


def _last_day(value: object, where: str) -> date:
    """The day, written as TOML's date or as a text."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise ValueError(f"{where}: it needs a last day, as expires = 2031-01-31")  # noqa: TRY004
    return value


def accept(
    report: Report,
    mutes: Sequence[Mute],
    baseline: Baseline | None = None,
    *,
    today: date,
) -> Report:
    """Mark the findings that are accepted, and put them behind those that are not.

    A mute that has run out holds no longer; the report says so.
    """
    here = [m for m in mutes if fnmatchcase(report.target.image, m.image)]
    living = [m for m in here if m.expires >= today]

    def words(diagnosis: Diagnosis) -> str:
        found = next((m.words for m in living if m.cause == diagnosis.cause), "")
        return found or (baseline.words(diagnosis, report.target) if baseline else "")

    marked = [replace(d, muted=words(d)) for d in report.diagnoses]
    problems = [_expired(m) for m in here if m.expires < today]
    problems += baseline.problems(report.target) if baseline else []
    return replace(
        report,
        diagnoses=tuple(sorted(marked, key=lambda d: bool(d.muted))),
        problems=(*report.problems, *problems),
    )


def _expired(mute: Mute) -> ToolProblem:
    what = f"the mute of {mute.cause} holds no longer"
    return ToolProblem(what, f"It ended on {mute.expires.isoformat()}. Its reason: {mute.reason}")
