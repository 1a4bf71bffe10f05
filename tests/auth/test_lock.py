from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.auth.lock import FileLock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, time
from ecr_doctor.auth.lock import FileLock
lock = FileLock(sys.argv[1])
assert lock.acquire(5)
print("held", flush=True)
time.sleep(60)
"""
COUNT = """
import sys
from ecr_doctor.auth.lock import FileLock
for _ in range(20):
    lock = FileLock(sys.argv[1])
    assert lock.acquire(60)
    with open(sys.argv[2]) as file:
        number = int(file.read())
    with open(sys.argv[2], "w") as file:
        file.write(str(number + 1))
    lock.release()
"""


GIVE_UP = """
import resource, sys, threading
from ecr_doctor.auth.lock import FileLock
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
first, second = FileLock(sys.argv[1]), FileLock(sys.argv[1])
assert first.acquire(1)
threading.Timer(0.1, first.release, kwargs={"gave_up": True}).start()
assert not second.acquire(30)
"""


def test_one_holder_at_a_time_and_nothing_left_behind(tmp_path: Path) -> None:
    lock, counter = tmp_path / "lock", tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", COUNT, str(lock), str(counter)]

    processes = [subprocess.Popen(command) for _ in range(8)]  # noqa: S603

    assert [process.wait(60) for process in processes] == [0] * 8
    assert counter.read_text() == "160"
    assert not lock.exists()


def test_a_killed_holder_leaves_it_open(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert not FileLock(str(path)).acquire(0.05)
        os.kill(process.pid, signal.SIGKILL)
    lock = FileLock(str(path))

    assert lock.acquire(2)
    assert lock.was_held is False
    lock.release()
    assert not path.exists()


def test_whoever_waited_knows_it(tmp_path: Path) -> None:
    first, second = FileLock(str(tmp_path / "lock")), FileLock(str(tmp_path / "lock"))
    assert first.acquire(1)
    threading.Timer(0.1, first.release).start()

    assert second.acquire(5)
    assert second.was_held
    second.release()


def test_nobody_queues_for_what_failed(tmp_path: Path) -> None:
    first = FileLock(str(tmp_path / "lock"))
    others = [FileLock(str(tmp_path / "lock")) for _ in range(5)]
    assert first.acquire(1)
    got: list[bool] = []
    threads = [threading.Thread(target=lambda o=o: got.append(o.acquire(30))) for o in others]
    for thread in threads:
        thread.start()
    time.sleep(0.1)

    first.release(gave_up=True)
    for thread in threads:
        thread.join(5)

    assert got == [False] * 5
    assert FileLock(str(tmp_path / "lock")).acquire(1)


def test_giving_up_needs_no_room_on_the_disk(tmp_path: Path) -> None:
    lock = tmp_path / "lock"

    subprocess.run([sys.executable, "-c", GIVE_UP, str(lock)], check=True, timeout=20)  # noqa: S603

    assert not lock.exists()


@pytest.mark.parametrize("path", ["/proc/lock", "/nowhere/lock", "/dev/full/lock"])
def test_where_there_can_be_no_lock_there_is_none(path: str) -> None:
    lock = FileLock(path)

    assert not lock.acquire(5)
    lock.release()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")

    assert not FileLock(str(tmp_path / "lock")).acquire(1)
    assert not (tmp_path / "elsewhere").exists()
