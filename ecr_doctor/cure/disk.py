"""Writes a file whole or not at all, as it was in all but its content.

Whoever reads the path sees the old file or the new one, also if this process is killed at any
moment or the machine stops: a draft beside the file is written, flushed to the disk, and renamed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.errors import EcrDoctorError

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAFT_END = ".ecr-doctor-draft"
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
_MOST_BYTES = 16 << 20


class CureError(EcrDoctorError):
    """A change could not be made; everything is as it was."""


class ChangedMeanwhileError(CureError):
    """Somebody else changed the file in the meantime: it is left alone."""


_HINTS = {
    errno.EBUSY: "It is mounted there, as into a container: change it where it comes from.",
    errno.EROFS: "It lies on a read-only file system: change it where it comes from.",
    errno.ENOSPC: "The disk is full: make room, then call fix again.",
    errno.EDQUOT: "Your share of the disk is used up: make room, then call fix again.",
}


def failed(what: str, path: str, error: OSError) -> CureError:
    """What the system refused, told of the file that the user knows and not of a draft of it."""
    real = os.path.realpath(path)
    place = f"{path}, which leads to {real}" if os.path.islink(path) else path
    if isinstance(error.filename, str) and not error.filename.endswith(DRAFT_END):
        place = error.filename
    return CureError(
        f"{what}: {place}: {error.strerror or error}", _HINTS.get(error.errno or 0, "")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a file is besides its content. Times in nanoseconds."""

    mode: int = PRIVATE
    owner: int = -1
    """-1 for whoever writes."""
    group: int = -1
    modified: int = 0
    """0 for now."""
    like: str = ""
    """A file whose extended attributes (access lists, SELinux's label) are taken over."""


def looks_of(path: str) -> Looks:
    """The looks of an existing file or folder."""
    seen = os.stat(path)
    return Looks(
        mode=stat.S_IMODE(seen.st_mode),
        owner=seen.st_uid,
        group=seen.st_gid,
        modified=seen.st_mtime_ns,
        like=path,
    )


def read_whole(path: str) -> bytes | None:
    """The content of a file; None where there is none, or a link that leads nowhere.

    Raises:
        OSError: it may not be read, is no file, or is too large to be a configuration.

    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would never come to its end
            raise IsADirectoryError(errno.EISDIR, "not a file", path)
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP}:
            return None
        raise
    if len(data) > _MOST_BYTES:  # a part of it must never be taken for the whole
        raise OSError(errno.EFBIG, f"larger than {_MOST_BYTES >> 20} MiB", path)
    return data


def put(
    path: str, data: bytes, looks: Looks, expected: bytes | None, *, over_link: bool = False
) -> None:
    """Replace a file that still holds `expected` (None: there is no file yet).

    `over_link`: the path is a link to nothing, which gives way.

    Raises:
        ChangedMeanwhileError: it holds something else by now.
        OSError: it cannot be written; the old file is untouched.

    """
    with _draft(path, data, looks) as draft:
        if read_whole(path) != expected:
            raise ChangedMeanwhileError(f"{path} was changed by somebody else just now")
        if expected is None and not over_link:
            _add(draft, path)
        else:
            os.replace(draft, path)
    flush_folder(os.path.dirname(path))


def _add(draft: str, path: str) -> None:
    """Give the draft its name unless somebody has taken the name just now."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise ChangedMeanwhileError(f"{path} was made by somebody else just now") from None
    except OSError:  # a file system without hard links
        os.replace(draft, path)


@contextlib.contextmanager
def _draft(path: str, data: bytes, looks: Looks) -> Iterator[str]:
    folder, name = os.path.split(path)
    draft = os.path.join(folder, f".{name}.{secrets.token_hex(6)}{DRAFT_END}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(draft, flags, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _dress(file.fileno(), looks)
            os.fsync(file.fileno())
        yield draft
    finally:
        with contextlib.suppress(OSError):
            os.unlink(draft)


def _dress(descriptor: int, looks: Looks) -> None:
    seen = os.fstat(descriptor)
    owner = looks.owner if looks.owner != seen.st_uid else -1
    group = looks.group if looks.group != seen.st_gid else -1
    if owner >= 0 or group >= 0:
        os.fchown(descriptor, owner, group)
    _copy_attributes(looks.like, descriptor)
    os.fchmod(descriptor, looks.mode)
    if looks.modified:
        os.utime(descriptor, ns=(looks.modified, looks.modified))


def _copy_attributes(source: str, descriptor: int) -> None:
    if not source or not hasattr(os, "listxattr"):
        return
    with contextlib.suppress(OSError):
        for name in os.listxattr(source):
            with contextlib.suppress(OSError):  # some belong to the system alone
                os.setxattr(descriptor, name, os.getxattr(source, name))


def flush_folder(folder: str) -> None:
    """Have the names in a folder written to the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep_drafts(path: str) -> None:
    """Remove the drafts of a file that killed processes have left. Call it under the lock."""
    folder, name = os.path.split(path)
    with contextlib.suppress(OSError):
        for entry in os.listdir(folder):
            if entry.startswith(f".{name}.") and entry.endswith(DRAFT_END):
                os.unlink(os.path.join(folder, entry))
