"""Runs another program for a short while: bounded in time and output, in a group of its own."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING

from ecr_doctor.leavings import begin, forget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_BYTES = 64 << 10
"""Of each of stdout and stderr; what comes after is read and thrown away."""
_DRAIN = 0.05
"""Seconds that are left for stderr once the program has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a program ended."""

    exit_code: int | None = None
    """None when it did not start, was killed by a signal, or did not end in time."""
    signal: int = 0
    timed_out: bool = False
    problem: str = ""
    """The system's words when it could not be started."""
    stdout: bytes = b""
    stderr: bytes = b""
    took: float = 0.0
    """Seconds."""


def run(
    path: str,
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    limit: float,
    stdin: bytes = b"",
) -> Finished:
    """Run the program at `path`; `arguments` begin with the name it is called by.

    Its stdin is closed after `stdin`. It has ended when it has exited and its stdout is closed, as
    for Go's exec.Cmd.Output; at the limit its whole process group is killed.
    """
    began = time.monotonic()
    try:
        child, token = begin(
            partial(_start, path, arguments, env),
            lambda child: os.killpg(child.pid, signal.SIGKILL),
        )
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Finished(problem=words, took=time.monotonic() - began)
    try:
        with child:
            _send(child.stdin, stdin)
            texts, ended = _collect(child, began + limit)
    finally:
        forget(token)
    return Finished(
        exit_code=child.returncode if ended and child.returncode >= 0 else None,
        signal=-child.returncode if ended and child.returncode < 0 else 0,
        timed_out=not ended,
        stdout=texts[0],
        stderr=texts[1],
        took=time.monotonic() - began,
    )


def _start(path: str, arguments: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  the very program whose behaviour is in question
        list(arguments),
        executable=path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(env),
        start_new_session=True,
    )


def _send(pipe: IO[bytes] | None, data: bytes) -> None:
    """Write what fits into the pipe at once; a helper's question is far shorter than that."""
    if pipe is None:
        return
    with contextlib.suppress(OSError):
        os.write(pipe.fileno(), data[:4096]) if data else None
    with contextlib.suppress(OSError):
        pipe.close()


def _collect(child: subprocess.Popen[bytes], deadline: float) -> tuple[tuple[bytes, bytes], bool]:
    """Both outputs, and whether the program ended by itself."""
    stdout, stderr = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for pipe, kept in ((child.stdout, stdout), (child.stderr, stderr)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, kept)
        ended = _read(child, selector, deadline)
        if not ended:
            _kill_group(child)
    return (bytes(stdout), bytes(stderr)), ended


def _read(
    child: subprocess.Popen[bytes], selector: selectors.BaseSelector, deadline: float
) -> bool:
    while _is_open(selector, child.stdout):
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        _read_ready(selector, left)
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    drained = time.monotonic() + _DRAIN
    while selector.get_map() and (left := drained - time.monotonic()) > 0:
        _read_ready(selector, left)
    return True


def _is_open(selector: selectors.BaseSelector, pipe: object) -> bool:
    return any(key.fileobj is pipe for key in selector.get_map().values())


def _read_ready(selector: selectors.BaseSelector, left: float) -> None:
    for key, _ in selector.select(left):
        chunk = os.read(key.fd, 1 << 16)
        if not chunk:
            selector.unregister(key.fileobj)
        key.data.extend(chunk[: max(0, MOST_BYTES - len(key.data))])


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and what it started; its group has the number of the child."""
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(1.0)
