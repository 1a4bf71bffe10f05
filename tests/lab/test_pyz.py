"""The one-file tool in the laboratory: the engine, AWS and a real pull, out of a zip file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lab.examination import examine
from lab.faults import ALL, Fault
from lab.skipping import skip_the_impossible

if TYPE_CHECKING:
    from lab.world import Lab

_BUILD = Path(__file__).parents[2] / "scripts" / "pyz" / "build.py"
_SMOKE = ("healthy", "no-config", "aws-unknown-key", "tls-unknown-ca")


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pyz") / "ecr-doctor.pyz"
    subprocess.run([sys.executable, str(_BUILD), str(path)], check=True, timeout=60)  # noqa: S603
    return path


@pytest.mark.parametrize("fault", [f for f in ALL if f.name in _SMOKE], ids=lambda f: f.name)
def test_smoke(lab: Lab, pyz: Path, fault: Fault) -> None:
    skip_the_impossible(fault)

    finding = examine(lab, fault, (sys.executable, "-I", "-S", str(pyz)))

    assert finding.complaints() == []
