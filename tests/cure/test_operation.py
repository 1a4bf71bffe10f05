"""Changes on the disk: whole or not at all, and taken back to the byte."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.cure import disk
from ecr_doctor.cure.changes import Change, RepairJson, SetHelper, SetMode, apply
from ecr_doctor.cure.disk import ChangedMeanwhileError, CureError
from ecr_doctor.cure.journal import new_record, records
from ecr_doctor.cure.operation import Operation, undo
from ecr_doctor.cure.plan import Plan
from privileges import no_privileges

if TYPE_CHECKING:
    from collections.abc import Callable

SET = SetHelper("h", "x")
ROOT = os.geteuid() == 0


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Where docker's configuration would be; neither it nor its folder is there."""
    return tmp_path / "home" / ".docker" / "config.json"


def plan(path: Path, *changes: Change) -> Plan:
    before = path.read_bytes() if path.is_file() else b""
    wanted = changes or (SET,)
    return Plan(changes=wanted, before=before, after=apply(before, wanted))


def write(path: Path, text: str = '{\n  "x": 1\n}', mode: int = 0o640) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    os.utime(path, ns=(1_600_000_000_000_000_001, 1_600_000_000_000_000_002))


def tree(folder: Path) -> dict[str, tuple[int, int, int, str, int]]:
    """Everything below a folder: mode, owner, group, content or link, time of files."""
    seen = {}
    for path in sorted(folder.rglob("*")):
        found = path.lstat()
        content = ""
        if path.is_symlink():
            content = str(path.readlink())
        elif path.is_file():
            content = path.read_text()
        time_ns = found.st_mtime_ns if stat.S_ISREG(found.st_mode) else 0
        key = str(path.relative_to(folder))
        seen[key] = (found.st_mode, found.st_uid, found.st_gid, content, time_ns)
    return seen


def absent(path: Path) -> None:
    path.parent.parent.mkdir(exist_ok=True)


def no_file(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o755)


def a_link(path: Path) -> None:
    real = path.parents[1] / "dotfiles" / "docker.json"
    write(real)
    path.parent.mkdir()
    path.symlink_to("../dotfiles/docker.json")


def a_folder_link(path: Path) -> None:
    write(path.parents[1] / "elsewhere" / "config.json")
    path.parent.symlink_to("elsewhere")


