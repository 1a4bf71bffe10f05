from __future__ import annotations

from pathlib import Path

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.engine import discover
from ecr_doctor.engine.coverage import Coverage, coverage, document
from engine.fakes import check

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
REGISTRY = discover()
CATALOG = load_catalog(REGISTRY.catalogs)
ROWS = coverage(REGISTRY.checks, CATALOG)


def test_the_committed_page_is_the_generated_one() -> None:
    """Mend it with `ecr-doctor checks --coverage > docs/coverage.md`."""
    assert PAGE.read_text(encoding="utf-8") == document(ROWS)


def test_every_cause_is_there_once() -> None:
    assert [row.cause for row in ROWS] == list(CATALOG)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.cause)
def test_what_no_check_confirms_has_a_reason(row: object) -> None:
    assert getattr(row, "by", ()) or getattr(row, "reason", "")


def test_a_check_that_names_a_cause_confirms_it() -> None:
    names = ("scp-deny", "disk-full-hidden")
    seer = check("auth.policies", causes=("scp-deny",))

    rows = {row.cause: row for row in coverage([seer], CATALOG) if row.cause in names}

    assert rows["scp-deny"].coverage is Coverage.CONFIRMED
    assert rows["scp-deny"].by == ("auth.policies",)
    assert rows["disk-full-hidden"].coverage is Coverage.SUSPECTED
    assert "while the pull ran" in rows["disk-full-hidden"].reason
