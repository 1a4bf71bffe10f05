"""`ecr-doctor fix` where the file system refuses: all is as it was, and the reason is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auth.small_disk import SmallDisk, can_mount, small_disk
from ecr_doctor.testing import HOST

CONTENT = '{"auths": {"ghcr.io": {"auth": "bWU6c2VjcmV0"}}}\n'
HELPER = """#!/bin/sh
echo '{"ServerURL": "", "Username": "AWS", "Secret": "a-good-token"}'
"""

pytestmark = pytest.mark.skipif(not can_mount(), reason="needs a mount namespace")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of docker's configuration, with a helper to be named."""
    programs = tmp_path / "bin"
    programs.mkdir()
    helper = programs / "docker-credential-ecr-login"
    helper.write_text(HELPER)
    helper.chmod(0o755)
    found = Path(os.environ["HOME"], ".docker")
    found.mkdir()
    return found


def refused(disk: SmallDisk, tmp_path: Path) -> str:
    """What it says when it fails."""
    done = subprocess.run(  # noqa: S603  our own program
        [*disk.through, sys.executable, "-m", "ecr_doctor", "fix", "--registry", HOST, "--yes"],
        env={**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done
    return done.stderr


def assert_untouched(disk: SmallDisk, *more: str) -> None:
    assert (disk.seen / "config.json").read_text() == CONTENT
    assert {path.name for path in disk.seen.iterdir()} == {"config.json", *more}


def test_a_read_only_file_system(folder: Path, tmp_path: Path) -> None:
    with small_disk(folder, "size=64k") as disk:
        (disk.seen / "config.json").write_text(CONTENT)
        assert disk.run("mount", "-o", "remount,ro", str(folder)) == 0

        said = refused(disk, tmp_path)

        assert f"nothing was changed: {folder}/config.json: Read-only file system" in said
        assert "change it where it comes from" in said
        assert_untouched(disk)


def test_a_link_to_a_read_only_file_system(folder: Path, tmp_path: Path) -> None:
    """As to the dotfiles of a home that is managed elsewhere."""
    store = tmp_path / "store"
    store.mkdir()
    (folder / "config.json").symlink_to(store / "config.json")
    with small_disk(store, "size=64k") as disk:
        (disk.seen / "config.json").write_text(CONTENT)
        assert disk.run("mount", "-o", "remount,ro", str(store)) == 0

        said = refused(disk, tmp_path)

        place = f"{folder}/config.json, which leads to {store}/config.json"
        assert f"nothing was changed: {place}: Read-only file system" in said
        assert_untouched(disk)
    assert [path.name for path in folder.iterdir()] == ["config.json"]


def test_a_full_disk(folder: Path, tmp_path: Path) -> None:
    with small_disk(folder, "size=64k") as disk:
        (disk.seen / "config.json").write_text(CONTENT)
        disk.fill()

        said = refused(disk, tmp_path)

        assert f"{folder}/config.json: No space left on device" in said
        assert "make room" in said
        assert_untouched(disk, "filling")


def test_a_file_that_is_mounted_by_itself(folder: Path, tmp_path: Path) -> None:
    """As `docker run -v ~/.docker/config.json:/root/.docker/config.json` does."""
    with small_disk(folder, "size=64k") as disk:
        config = folder / "config.json"
        assert disk.run("sh", "-c", f"printf '%s\\n' '{CONTENT.strip()}' >'{config}'") == 0
        assert disk.run("mount", "--bind", str(config), str(config)) == 0

        said = refused(disk, tmp_path)

        assert f"nothing was changed: {config}: Device or resource busy" in said
        assert "mounted" in said
        assert_untouched(disk)
