"""Writes a report to a file: whole, or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from ecr_doctor.errors import EcrDoctorError


class OutputError(EcrDoctorError):
    """A report could not be written; the message names the file and the reason."""


def write_whole(path: str, text: str) -> None:
    """Write `text` as UTF-8 to `path`, so that nobody ever sees half a report.

    A symbolic link is followed. What is no regular file (`/dev/stdout`, a pipe) is written as it
    comes: there is nothing to replace.

    Raises:
        OutputError: it cannot be written; an older file is untouched then.

    """
    target = Path(os.path.realpath(path))
    data = text.encode("utf-8", "backslashreplace")
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise OutputError(
            f"cannot write the report to {path}: {error.strerror or error}", _advice(target, error)
        ) from error


def _replace(target: Path, data: bytes) -> None:
    # Beside the target, for os.replace is atomic only within one file system.
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
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
