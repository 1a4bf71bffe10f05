"""The command as a person at a terminal calls it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time


def in_terminal(*arguments: str, env: dict[str, str]) -> tuple[str, str]:
    """What the command writes to stderr, a terminal, and to stdout, a pipe."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", *arguments],
        stdout=subprocess.PIPE, stderr=theirs, env={"TERM": "xterm", **env},
    )  # fmt: skip
    os.close(theirs)
    seen, ends = b"", time.monotonic() + 60
    while time.monotonic() < ends and select.select([ours], [], [], 60)[0]:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so at the end
            break
        seen += part
    os.close(ours)
    out, _ = done.communicate(timeout=60)
    return seen.decode(), out.decode()
