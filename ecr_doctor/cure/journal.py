"""What was there before a cure: a copy (0600) beside the file, and a small record of the rest.

The record is written before anything is changed. It never holds content, only sums of it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import stat
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

from .disk import PRIVATE, CureError, Looks, put, read_whole

RECORD_END = ".record.json"
COPY_END = ".backup"
_MARK = ".ecr-doctor-"
_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One cure, as it can be undone."""

    path: str
    """`config.json`, as docker names it."""
    kind: str
    """What was there: `file`, `absent`, `link` (to nothing), `folder` (an empty one)."""
    file: str
    """The file behind the path: another one where the path is a link."""
    link: str = ""
    mode: int = PRIVATE
    owner: int = -1
    group: int = -1
    modified: int = 0
    sum: str = ""
    """SHA-256 of the content before; empty where that was not read."""
    copy: str = ""
    """Name of the copy of it, in the record's folder."""
    after: tuple[str, ...] = ()
    """SHA-256 of what the cure put there, step by step."""
    made_folder: bool = False
    """Whether the folder of `path` was made for it."""
    modes: tuple[tuple[str, int], ...] = ()
    """Folders whose permissions were changed, and what these were."""
    name: str = ""
    """The record's own name, without its end."""

    @property
    def folder(self) -> str:
        """Where record and copy lie."""
        return os.path.dirname(self.path)

    @property
    def record_path(self) -> str:
        """The record's file."""
        return os.path.join(self.folder, self.name + RECORD_END)

    @property
    def copy_path(self) -> str:
        """The copy's file; empty where there is none."""
        return os.path.join(self.folder, self.copy) if self.copy else ""


def sum_of(data: bytes | None) -> str:
    """SHA-256 of a content; a word of its own for no file."""
    return "absent" if data is None else hashlib.sha256(data).hexdigest()


def new_record(path: str) -> Record:
    """A record of what lies at the path now; nothing is written yet."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    unique = f"{time.time_ns() % 10**9:09d}{secrets.token_hex(2)}"
    name = f"{os.path.basename(path)}{_MARK}{stamp}-{unique}"
    real = os.path.realpath(path)
    blank = Record(path=path, kind="absent", file=real, name=name)
    link = os.readlink(path) if os.path.islink(path) else ""
    try:
        seen = os.stat(path)
    except OSError as error:
        if error.errno not in {errno.ENOENT, errno.ELOOP}:
            raise
        return replace(blank, kind="link", link=link) if link else blank
    kind = "folder" if stat.S_ISDIR(seen.st_mode) else "file"
    return replace(
        blank,
        kind=kind,
        link=link,
        mode=stat.S_IMODE(seen.st_mode),
        owner=seen.st_uid,
        group=seen.st_gid,
        modified=seen.st_mtime_ns,
    )


def keep(record: Record, data: bytes | None) -> Record:
    """Write the record, and a copy of the content where one is given and not kept yet.

    Raises:
        OSError: it cannot be written; then nothing may be changed.

    """
    if data is not None and not record.copy:
        record = replace(record, copy=record.name + COPY_END, sum=sum_of(data))
        put(record.copy_path, data, _private(record), None)
    text = json.dumps({"schema": _SCHEMA, **asdict(record)}, indent=1) + "\n"
    old = read_whole(record.record_path)
    put(record.record_path, text.encode("utf-8", "surrogateescape"), _private(record), old)
    return record


def _private(record: Record) -> Looks:
    """For its owner's eyes alone, who is the owner of the configuration also under sudo."""
    if os.geteuid() != 0:
        return Looks(mode=PRIVATE)
    owner = os.stat(record.folder)
    return Looks(mode=PRIVATE, owner=owner.st_uid, group=owner.st_gid)


def records(path: str) -> tuple[Record, ...]:
    """The records of a configuration, the latest first; what is none of ours is passed over."""
    folder, base = os.path.split(path)
    found: list[Record] = []
    try:
        names = sorted(os.listdir(folder or "."), reverse=True)
    except OSError:
        return ()
    for name in names:
        if name.startswith(base + _MARK) and name.endswith(RECORD_END):
            record = _read(os.path.join(folder, name), path)
            if record is not None:
                found.append(record)
    return tuple(found)


def _read(place: str, path: str) -> Record | None:
    """A record; None for one that is not as we write them, or not about this path."""
    try:
        if not stat.S_ISREG(os.lstat(place).st_mode):
            return None
        fields: dict[str, Any] = json.loads(read_whole(place) or b"")
        if fields.pop("schema") != _SCHEMA:
            return None
        fields["after"] = tuple(map(str, fields["after"]))
        fields["modes"] = tuple((str(name), int(mode)) for name, mode in fields["modes"])
        record = Record(**fields)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    ours = os.path.realpath(record.folder) == os.path.realpath(os.path.dirname(path))
    if any(folder != record.folder for folder, _ in record.modes):
        return None
    named = place.endswith(f"/{record.name}{RECORD_END}") and "/" not in record.copy
    return record if ours and named else None


def forget(record: Record) -> None:
    """Remove a record and its copy: it is undone, or nothing came of it."""
    for place in (record.record_path, record.copy_path):
        if place:
            with contextlib.suppress(OSError):
                os.unlink(place)


def kept_content(record: Record) -> bytes:
    """The content of before.

    Raises:
        CureError: the copy is gone or was changed.

    """
    try:
        data = read_whole(record.copy_path) if record.copy else None
    except OSError as error:
        raise CureError(f"the copy {record.copy_path} cannot be read: {error.strerror}") from error
    if data is None or sum_of(data) != record.sum:
        raise CureError(f"the copy {record.copy_path} is gone, or is not the one that was made")
    return data
