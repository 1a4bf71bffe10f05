"""buildah: docker's files and its own, by repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .containers import Habits, search
from .versions import at_least

if TYPE_CHECKING:
    from .machine import Machine
    from .resolution import Resolution

_NAMED_FILE_ALONE = (1, 34)
"""Measured: buildah 1.28 still goes on to docker's file, 1.39 does not; in between is not known."""


def habits(version: str) -> Habits:
    """What this version does its own way."""
    return Habits(
        client="buildah",
        version=version,
        docker_config_is_authfile=True,
        named_file_alone=at_least(version, *_NAMED_FILE_ALONE),
        missing_flag_file_stops=True,
        missing_variable_file_stops=True,
        reads_registries_variable=True,
    )


def resolve(
    machine: Machine, host: str, repository: str, *, version: str = "", auth_file: str = ""
) -> Resolution:
    """Search as buildah does; `auth_file` is its flag --authfile."""
    return search(machine, host, repository, habits(version), auth_file)
