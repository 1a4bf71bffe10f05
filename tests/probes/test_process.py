from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.process import MOST_BYTES, Finished, run

if TYPE_CHECKING:
    from pathlib import Path

ENV = {"PATH": "/usr/bin:/bin"}


def shell(script: str, limit: float = 5.0, stdin: bytes = b"") -> Finished:
    return run("/bin/sh", ["sh", "-c", script], env=ENV, limit=limit, stdin=stdin)


@pytest.mark.parametrize(
    ("script", "code", "stdout", "stderr"),
    [
        ("cat; echo oops >&2; exit 3", 3, b"question", b"oops\n"),
        ("exit 0", 0, b"", b""),
        ("exec 1>&-; cat >/dev/null; exit 5", 5, b"", b""),
        ("printf '%s' \"$PATH\"", 0, b"/usr/bin:/bin", b""),
    ],
)
def test_what_a_program_does(script: str, code: int, stdout: bytes, stderr: bytes) -> None:
    finished = shell(script, stdin=b"question")

    assert (finished.exit_code, finished.stdout, finished.stderr) == (code, stdout, stderr)
    assert not finished.timed_out


def test_a_killed_program_has_a_signal_and_no_code() -> None:
    finished = shell("kill -9 $$")

    assert (finished.exit_code, finished.signal, finished.timed_out) == (None, 9, False)


def test_at_the_limit_the_whole_group_is_killed(tmp_path: Path) -> None:
    began = time.monotonic()
    finished = shell(f"sleep 30 & echo $! > {tmp_path}/pid; sleep 30", limit=0.3)

    assert finished.timed_out
    assert finished.exit_code is None
    assert time.monotonic() - began < 3
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 3
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return file.read().rpartition(")")[2].split()[0] != "Z"


def test_a_child_that_keeps_stdout_open_keeps_docker_waiting() -> None:
    assert shell("sleep 30 & exit 0", limit=0.3).timed_out


def test_a_child_that_keeps_stderr_alone_does_not() -> None:
    assert not shell("sleep 1 >/dev/null & exit 0", limit=5).timed_out


def test_endless_output_is_cut() -> None:
    finished = shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2")

    assert (len(finished.stdout), len(finished.stderr)) == (MOST_BYTES, MOST_BYTES)
    assert finished.exit_code == 0


def test_what_cannot_be_started_says_why(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch(mode=0o755)

    assert "No such file" in run("/no/such", ["x"], env=ENV, limit=1).problem
    assert "Exec format error" in run(str(empty), ["x"], env=ENV, limit=1).problem