def link_to_nothing(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to("/nowhere/at/all")


def link_to_no_file(path: Path) -> None:
    path.parent.mkdir(parents=True)
    (path.parents[1] / "dotfiles").mkdir()
    path.symlink_to("../dotfiles/docker.json")


def link_to_itself(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to("config.json")


def empty_folder(path: Path) -> None:
    path.mkdir(parents=True)
    path.chmod(0o750)


def empty_file(path: Path) -> None:
    write(path, "", 0o600)


@pytest.mark.parametrize(
    "prepare",
    [absent, no_file, write, a_link, a_folder_link, link_to_nothing, link_to_no_file,
     link_to_itself, empty_folder, empty_file],
)  # fmt: skip
def test_change_and_undo(config: Path, prepare: Callable[[Path], None]) -> None:
    config.parents[1].mkdir(exist_ok=True)
    prepare(config)
    before = tree(config.parents[1])
    real = Path(os.path.realpath(config))
    was_link = config.is_symlink() and real.parent.is_dir() and not real.is_symlink()
    mode = config.stat().st_mode if config.is_file() else 0
    operation = Operation(str(config))

    operation.carry_out(plan(config))

    assert json.loads(config.read_bytes())["credHelpers"] == {"h": "x"}
    assert config.is_symlink() == was_link
    assert config.stat().st_mode == (mode or stat.S_IFREG | 0o600)
    assert operation.record is not None
    for path in config.parent.glob("*.ecr-doctor-*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(config.parent.glob(".*"))
    done = undo(str(config))
    assert done is not None
    assert tree(config.parents[1]) == before
    assert undo(str(config)) is None


def test_two_turns_are_one_undo(config: Path) -> None:
    write(config)
    before = tree(config.parents[1])
    operation = Operation(str(config))

    operation.carry_out(plan(config))
    operation.carry_out(plan(config, SetHelper("i", "y")))

    assert json.loads(config.read_bytes())["credHelpers"] == {"h": "x", "i": "y"}
    undo(str(config))
    assert tree(config.parents[1]) == before


def test_two_calls_are_undone_one_after_the_other(config: Path) -> None:
    write(config)
    first = config.read_bytes()
    Operation(str(config)).carry_out(plan(config))
    second = config.read_bytes()
    Operation(str(config)).carry_out(plan(config, SetHelper("i", "y")))

    undo(str(config))
    assert config.read_bytes() == second
    undo(str(config))
    assert config.read_bytes() == first


def test_permissions(config: Path) -> None:
    write(config, mode=0o200)
    operation = Operation(str(config))

    operation.carry_out(Plan(changes=(SetMode(str(config), 0o600),)))
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    operation.carry_out(plan(config))

    undo(str(config))
    assert stat.S_IMODE(config.stat().st_mode) == 0o200
    config.chmod(0o600)
    assert config.read_text() == '{\n  "x": 1\n}'


def test_permissions_of_the_folder(config: Path) -> None:
    write(config)
    before = tree(config.parents[1])
    config.parent.chmod(0o600)
    closed = config.parent.stat().st_mode
    operation = Operation(str(config))

    operation.carry_out(Plan(changes=(SetMode(str(config.parent), 0o700),)))
    assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700
    undo(str(config))

    assert config.parent.stat().st_mode == closed
    config.parent.chmod(0o755)
    assert set(tree(config.parents[1])) == set(before)


def test_what_somebody_else_changed_is_left_alone(config: Path) -> None:
    write(config)
    planned = plan(config)
    config.write_text('{"theirs": 1}')
    before = tree(config.parents[1])

    with pytest.raises(ChangedMeanwhileError):
        Operation(str(config)).carry_out(planned)

    assert tree(config.parents[1]) == before


def test_what_somebody_else_made_is_left_alone(config: Path) -> None:
    config.parent.mkdir(parents=True)
    planned = plan(config)
    write(config)

    with pytest.raises(ChangedMeanwhileError):
        Operation(str(config)).carry_out(planned)

    assert config.read_text() == '{\n  "x": 1\n}'


def test_a_change_at_the_last_moment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look under the lock and the renaming."""
    write(config)
    dress = disk._dress

    def late(descriptor: int, looks: disk.Looks) -> None:
        dress(descriptor, looks)
        config.write_text('{"late": 1}')

    monkeypatch.setattr(disk, "_dress", late)

    with pytest.raises(ChangedMeanwhileError):
        Operation(str(config)).carry_out(plan(config))

    assert config.read_text() == '{"late": 1}'


def test_an_undo_after_somebodys_change_is_refused(config: Path) -> None:
    write(config)
    Operation(str(config)).carry_out(plan(config))
    config.write_text('{"theirs": 1}')

    with pytest.raises(ChangedMeanwhileError) as caught:
        undo(str(config))

    assert config.read_text() == '{"theirs": 1}'
    assert ".backup" in caught.value.hint


def test_an_undo_with_a_copy_that_was_changed_is_refused(config: Path) -> None:
    write(config)
    operation = Operation(str(config))
    operation.carry_out(plan(config))
    after = config.read_bytes()
    assert operation.record is not None
    Path(operation.record.copy_path).write_text("{}")

    with pytest.raises(CureError, match="copy"):
        undo(str(config))

    assert config.read_bytes() == after


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"schema": 2}', '{"schema": 1, "after": 1, "modes": []}', "{" * 99_999],
)
def test_records_that_are_none_are_passed_over(config: Path, text: str) -> None:
    write(config)
    (config.parent / "config.json.ecr-doctor-x.record.json").write_text(text)

    assert records(str(config)) == ()
    assert undo(str(config)) is None


def test_a_record_cannot_reach_other_folders(config: Path, tmp_path: Path) -> None:
    write(config)
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o755)
    operation = Operation(str(config))
    operation.carry_out(plan(config))
    assert operation.record is not None
    place = Path(operation.record.record_path)
    fields = json.loads(place.read_text())
    place.write_text(json.dumps({**fields, "modes": [[str(victim), 0o777]]}))

    assert records(str(config)) == ()
    place.write_text(json.dumps({**fields, "copy": "../../victim"}))
    assert records(str(config)) == ()


def test_a_full_folder_is_not_removed(config: Path) -> None:
    config.mkdir(parents=True)
    (config / "x").write_text("x")

    with pytest.raises(CureError):
        Operation(str(config)).carry_out(plan(config))

    assert tree(config) == {"x": tree(config)["x"]}
    assert not list(config.parent.glob("*.ecr-doctor-*"))


def test_a_folder_that_may_not_be_written(config: Path) -> None:
    write(config)
    config.parent.chmod(0o555)
    with no_privileges(), pytest.raises(CureError, match="nothing was changed"):
        Operation(str(config)).carry_out(plan(config))
    config.parent.chmod(0o755)
    assert config.read_text() == '{\n  "x": 1\n}'


@pytest.mark.skipif(not ROOT, reason="only root can give files away")
def test_owners_are_kept(config: Path) -> None:
    write(config)
    for path in (config.parents[1], config.parent, config):
        os.chown(path, 1234, 4321)
    before = tree(config.parents[1])

    Operation(str(config)).carry_out(plan(config))

    owners = {(p.stat().st_uid, p.stat().st_gid) for p in config.parent.iterdir()}
    assert owners == {(1234, 4321)}
    undo(str(config))
    assert tree(config.parents[1]) == before


@pytest.mark.skipif(not ROOT, reason="only root follows links into other users' files")
def test_root_does_not_follow_a_link_to_another_user(config: Path, tmp_path: Path) -> None:
    config.parent.mkdir(parents=True)
    os.chown(config.parent, 1234, 4321)
    victim = tmp_path / "victim.json"
    victim.write_text("{}")
    config.symlink_to(victim)

    with pytest.raises(CureError, match="another user"):
        Operation(str(config)).carry_out(plan(config))

    assert victim.read_text() == "{}"


def test_a_part_is_never_taken_for_the_whole(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file longer than what is read at most: what follows must not be lost."""
    monkeypatch.setattr(disk, "_MOST_BYTES", 8)
    config.parent.mkdir(parents=True)
    config.write_bytes(b'{"a": 1, "b": 2}')
    part = b'{"a": 1,'

    with pytest.raises(CureError, match="larger than"):
        Operation(str(config)).carry_out(
            Plan(changes=(RepairJson(),), before=part, after=b'{"a": 1}')
        )

    assert config.read_bytes() == b'{"a": 1, "b": 2}'


def test_a_record_without_a_change_is_no_change(config: Path) -> None:
    """As a `fix` leaves it that is killed before the file is replaced."""
    write(config)
    operation = Operation(str(config))
    operation.carry_out(plan(config))
    record = operation.record
    assert record is not None
    config.write_bytes(Path(record.copy_path).read_bytes())

    assert undo(str(config)) is None
    assert records(str(config)) == ()
    assert new_record(str(config)).kind == "file"
