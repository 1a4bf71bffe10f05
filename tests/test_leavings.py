from __future__ import annotations

from ecr_doctor.leavings import removed_by, sweep


def test_only_what_is_still_there_is_removed_latest_first() -> None:
    removed: list[str] = []
    with removed_by(lambda: removed.append("ended")):
        pass
    with (
        removed_by(lambda: removed.append("folder")),
        removed_by(lambda: removed.append("program")),
    ):
        sweep()

    assert removed == ["program", "folder"]
    sweep()
    assert removed == ["program", "folder"]


def test_what_is_gone_already_does_not_stop_the_rest() -> None:
    removed: list[str] = []

    def fail() -> None:
        raise ProcessLookupError

    with removed_by(lambda: removed.append("folder")), removed_by(fail):
        sweep()

    assert removed == ["folder"]
