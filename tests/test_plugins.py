"""Third-party checks, installed by pip as their users would do it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:latest"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both fixture packages, as `pip install` leaves them."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(  # noqa: S603  our own command
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
            "--disable-pip-version-check", "--root-user-action=ignore", "--target", str(folder),
            str(FIXTURES / "third_party"), str(FIXTURES / "broken_plugin"),
        ],
        check=True,
    )  # fmt: skip
    return folder


def ecr_doctor(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", *arguments],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def report(installed: Path, image: str) -> dict[str, Any]:
    done = ecr_doctor(installed, "run", image, "--only", "reference", "--format", "json")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_appears_in_the_list_and_has_a_page(installed: Path) -> None:
    assert "reference.acme-naming" in ecr_doctor(installed, "checks").stdout
    assert "What it looks at" in ecr_doctor(installed, "checks", "reference.acme-naming").stdout


def test_it_appears_in_a_report_with_its_cause_and_cure(installed: Path) -> None:
    found = report(installed, IMAGE)

    assert found["tool"]["plugins"] == [{"name": "acme-ecr-checks", "version": "2.5"}]
    assert found["diagnoses"][0]["cause"] == "acme-naming-rule"
    assert found["diagnoses"][0]["fixes"][0]["title"] == "Move the image to acme/team/app"


def test_one_that_does_not_load_is_reported_and_ends_nothing(installed: Path) -> None:
    found = report(installed, IMAGE.replace("team/", "acme/"))

    assert [p["what"] for p in found["problems"]] == [
        "entry point broken = broken_ecr_checks: broken_ecr_checks does not load"
    ]
    assert "needs a library that nobody has" in found["problems"][0]["detail"]
    assert {c["id"]: c["status"] for c in found["checks"]}["reference.acme-naming"] == "pass"


def test_one_that_does_not_load_is_told_by_the_list_too(installed: Path) -> None:
    done = ecr_doctor(installed, "checks")

    assert done.returncode == 0
    assert "broken_ecr_checks does not load" in done.stderr
