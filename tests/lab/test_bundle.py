"""What was seen of a real engine, registry and helper is judged alike when it is replayed."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ecr_doctor.cli.replay import replay
from lab.faults import ALL, Fault
from lab.skipping import skip_the_impossible

if TYPE_CHECKING:
    from pathlib import Path

    from lab.world import Lab

_SOME = (
    "healthy", "helper-not-on-path", "clock-20m-behind", "repo-missing", "daemon-down",
    "layer-corrupt", "auths-expired", "aws-profile-mfa",
)  # fmt: skip


@pytest.mark.parametrize("fault", [f for f in ALL if f.name in _SOME], ids=lambda f: f.name)
def test_replay(lab: Lab, fault: Fault, tmp_path: Path) -> None:
    skip_the_impossible(fault)
    lab.reset()
    fault.inject(lab)
    bundle, report = tmp_path / "seen.bundle", tmp_path / "report.json"
    tool = (sys.executable, "-m", "ecr_doctor", "run", fault.image, *fault.args)

    done = lab.run([*tool, "--save", str(bundle), "-o", str(report), "-q"], fault.env, fault.uid)
    again = CliRunner().invoke(replay, [str(bundle), "--format", "json"], standalone_mode=False)

    assert again.return_value == done.returncode
    assert _judged(again.stdout) == _judged(report.read_text())


def _judged(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
