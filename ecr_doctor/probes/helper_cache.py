"""The folder in which amazon-ecr-credential-helper keeps tokens and its log.

Nothing is written, and of the cache only its outline is read.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ecr_doctor.clients.machine import FileState

from .base import Probe
from .helper_log import cache_folder
from .local_machine import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from .base import Scene

KNOWN_VERSION = "1.0"


class CacheState(StrEnum):
    """What became of `cache.json`."""

    OK = "ok"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    CORRUPT = "corrupt"
    OTHER_VERSION = "other-version"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperCache:
    """The cache folder as this user finds it."""

    folder: str = ""
    """Empty when there is no home to hold one."""
    state: CacheState = CacheState.MISSING
    version: str = ""
    writable: bool = True
    """Whether the helper can keep a token: the folder, or the one it would be made in."""
    blocked_by: str = ""
    """The folder or file that cannot be written."""
    log_writable: bool = True
    log_size: int = 0
    """Bytes; the helper appends for ever."""
    disabled: bool = False
    """Whether AWS_ECR_DISABLE_CACHE switches the cache off."""


@dataclass(frozen=True, slots=True)
class HelperCacheProbe(Probe[HelperCache]):
    """Looks at the Go helper's cache folder."""

    def look(self, scene: Scene) -> HelperCache:
        """Look, without writing."""
        disabled = bool(scene.env.get("AWS_ECR_DISABLE_CACHE"))
        folder = cache_folder(scene.env)
        if folder is None:
            return HelperCache(disabled=disabled)
        state, version = _cache_state(folder / "cache.json")
        blocked = _not_writable(folder)
        log = folder / "log" / "ecr-login.log"
        return HelperCache(
            folder=str(folder),
            state=state,
            version=version,
            writable=not blocked,
            blocked_by=blocked,
            log_writable=not _not_writable(log.parent) and _may_append(log),
            log_size=_size(log),
            disabled=disabled,
        )


def _cache_state(path: Path) -> tuple[CacheState, str]:
    read = read_file(str(path))
    if read.state in {FileState.MISSING, FileState.DANGLING}:
        return CacheState.MISSING, ""
    if read.state in {FileState.UNREADABLE, FileState.DIRECTORY}:
        return CacheState.UNREADABLE, ""
    try:
        document = json.loads(read.data)
    except (ValueError, RecursionError):
        return CacheState.CORRUPT, ""
    if not isinstance(document, dict):
        return CacheState.CORRUPT, ""
    version = str(document.get("Version", ""))[:20]
    return (CacheState.OK if version == KNOWN_VERSION else CacheState.OTHER_VERSION), version


def _not_writable(folder: Path) -> str:
    """The nearest folder that exists, if it cannot be written; empty when it can."""
    for candidate in (folder, *folder.parents):
        try:
            if candidate.is_dir():
                return "" if os.access(candidate, os.W_OK | os.X_OK) else str(candidate)
            if candidate.exists():
                return str(candidate)
        except OSError:
            return str(candidate)
    return ""


def _may_append(path: Path) -> bool:
    try:
        return not path.exists() or os.access(path, os.W_OK)
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
