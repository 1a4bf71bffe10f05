"""Changes on the disk while others change it too, or while the process is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ecr_doctor.cure.changes import Change, SetHelper, apply
from ecr_doctor.cure.disk import DRAFT_END, ChangedMeanwhileError
from ecr_doctor.cure.journal import records
from ecr_doctor.cure.operation import LOCK_END, Operation, undo
from ecr_doctor.cure.plan import Plan

from . import killed


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where docker's configuration would be; its folder is there."""
    path = tmp_path / "home" / ".docker" / "config.json"
    path.parent.mkdir(parents=True)
    return path


def plan(path: Path, change: Change) -> Plan:
    before = path.read_bytes() if path.is_file() else b""
    return Plan(changes=(change,), before=before, after=apply(before, (change,)))


def test_many_at_once(config: Path) -> None:
    """Each plans anew after another one; no entry is lost, nothing is left behind."""

    def add(number: int) -> None:
        while True:
            try:
                Operation(str(config)).carry_out(plan(config, SetHelper(f"h{number}", "x")))
            except (ChangedMeanwhileError, FileNotFoundError):
                continue
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))

    assert len(json.loads(config.read_bytes())["credHelpers"]) == 16
    assert not [p for p in config.parent.iterdir() if p.name.endswith((DRAFT_END, LOCK_END))]


def test_killed_at_any_moment(config: Path) -> None:
    """The file is the old one or the new one; the next call clears up, an undo still works."""
    config.write_bytes(killed.OLD)
    chance = random.Random(1)  # noqa: S311  moments, not secrets
    whole = {killed.OLD, killed.NEW}
    for _ in range(25):
        process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "cure.killed", str(config)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        with process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.04))
            os.kill(process.pid, signal.SIGKILL)
        assert config.read_bytes() in whole

    while records(str(config)):
        undo(str(config))
    assert config.read_bytes() in whole
    Operation(str(config)).carry_out(plan(config, SetHelper("h", "x")))
    left = [path.name for path in config.parent.iterdir()]
    assert not [name for name in left if name.endswith((DRAFT_END, LOCK_END))]
