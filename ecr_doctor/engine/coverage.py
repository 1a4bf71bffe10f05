"""What is known of each cause of the catalog: which checks confirm it, or why none can."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ecr_doctor.catalog.strict import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecr_doctor.catalog import Catalog
    from ecr_doctor.sdk import Check


class Coverage(StrEnum):
    """How a cause can be found."""

    CONFIRMED = "confirmed"
    """A check names it."""
    SUSPECTED = "suspected"
    """Only the text of a failed pull speaks for it."""
    NOT_VISIBLE = "not visible"
    """Neither a check nor a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCoverage:
    """One cause."""

    cause: str
    title: str
    layer: str
    coverage: Coverage
    by: tuple[str, ...] = ()
    """Ids of the checks that name it."""
    ruled_out_by: tuple[str, ...] = ()
    """Ids of further checks whose pass rules it out."""
    reason: str = ""
    """Why no check names it."""


def coverage(checks: Iterable[Check], catalog: Catalog) -> tuple[CauseCoverage, ...]:
    """Every cause, in the catalog's order."""
    known = sorted(checks, key=lambda check: (check.stage().position, check.id))
    return tuple(_cause(name, known, catalog) for name in catalog)


def _cause(name: str, checks: list[Check], catalog: Catalog) -> CauseCoverage:
    cause = catalog[name]
    by = tuple(check.id for check in checks if name in check.causes)
    found = Coverage.SUSPECTED if cause.symptoms else Coverage.NOT_VISIBLE
    return CauseCoverage(
        cause=name,
        title=cause.title,
        layer=cause.layer,
        coverage=Coverage.CONFIRMED if by else found,
        by=by,
        ruled_out_by=tuple(c.id for c in checks if name in c.rules_out and name not in c.causes),
        reason="" if by else cause.not_visible,
    )


def document(rows: Iterable[CauseCoverage]) -> str:
    """The page docs/coverage.md."""
    rows = tuple(rows)
    return "\n".join(_lines(rows)) + "\n"


def _lines(rows: tuple[CauseCoverage, ...]) -> Iterator[str]:
    count = {kind: sum(row.coverage is kind for row in rows) for kind in Coverage}
    yield from ("# What can be seen of each cause", "")
    yield "Made by `ecr-doctor checks --coverage`."
    yield from ("", f"Of {len(rows)} causes, {count[Coverage.CONFIRMED]} are confirmed by a check.")
    yield f"{count[Coverage.SUSPECTED]} more are suspected when the text of a failed pull says so;"
    yield f"{count[Coverage.NOT_VISIBLE]} cannot be seen at all."
    for layer in LAYERS:
        yield from ("", f"## {layer[:1].upper()}{layer[1:]}", "")
        yield from ("| cause | found by |", "|---|---|")
        yield from (_row(row) for row in rows if row.layer == layer)


def _row(row: CauseCoverage) -> str:
    if row.coverage is Coverage.CONFIRMED:
        how = ", ".join(f"`{name}`" for name in row.by)
    else:
        how = "text alone" if row.coverage is Coverage.SUSPECTED else "not visible"
        how += f": {row.reason}" if row.reason else ""
    if row.ruled_out_by:
        how += "; ruled out by " + ", ".join(f"`{name}`" for name in row.ruled_out_by)
    return f"| [{row.cause}](causes/{row.cause}.md) | {how} |"
