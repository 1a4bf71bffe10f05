from __future__ import annotations

import threading
import time

from ecr_doctor.leavings import begin, removed_at_end, sweep


def test_only_what_is_still_there_is_removed_latest_first() -> None:
    removed: list[str] = []
    with removed_at_end(lambda: "ended", removed.append):
        pass
    with (
        removed_at_end(lambda: "folder", removed.append),
        removed_at_end(lambda: "program", removed.append),
    ):
        sweep()

    assert removed == ["program", "folder"]
    sweep()
    assert removed == ["program", "folder"]


def test_what_is_gone_already_does_not_stop_the_rest() -> None:
    removed: list[str] = []

    def fail(_: str) -> None:
        raise ProcessLookupError

    with removed_at_end(lambda: "folder", removed.append), removed_at_end(lambda: "gone", fail):
        sweep()

    assert removed == ["folder"]


def test_what_is_just_being_started_is_removed_too() -> None:
    removed: list[str] = []
    forking, swept = threading.Event(), threading.Event()

    def start() -> str:
        forking.set()
        time.sleep(0.05)
        return "program"

    def work() -> None:
        with removed_at_end(start, removed.append):
            swept.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    assert forking.wait(10)
    sweep()
    swept.set()
    thread.join()

    assert removed == ["program"]


def test_a_start_that_hangs_holds_up_nobody() -> None:
    removed: list[str] = []
    starting, over = threading.Event(), threading.Event()

    def start() -> str:
        starting.set()
        over.wait(10)
        return "on a dead disk"

    thread = threading.Thread(target=lambda: begin(start, removed.append))
    thread.start()
    assert starting.wait(10)
    with removed_at_end(lambda: "another", removed.append):
        sweep()
    over.set()
    thread.join()

    assert removed == ["another"]
    sweep()
    assert removed == ["another", "on a dead disk"]
