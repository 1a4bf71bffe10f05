"""Finds programs on PATH as Go does."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def search_path(env: Mapping[str, str]) -> tuple[str, ...]:
    """The folders of PATH; Go finds a program in a relative one and then refuses to run it."""
    return tuple(folder for folder in env.get("PATH", "").split(os.pathsep) if folder)


def find_program(name: str, env: Mapping[str, str], *, relative: bool = False) -> str:
    """The path of a program that may be executed; empty when there is none.

    `relative`: in relative folders of PATH too, as Python's shutil.which does.

    Source: go/src/os/exec/lp_unix.go: folders, and files without an x bit, are passed over.
    """
    if "/" in name:
        return name if is_executable(name) else ""
    for folder in search_path(env):
        path = os.path.join(folder, name)  # noqa: PTH118  PATH's own spelling is kept
        if (relative or folder.startswith("/")) and is_executable(path):
            return path
    return ""


def is_executable(path: str) -> bool:
    """Whether a regular file is there that this user may execute."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  a text path, as PATH has it
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(mode) and os.access(path, os.X_OK)
