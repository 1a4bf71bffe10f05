from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ecr_doctor.report.output import OutputError, check_writable, write_whole


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_report_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("old and much longer than the new one")

    write_whole(str(file), "größer\n")

    assert file.read_bytes() == "größer\n".encode()
    assert names(tmp_path) == ["home", "report.txt"]


def test_half_characters_do_not_break_it(tmp_path: Path) -> None:
    write_whole(str(tmp_path / "r.txt"), "a\ud800b")

    assert (tmp_path / "r.txt").read_text() == "a\\ud800b"


def test_the_umask_is_respected(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(str(tmp_path / "r.txt"), "x")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "r.txt").stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")

    write_whole(str(tmp_path / "link.txt"), "x")

    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "x"


def test_a_device_is_written_to() -> None:
    write_whole("/dev/null", "x")

    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("missing/report.html", "mkdir -p"),
        ("folder", "folder/report.html"),
        ("file.txt/report.html", "Choose another place"),
        ("n" * 300 + ".html", "Choose another place"),
    ],
)
def test_what_cannot_be_written_is_named_with_advice(
    tmp_path: Path, name: str, advice: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").touch()
    files = names(tmp_path)

    with pytest.raises(OutputError) as failed:
        write_whole(str(tmp_path / name), "x")
    with pytest.raises(OutputError) as foreseen:
        check_writable(str(tmp_path / name))

    assert str(foreseen.value) == str(failed.value)
    assert str(tmp_path / name) in str(failed.value)
    assert advice in failed.value.hint
    assert failed.value.exit_code == 4
    assert names(tmp_path) == files


def test_a_look_before_leaves_no_trace(tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    old.write_text("old")

    check_writable(str(old))
    check_writable(str(tmp_path / "new.txt"))
    check_writable("/dev/null")

    assert old.read_text() == "old"
    assert names(tmp_path) == ["home", "old.txt"]


def test_a_look_at_a_pipe_does_not_wait_for_its_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")

    check_writable(str(tmp_path / "pipe.txt"))

    assert names(tmp_path) == ["home", "pipe.txt"]


def test_an_old_report_survives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.txt"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OutputError, match="No space left"):
        write_whole(str(file), "new")

    assert file.read_text() == "old"
    assert not list(tmp_path.glob(".*tmp"))
