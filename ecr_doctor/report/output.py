"""Writes a report to a file: whole, or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.errors import EcrDoctorError

if TYPE_CHECKING:
    from collections.abc import Iterator


class OutputError(EcrDoctorError):
    """A report could not be written; the message names the file and the reason."""


def write_whole(path: str, text: str, what: str = "report") -> None:
    """Write `text` as UTF-8 to `path`, so that nobody ever sees half a report.

    A symbolic link is followed. What is no regular file (`/dev/stdout`, a pipe) is written as it
    comes: there is nothing to replace.

    Raises:
        OutputError: it cannot be written; an older file is untouched then.

    """
    data = text.encode("utf-8", "backslashreplace")
    with _told(path, what) as target:
        if is_stream(target):
            target.write_bytes(data)
        else:
            _replace(target, data)


def check_writable(path: str, what: str = "report") -> None:
    """Find out before a run whether its report can be written; nothing is left or changed.

    Raises:
        OutputError: it cannot.

    """
    with _told(path, what) as target:
        if not is_stream(target):
            handle, draft = _open_draft(target)
            os.close(handle)
            draft.unlink()
        elif not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@contextmanager
def _told(path: str, what: str) -> Iterator[Path]:
    """Yield where a path leads to; an OSError becomes an OutputError."""
    target = Path(os.path.realpath(path))
    try:
        yield target
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot write the {what} to {path}: {reason}", _advice(target, error)
        ) from error


def is_stream(target: Path) -> bool:
    """Whether something is there that is written as it comes: a device, a pipe."""
    return target.exists() and not target.is_file() and not target.is_dir()


def _open_draft(target: Path) -> tuple[int, Path]:
    """A new file beside the target, for os.replace is atomic only within one file system."""
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    draft = target.with_name(f".{target.name[:100]}.{os.urandom(6).hex()}.tmp")
    return os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), draft


def _replace(target: Path, data: bytes) -> None:
    handle, draft = _open_draft(target)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _advice(target: Path, error: OSError) -> str:
    folder = target.parent
    if isinstance(error, FileNotFoundError) and not folder.exists():
        return f"Make the folder first: mkdir -p {folder}"
    if isinstance(error, IsADirectoryError):
        return f"Name a file in it: {target / 'report.html'}"
    if isinstance(error, PermissionError):
        return f"Choose a folder that you may write to; {folder} is not one."
    return "Choose another place with -o FILE, or leave -o out to have the report on the terminal."
