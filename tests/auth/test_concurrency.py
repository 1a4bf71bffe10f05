"""Many processes at once, as when a machine starts fifty containers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from auth.crowd import feed
from ecr_doctor.auth import cached

if TYPE_CHECKING:
    import subprocess

    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
MANY = 50


def finish(processes: list[subprocess.Popen[str]]) -> list[tuple[str, str]]:
    """Give each process its host, then wait for all."""
    feed(processes, [HOST] * len(processes))
    return [process.communicate(timeout=60) for process in processes]


def answers(processes: list[subprocess.Popen[str]]) -> list[str]:
    ended = finish(processes)
    assert [process.returncode for process in processes] == [0] * len(processes), ended
    return [json.loads(out)["Secret"] for out, _ in ended]


def assert_tidy(helper: Helper) -> None:
    document = json.loads(helper.cache.read_text())
    assert len(document["Registries"]) == 1
    assert all(cached.entry_of(e, time.time()) for e in document["Registries"].values())
    assert [path.name for path in helper.cache.parent.iterdir()] == ["cache.json"]


def test_fifty_cold_processes_make_one_call(helper: Helper, aws: FakeAws) -> None:
    aws.delay = 0.2

    secrets = answers([helper.start() for _ in range(MANY)])

    assert len(set(secrets)) == 1
    assert len(aws.calls) == 1
    assert_tidy(helper)


def test_nobody_waits_in_a_row_for_the_same_failure(helper: Helper, aws: FakeAws) -> None:
    aws.delay = 1
    aws.answers += [(400, {"__type": "AccessDeniedException", "message": "no"})] * 10
    processes = [helper.start() for _ in range(10)]
    ended = finish(processes)

    assert [process.returncode for process in processes] == [1] * 10
    assert all("AWS refuses a token" in err for _, err in ended)
    assert aws.busiest > 1


@pytest.mark.skipif(not shutil.which("prlimit"), reason="needs prlimit")
def test_nobody_waits_in_a_row_where_nothing_can_be_kept(helper: Helper, aws: FakeAws) -> None:
    """As on a full disk: the lock can be had, but the token that was waited for is not there."""
    aws.delay = 1
    helper.through = ("prlimit", "--fsize=0", "--")

    secrets = answers([helper.start() for _ in range(6)])

    assert len(set(secrets)) == 6
    assert aws.busiest > 1
    assert not list(helper.cache.parent.iterdir())


def test_a_process_killed_in_the_middle_holds_nobody_up(helper: Helper, aws: FakeAws) -> None:
    aws.delay = 1.5
    first = helper.start()
    assert first.stdin is not None
    first.stdin.write(HOST)
    first.stdin.close()
    first.stdin = None
    while not list(helper.home.glob(".ecr/.fetch-*")):
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()

    aws.delay = 0
    answers([helper.start() for _ in range(5)])

    assert_tidy(helper)
