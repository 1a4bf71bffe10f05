"""The laboratory as a place to measure in."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench.measure import WARM_UPS, Agent, Job, UnmeasuredError
from lab import home, names
from lab.world import Lab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measure import Series
    from bench.place import Project

Command = tuple[str | Path, ...]


class Stage:
    """A running laboratory, and a measuring process inside it."""

    def __init__(self, project: Project, rounds: int) -> None:
        """Start it; close it with `with`."""
        self.project = project
        self.rounds = rounds
        self._closing = contextlib.ExitStack()
        self.lab = self._closing.enter_context(Lab([project.prefix]))
        agent = Agent(self.lab.folder, self.lab.namespace.enter)
        self._closing.callback(agent.close)
        self._agent = agent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @property
    def docker(self) -> Path:
        """The client on the user's PATH."""
        return self.lab.bin / "docker"

    @property
    def without_token(self) -> Command:
        """The command that empties the helpers' cache."""
        return (_program("rm"), "-rf", f"{home.INSIDE}/.ecr")

    @property
    def without_image(self) -> Command:
        """The command that removes what was pulled."""
        return (self.docker, "image", "prune", "--all", "--force")

    def reset(self, **state: object) -> None:
        """Make the laboratory whole, and change its state where asked to."""
        self.lab.reset()
        self.lab.update(**state)

    def job(
        self, argv: Command, before: Sequence[Command] = (), *, code: int = 0, holds: str = ""
    ) -> Job:
        """A command of the laboratory's user."""
        return Job(argv=argv, env=self.lab.environment(), before=before, code=code, holds=holds)

    def get(
        self,
        program: Path,
        before: Sequence[Command] = (),
        *,
        code: int = 0,
        holds: str = '"Secret"',
    ) -> Job:
        """A question to a credential helper."""
        host = self.lab.user.write("host", names.HOST)
        inside = f"{home.INSIDE}/{host.name}"
        return replace(self.job((program, "get"), before, code=code, holds=holds), stdin=inside)

    def measure(
        self, jobs: Sequence[Job], rounds: int | None = None, warm_ups: int = WARM_UPS
    ) -> list[Series]:
        """Time the jobs in turns, inside."""
        return self._agent.measure(jobs, rounds or self.rounds, warm_ups)

    def once(self, job: Job) -> Series:
        """Time a job a single time."""
        return self._agent.measure([job], 1, 0)[0]

    def requests_of(self, job: Job) -> int:
        """How many requests one run of a job sends to the cloud."""
        before = len(self.lab.requests())
        self.once(job)
        return len(self.lab.requests()) - before


def _program(name: str) -> Path:
    found = shutil.which(name)
    if not found:
        raise UnmeasuredError(f"{name} is not installed")
    return Path(found)
