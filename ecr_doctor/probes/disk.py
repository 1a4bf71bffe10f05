"""Room on the file system that holds a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base import Probe, ProbeError

if TYPE_CHECKING:
    from .base import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What is free for an ordinary process; sizes in bytes."""

    path: str
    free: int
    total: int
    free_inodes: int
    total_inodes: int
    """0 on file systems that make inodes as needed."""
    read_only: bool


@dataclass(frozen=True, slots=True)
class DiskProbe(Probe[Disk]):
    """Asks the file system (statvfs) about the folder `path`."""

    path: str

    def look(self, scene: Scene) -> Disk:  # noqa: ARG002
        """Measure the free room.

        Raises:
            ProbeError: the folder cannot be seen from here: the engine runs in another machine.

        """
        try:
            found = os.statvfs(self.path)
        except OSError as error:
            raise ProbeError(f"{self.path} cannot be seen from here: {error.strerror}") from error
        return Disk(
            path=self.path,
            free=found.f_bavail * found.f_frsize,
            total=found.f_blocks * found.f_frsize,
            free_inodes=found.f_favail,
            total_inodes=found.f_files,
            read_only=bool(found.f_flag & os.ST_RDONLY),
        )
