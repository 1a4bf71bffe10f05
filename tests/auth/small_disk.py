"""A file system of its own on a folder: small, full, or read-only, for the processes sent there.

It lives in a mount namespace, so that neither this process nor anybody else sees it, and that it
goes when its keeper ends, which it does at the end of its standard input.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMESPACES = ["--mount"] if os.geteuid() == 0 else ["--user", "--mount"]
_UNSHARE = ["unshare", *_NAMESPACES, *(["--map-root-user"] if os.geteuid() else [])]
_KEEP = 'mount -t tmpfs -o "$2" none "$1" && echo ready && exec cat'


@dataclass(frozen=True)
class SmallDisk:
    """A folder on which there is another file system."""

    folder: Path
    keeper: int
    """Process in its namespace."""

    @property
    def through(self) -> tuple[str, ...]:
        """The command that starts another one there."""
        keep = ["--preserve-credentials"] if "--user" in _NAMESPACES else []
        return ("nsenter", "--target", str(self.keeper), *_NAMESPACES, *keep, "--")

    @property
    def seen(self) -> Path:
        """The folder, as this process may look into it."""
        return Path(f"/proc/{self.keeper}/root{self.folder}")

    def run(self, *command: str) -> int:
        """Run a command there; its exit code."""
        done = subprocess.run(  # noqa: S603
            [*self.through, *command], capture_output=True, check=False
        )
        return done.returncode

    def fill(self) -> None:
        """Leave not one byte free."""
        assert self.run("sh", "-c", f"cat /dev/zero >'{self.folder}/filling'") != 0


def can_mount() -> bool:
    """Whether this machine and user may have a mount namespace."""
    if not (shutil.which("unshare") and shutil.which("nsenter")):
        return False
    command = [*_UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[SmallDisk]:
    """Have a tmpfs with these mount options on a folder."""
    with subprocess.Popen(  # noqa: S603
        [*_UNSHARE, "sh", "-c", _KEEP, "sh", str(folder), options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == b"ready\n"
        yield SmallDisk(folder, keeper.pid)
