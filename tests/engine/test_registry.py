from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.engine.registry import discover

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
from ecr_doctor.sdk import Check, Context, Verdict

class MyCheck(Check):
    id = "client.my-own"
    title = "Mine"
    def run(self, ctx: Context) -> Verdict:
        return Verdict.passed("fine")
"""


def test_the_built_in_checks_load_without_a_problem() -> None:
    registry = discover()

    assert registry.problems == ()
    assert "reference.image-reference" in {check.id for check in registry.checks}


def test_a_folder_brings_checks_and_a_broken_file_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "broken.py").write_text("import nowhere_to_be_found\n")
    (tmp_path / "leaves.py").write_text("raise SystemExit(3)\n")

    registry = discover([str(tmp_path)])

    assert "client.my-own" in {check.id for check in registry.checks}
    assert [p.what for p in registry.problems] == [
        f"{tmp_path / 'broken.py'} does not load",
        f"{tmp_path / 'leaves.py'} does not load",
    ]
    assert "nowhere_to_be_found" in registry.problems[0].detail


def test_an_id_that_is_taken_is_left_out_and_reported(tmp_path: Path) -> None:
    (tmp_path / "twin.py").write_text(GOOD.replace("client.my-own", "reference.image-reference"))

    registry = discover([str(tmp_path)])

    assert "the id is taken by ecr_doctor_checks" in registry.problems[0].detail


def test_a_check_of_no_stage_is_left_out_and_reported(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(GOOD.replace("client.my-own", "nowhere.check"))

    registry = discover([str(tmp_path)])

    assert "nowhere" in registry.problems[0].detail


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    registry = discover([str(tmp_path / "gone")])

    assert registry.problems[0].detail == "there is no such folder"
