from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecr_doctor.auth import cached
from ecr_doctor.auth.cache import FileCache
from ecr_doctor.auth.token import AuthorizationToken
from ecr_doctor.redact import Secret

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
STORE = """
import sys
from datetime import UTC, datetime, timedelta
from ecr_doctor.auth.cache import FileCache
from ecr_doctor.auth.token import AuthorizationToken
from ecr_doctor.redact import Secret
now = datetime.now(UTC)
token = AuthorizationToken(user="AWS", secret=Secret("s"), expires=now + timedelta(hours=12),
                           proxy_endpoint="https://h", requested=now)
for number in range(10):
    assert FileCache(sys.argv[1]).store(f"{sys.argv[2]}-{number}", token, service="ecr")
"""


def token(hours: float = 12) -> AuthorizationToken:
    now = datetime.now(UTC)
    return AuthorizationToken(
        user="AWS",
        secret=Secret("secret"),
        expires=now + timedelta(hours=hours),
        proxy_endpoint=f"https://{HOST}",
        requested=now,
    )


def document(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "cache.json").read_text())
    return loaded


def test_what_is_stored_is_found_and_looks_like_the_go_helpers(tmp_path: Path) -> None:
    cache = FileCache(str(tmp_path / "a" / "b"))

    assert cache.store("key", token(), service="ecr")

    fields = document(tmp_path / "a" / "b")
    assert fields["Version"] == "1.0"
    assert set(fields["Registries"]["key"]) == {
        "AuthorizationToken", "RequestedAt", "ExpiresAt", "ProxyEndpoint", "Service"
    }  # fmt: skip
    found = cached.entry_of(cache.entries()["key"], time.time())
    assert found is not None
    assert (found.user, found.secret, found.is_fresh) == ("AWS", "secret", True)


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        FileCache(str(tmp_path / "ecr")).store("key", token(), service="ecr")
    finally:
        os.umask(umask)

    assert stat.S_IMODE((tmp_path / "ecr").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "ecr" / "cache.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "ecr").iterdir()] == ["cache.json"]


def test_the_living_stay_and_the_dead_go(tmp_path: Path) -> None:
    cache = FileCache(str(tmp_path))
    cache.store("living", token(), service="ecr")
    cache.store("dead", token(-1), service="ecr")
    fields = document(tmp_path)
    fields["Registries"]["malformed"] = {"AuthorizationToken": "x"}
    fields["Registries"]["older"] = {**fields["Registries"]["living"], "Unknown": 1}
    (tmp_path / "cache.json").write_text(json.dumps(fields))

    cache.store("new", token(), service="ecr")

    entries = document(tmp_path)["Registries"]
    assert set(entries) == {"living", "older", "new"}
    assert entries["older"]["Unknown"] == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"Version":"9","Registries":{"a":{}}}'])
def test_a_corrupt_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache.json").write_bytes(content)

    assert FileCache(str(tmp_path)).store("key", token(), service="ecr")
    assert set(document(tmp_path)["Registries"]) == {"key"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "cache.json").symlink_to(tmp_path / "real" / "tokens.json")

    assert FileCache(str(tmp_path)).store("key", token(), service="ecr")
    assert (tmp_path / "cache.json").is_symlink()
    assert "key" in (tmp_path / "real" / "tokens.json").read_text()


@pytest.mark.parametrize("folder", ["/proc/ecr", "/dev/null/ecr", "/dev/full"])
def test_a_folder_that_cannot_be_written_is_no_error(folder: str) -> None:
    cache = FileCache(folder)

    assert not cache.store("key", token(), service="ecr")
    assert cache.entries() == {}
    assert not cache.fetching("key").acquire(1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = FileCache(str(tmp_path))
    cache.store("key", token(), service="ecr")
    before = (tmp_path / "cache.json").read_bytes()
    open_file = os.open

    def full(path: Any, flags: int, mode: int = 0o777) -> int:
        return open_file("/dev/full" if ".tmp" in str(path) else path, flags & ~os.O_EXCL, mode)

    monkeypatch.setattr(os, "open", full)

    assert not cache.store("other", token(), service="ecr")
    assert (tmp_path / "cache.json").read_bytes() == before


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    old, new = tmp_path / ".cache.json.tmp1-x", tmp_path / ".cache.json.tmp2-y"
    old.touch()
    new.touch()
    os.utime(old, (1, 1))

    FileCache(str(tmp_path)).store("key", token(), service="ecr")

    assert not old.exists()
    assert new.exists()


def test_a_lock_that_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = FileCache(str(folder))
    abandoned, held = folder / ".fetch-1.lock", cache.fetching("held")
    abandoned.touch()
    assert held.acquire(1)
    for path in folder.iterdir():
        os.utime(path, (1, 1))

    cache.store("key", token(), service="ecr")

    assert not abandoned.exists()
    held.release()
    assert [path.name for path in folder.iterdir()] == ["cache.json"]


def test_writers_do_not_lose_each_others_entries(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", STORE, str(tmp_path), str(n)])  # noqa: S603
        for n in range(8)
    ]

    assert [process.wait(60) for process in processes] == [0] * 8
    assert len(document(tmp_path)["Registries"]) == 80


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    for milliseconds in range(0, 60, 6):
        with subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", f"print(flush=True)\n{STORE}", str(tmp_path), "x"],
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(milliseconds / 1000)
            process.kill()
        assert not (tmp_path / "cache.json").exists() or document(tmp_path)["Version"] == "1.0"

    assert FileCache(str(tmp_path)).store("key", token(), service="ecr")
    assert "key" in document(tmp_path)["Registries"]


def test_forgetting_a_registry(tmp_path: Path) -> None:
    cache = FileCache(str(tmp_path))
    assert cache.forget((f"https://{HOST}",))
    cache.store("key", token(), service="ecr")
    cache.store("same", token(), service="ecr")

    assert cache.forget(("https://other.example",))
    assert set(cache.entries()) == {"key", "same"}
    assert cache.forget((f"https://{HOST}",))
    assert cache.entries() == {}


def test_switched_off() -> None:
    assert FileCache.from_env({"AWS_ECR_DISABLE_CACHE": "1", "HOME": "/x"}) is None
    found = FileCache.from_env({"HOME": "/x"})
    assert found is not None
    assert str(found.path) == "/x/.ecr/cache.json"
