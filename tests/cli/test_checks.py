from __future__ import annotations

from pathlib import Path

from ecr_doctor.cli.checks import document
from ecr_doctor.engine import discover

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def test_the_committed_page_is_the_generated_one() -> None:
    """Mend it with `ecr-doctor checks --markdown > docs/checks.md`."""
    assert PAGE.read_text(encoding="utf-8") == document(discover().checks)
