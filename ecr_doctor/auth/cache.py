"""The file cache of tokens, shared with the Go helper: same file, same keys, same half-life.

Unlike the Go helper's, writers of this one do not lose each other's entries, dead entries go, and
a file that cannot be read or written never fails a `get`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecr_doctor.auth.cached import FILE_NAME, VERSION, cache_folder, entry_of, load
from ecr_doctor.auth.lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecr_doctor.auth.token import AuthorizationToken

WRITE_SECONDS = 2.0
"""How long to wait for another writer; a write takes a millisecond."""
FETCH_SECONDS = 15.0
"""How long to wait for another process that asks AWS for the very same token."""
_TEMPORARY = ".cache.json.tmp"
_FETCHING = ".fetch-"
_ABANDONED_SECONDS = 60.0


class FileCache:
    """`cache.json` in a folder."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> FileCache | None:
        """The cache that the environment names; None where it is switched off."""
        folder = cache_folder(env)
        return cls(folder) if folder else None

    @property
    def path(self) -> Path:
        """The file."""
        return self._folder / FILE_NAME

    def entries(self) -> dict[str, Any]:
        """What the file holds, by key; empty for a file that is absent or cannot be trusted."""
        return load(str(self._folder))

    def fetching(self, key: str) -> FileLock:
        """The lock for whoever asks AWS for the token of a key."""
        name = hashlib.sha256(key.encode()).hexdigest()[:16]
        with contextlib.suppress(OSError):
            self._make_folder()
        return FileLock(str(self._folder / f"{_FETCHING}{name}.lock"))

    def store(self, key: str, token: AuthorizationToken, *, service: str) -> bool:
        """Keep a token, and drop the dead ones; whether that worked."""
        entry = {
            "AuthorizationToken": token.encoded().reveal(),
            "RequestedAt": _rfc3339(token.requested or datetime.now(UTC)),
            "ExpiresAt": _rfc3339(token.expires),
            "ProxyEndpoint": token.proxy_endpoint,
            "Service": service,
        }
        return self._change(lambda entries: {**entries, key: entry})

    def forget(self, endpoints: tuple[str, ...]) -> bool:
        """Drop every token of a registry, whoever's it is; whether that worked."""
        if not self.path.exists():
            return True

        def without(entries: dict[str, Any]) -> dict[str, Any]:
            return {k: v for k, v in entries.items() if v.get("ProxyEndpoint") not in endpoints}

        return self._change(without)

    def _change(self, change: Any) -> bool:  # noqa: ANN401
        try:
            self._make_folder()
            with _held(self._folder / ".cache.json.lock"):
                self._write(change(self._living()))
        except OSError:
            return False
        return True

    def _living(self) -> dict[str, Any]:
        now = time.time()
        return {key: value for key, value in self.entries().items() if entry_of(value, now)}

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, entries: dict[str, Any]) -> None:
        """Replace the file as a whole: a reader sees the old one or the new one.

        Raises:
            OSError: the folder is read-only, the disk is full, and so on.

        """
        target = Path(os.path.realpath(self.path))
        text = json.dumps({"Registries": entries, "Version": VERSION}, indent=2)
        temporary = target.with_name(f"{_TEMPORARY}{os.getpid()}-{os.urandom(4).hex()}")
        for folder in {self._folder, target.parent}:
            _remove_abandoned(folder)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock, or go on without it where there can be none."""
    lock = FileLock(str(path))
    lock.acquire(WRITE_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _remove_abandoned(folder: Path) -> None:
    """Remove what killed processes left behind: drafts, and locks that nobody holds."""
    oldest = time.time() - _ABANDONED_SECONDS
    for name in os.listdir(folder):  # noqa: PTH208 - a generator of scandir is not closed in time
        path = folder / name
        with contextlib.suppress(OSError):
            if name.startswith((_TEMPORARY, _FETCHING)) and path.stat().st_mtime < oldest:
                _remove(path)


def _remove(path: Path) -> None:
    if path.name.startswith(_TEMPORARY):
        path.unlink()
        return
    lock = FileLock(str(path))
    if lock.acquire(0):
        lock.release()


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
