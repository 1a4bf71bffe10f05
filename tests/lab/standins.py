"""Processes that carry a daemon's name and flags, and do nothing else."""

from __future__ import annotations

import contextlib
import subprocess
import time
from typing import TYPE_CHECKING

from lab.namespace import kill_group

if TYPE_CHECKING:
    from lab.namespace import Namespace


class StandIns:
    """Those that run; a diagnosis reads their command lines as it reads a true daemon's."""

    def __init__(self, namespace: Namespace) -> None:
        """Remember where they shall run."""
        self._namespace = namespace
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *flags: str) -> None:
        """Run one until `stop`."""
        program = f"/run/lab-{name}/{name}"
        self._namespace.script([f"mkdir -p /run/lab-{name}", f"ln -sf /bin/sh {program}"])
        idle = [program, "-c", "while :; do sleep 1000; done", name, *flags]
        process = subprocess.Popen(self._namespace.enter(idle), start_new_session=True)  # noqa: S603
        self._running.append(process)
        self._wait_for(name)

    def stop(self) -> None:
        """End all of them."""
        while self._running:
            kill_group(self._running.pop())

    def _wait_for(self, name: str) -> None:
        """Wait until a process carries the name: before, it is still `nsenter`.

        Raises:
            RuntimeError: none does.

        """
        for _ in range(500):
            for comm in (self._namespace.root / "proc").glob("[0-9]*/comm"):
                with contextlib.suppress(OSError):
                    if comm.read_text(encoding="utf-8").strip() == name:
                        return
            time.sleep(0.01)
        raise RuntimeError(f"{name} did not start")
