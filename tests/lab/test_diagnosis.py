"""The product in the laboratory: each fault must get its right cause, quickly and discreetly."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.examination import examine
from lab.faults import ALL, Fault
from lab.sampling import sample
from lab.skipping import skip_the_impossible

if TYPE_CHECKING:
    from lab.world import Lab

# Read at import: the tests' own environment is emptied of such variables.
_TABLE = os.environ.get("ECR_DOCTOR_LAB_TABLE", "")


@pytest.mark.parametrize("fault", sample(ALL, 2), ids=lambda fault: fault.name)
def test_diagnosis(lab: Lab, fault: Fault) -> None:
    skip_the_impossible(fault)
    finding = examine(lab, fault)
    if _TABLE:
        _note(lab, fault, [finding.first, str(finding.exit), f"{finding.seconds:.1f}"])
    assert finding.complaints() == []


def _note(lab: Lab, fault: Fault, answer: list[str]) -> None:
    """Add a line to the table of results: what docker said beside what the tool said."""
    said = "(needs too long)"
    if not fault.slow:
        said = lab.pull(fault.image, fault.env, fault.uid, client=fault.client).stderr
    last = (said.strip().splitlines() or ["(the pull works)"])[-1]
    path = Path(_TABLE)
    if not path.exists():
        path.write_text("| fault | docker says | first cause | exit | s |\n|---|---|---|---|---|\n")
    with path.open("a", encoding="utf-8") as table:
        table.write("| " + " | ".join([fault.name, last.replace("|", "/"), *answer]) + " |\n")
