"""Runs commands round robin and times each, where the commands are to run.

One line of JSON on stdin is one piece of work (`bench.measure.Agent` says what is in it); its
samples come back as one line on stdout. It imports as little as it can: a child's `ru_maxrss`
starts at the size of the process that spawned it, so this one is the floor of every figure.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST_BYTES = 100_000
_LIMIT_SECONDS = 60
"""For one command: what hangs must not hang the measuring."""


def main() -> None:
    """Answer piece after piece until stdin ends."""
    for line in sys.stdin:
        work = json.loads(line)
        sys.stdout.write(json.dumps(_measure(work)) + "\n")
        sys.stdout.flush()


def _measure(work: Any) -> list[list[Any]]:  # noqa: ANN401
    """Run each job once a round, so that a slow minute of the machine hits all alike."""
    samples: list[list[Any]] = [[] for _ in work["jobs"]]
    for number in range(-work["warmups"], work["rounds"]):
        for job, kept in zip(work["jobs"], samples, strict=True):
            for command in job["before"]:
                _run(command, job, work["output"])
            sample = _run(job["argv"], job, work["output"])
            if number >= 0:
                kept.append(sample)
    return samples


def _run(argv: list[str], job: Any, output: str) -> dict[str, Any]:  # noqa: ANN401
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, job["stdin"], os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, write, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    started = time.perf_counter()
    child = os.posix_spawn(argv[0], argv, job["env"], file_actions=actions, setpgroup=0)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.alarm(_LIMIT_SECONDS)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    signal.alarm(0)
    return {
        "seconds": seconds,
        "kib": usage.ru_maxrss,
        "code": os.waitstatus_to_exitcode(status),
        "output": _start(output),
    }


def _start(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib is large
        return file.read(_MOST_BYTES).decode("utf-8", "replace")


if __name__ == "__main__":
    main()
