"""A lock between processes that no crash leaves locked.

The kernel holds it (`flock`) and lets it go when its holder dies. The file is removed by whoever
held it, so that nothing is left behind; a waiter whose file was removed meanwhile takes the next.
Where there can be no lock (read-only or full disk, a file system without locks) there is none:
work then goes on unlocked, and at worst something is done twice.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_PAUSE: Final = 0.01
_GAVE_UP: Final = 0
"""Time of the file by which its holder says so: a disk that is full takes that, but no byte."""
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)


class FileLock:
    """A lock named by a path."""

    __slots__ = ("_descriptor", "_path", "was_held")

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1
        self.was_held = False
        """Whether somebody else held it when we came."""

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock.

        False when it cannot be had in time or at all, or when its holder said that what we wait
        for cannot be done: then go on without it.
        """
        deadline = time.monotonic() + seconds
        try:
            while self._wait(deadline):
                if self._is_current():
                    return True
                gave_up = os.fstat(self._descriptor).st_mtime == _GAVE_UP
                self._close()
                if gave_up:
                    return False
        except (OSError, ImportError):
            pass
        self._close()
        return False

    def release(self, *, gave_up: bool = False) -> None:
        """Let the others in; `gave_up` tells them not to queue for the same failure."""
        if self._descriptor < 0:
            return
        try:
            if gave_up:
                os.utime(self._descriptor, (_GAVE_UP, _GAVE_UP))
            os.unlink(self._path)  # noqa: PTH108 - pathlib costs more than all of this module
        except OSError:
            pass  # the closing unlocks it in any case
        self._close()

    def _wait(self, deadline: float) -> bool:
        """Open the file and wait until the kernel gives us its lock; False when time is up."""
        import fcntl  # noqa: PLC0415 - absent on Windows

        self._descriptor = os.open(self._path, _FLAGS, 0o600)
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.was_held = True
                if time.monotonic() > deadline:
                    return False
                time.sleep(_PAUSE)
            else:
                return True

    def _is_current(self) -> bool:
        """Whether the path still leads to the file that we locked."""
        try:
            there = os.stat(self._path)  # noqa: PTH116
        except FileNotFoundError:
            return False
        here = os.fstat(self._descriptor)
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
