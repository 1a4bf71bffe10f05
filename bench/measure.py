"""Jobs, their samples, and ratios of them: medians of pairs, so that a drifting machine cancels."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WARM_UPS = 2
_KIB_PER_MIB = 1024


class UnmeasuredError(Exception):
    """A row cannot be measured here; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One command to time."""

    argv: Sequence[str | Path]
    env: Mapping[str, str]
    stdin: str = "/dev/null"
    before: Sequence[Sequence[str | Path]] = ()
    """Commands that make it cold again; run before each sample, untimed."""
    code: int = 0
    holds: str = ""
    """What its output must hold: a fast wrong answer is none."""

    def plain(self) -> dict[str, Any]:
        """For the agent."""
        return {
            "argv": [str(word) for word in self.argv],
            "env": dict(self.env),
            "stdin": self.stdin,
            "before": [[str(word) for word in command] for command in self.before],
        }


@dataclass(frozen=True)
class Series:
    """The samples of one job."""

    seconds: list[float]
    kib: list[int]
    outputs: list[str] = field(default_factory=list, repr=False)

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds)

    @property
    def mib(self) -> float:
        """Peak memory: of the largest process, where a command starts others."""
        return statistics.median(self.kib) / _KIB_PER_MIB


@dataclass(frozen=True)
class Ratio:
    """How many times the other a series is: the median of the pairs of each round, p10 and p90."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, ours: Series, other: Series) -> Self:
        """Compare round by round."""
        pairs = [a / b for a, b in zip(ours.seconds, other.seconds, strict=True)]
        if len(pairs) == 1:
            return cls(pairs[0], pairs[0], pairs[0])
        tenths = statistics.quantiles(pairs, n=10, method="inclusive")
        return cls(statistics.median(pairs), tenths[0], tenths[-1])

    def __str__(self) -> str:
        return f"{self.middle:.2f} [{self.low:.2f}..{self.high:.2f}]"


class Agent:
    """The process that runs the jobs; `enter` puts it where they are to run."""

    def __init__(
        self, folder: Path, enter: Callable[[Sequence[str]], list[str]] | None = None
    ) -> None:
        self._output = folder / "agent.out"
        command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("agent.py"))]
        self._process = subprocess.Popen(
            enter(command) if enter else command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, jobs: Sequence[Job], rounds: int, warm_ups: int = WARM_UPS) -> list[Series]:
        """Time the jobs in turns.

        Raises:
            UnmeasuredError: one of them failed, or answered something else than it should.

        """
        work = {
            "jobs": [job.plain() for job in jobs],
            "rounds": rounds,
            "warmups": warm_ups,
            "output": str(self._output),
        }
        samples = self._ask(work)
        for job, mine in zip(jobs, samples, strict=True):
            _verify(job, mine)
        return [_series(mine) for mine in samples]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _ask(self, work: dict[str, Any]) -> list[list[dict[str, Any]]]:
        assert self._process.stdin is not None  # noqa: S101 - for mypy
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise UnmeasuredError("the measuring process died: is a program missing?")
        samples: list[list[dict[str, Any]]] = json.loads(line)
        return samples


def _series(samples: list[dict[str, Any]]) -> Series:
    return Series(
        [sample["seconds"] for sample in samples],
        [sample["kib"] for sample in samples],
        [sample["output"] for sample in samples],
    )


def _verify(job: Job, samples: list[dict[str, Any]]) -> None:
    for sample in samples:
        output = sample["output"]
        if sample["code"] == job.code and job.holds in output:
            continue
        wanted = f"exit {job.code}" + (f" and {job.holds!r}" if job.holds else "")
        end = " ".join(output.split())[-300:]
        name = Path(job.argv[0]).name
        raise UnmeasuredError(f"{name} gave exit {sample['code']}, not {wanted}: {end!r}")
