"""skopeo: docker's files and its own, by repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .containers import Habits, search
from .versions import at_least

if TYPE_CHECKING:
    from .machine import Machine
    from .resolution import Resolution

_NAMED_FILE_ALONE = (1, 14)
"""Measured: skopeo 1.9 still goes on to docker's file, 1.18 does not; in between is not known."""


def habits(version: str) -> Habits:
    """What this version does its own way."""
    return Habits(
        client="skopeo", version=version, named_file_alone=at_least(version, *_NAMED_FILE_ALONE)
    )


def resolve(
    machine: Machine, host: str, repository: str, *, version: str = "", auth_file: str = ""
) -> Resolution:
    """Search as skopeo does; `auth_file` is its flag --authfile."""
    return search(machine, host, repository, habits(version), auth_file)
