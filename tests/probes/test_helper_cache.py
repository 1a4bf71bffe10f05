from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.helper_cache import CacheState, HelperCacheProbe
from probes.user_scene import User

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (None, CacheState.MISSING),
        ('{"Registries": {}, "Version": "1.0"}', CacheState.OK),
        ('{"Registries": {}, "Version": "0.1"}', CacheState.OTHER_VERSION),
        ("{}", CacheState.OTHER_VERSION),
        ("", CacheState.CORRUPT),
        ("[]", CacheState.CORRUPT),
        ("garbage", CacheState.CORRUPT),
    ],
)
def test_states(tmp_path: Path, content: str | None, state: CacheState) -> None:
    user = User(tmp_path)
    if content is not None:
        (user.home / ".ecr").mkdir()
        (user.home / ".ecr/cache.json").write_text(content)
    cache = user.scene().observe(HelperCacheProbe())

    assert (cache.state, cache.folder, cache.writable) == (state, str(user.home / ".ecr"), True)


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    user = User(tmp_path)
    (user.home / ".ecr").write_text("x")
    cache = user.scene().observe(HelperCacheProbe())

    assert (cache.writable, cache.blocked_by) == (False, str(user.home / ".ecr"))


def test_the_variables(tmp_path: Path) -> None:
    env = {"AWS_ECR_CACHE_DIR": "~/elsewhere", "AWS_ECR_DISABLE_CACHE": "1"}
    user = User(tmp_path, env)
    cache = user.scene().observe(HelperCacheProbe())

    assert (cache.folder, cache.disabled) == (str(user.home / "elsewhere"), True)


def test_no_home(tmp_path: Path) -> None:
    user = User(tmp_path)
    del user.env["HOME"]

    assert user.scene().observe(HelperCacheProbe()).folder == ""
