"""Small checks and probes of known behaviour, for the tests of the engine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.sdk import Check, Context, Probe, ProbeError, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecr_doctor.probes.base import Scene


@dataclass(frozen=True, slots=True)
class Asleep(Probe[str]):
    """Answers after some seconds."""

    seconds: float
    limit: ClassVar[float] = 0.2

    def look(self, scene: Scene) -> str:  # noqa: ARG002
        time.sleep(self.seconds)
        return "awake"


@dataclass(frozen=True, slots=True)
class Blind(Probe[str]):
    """Cannot look."""

    def look(self, scene: Scene) -> str:  # noqa: ARG002
        raise ProbeError("it is dark", "bring a lamp")


class _Fake(Check):
    def __init__(self, work: Callable[[Context], Verdict]) -> None:
        self._work = work

    def run(self, ctx: Context) -> Verdict:
        return self._work(ctx)


def check(
    name: str,
    work: Verdict | Callable[[Context], Verdict] | None = None,
    *,
    requires: Sequence[str] = (),
    causes: Sequence[str] = (),
    rules_out: Sequence[str] = (),
) -> Check:
    """A check called `name` that gives a verdict, or does some work for it."""
    verdict = work or Verdict.passed("fine")
    said = {"id": name, "title": name, "requires": requires, "causes": causes}
    kind = type("Fake", (_Fake,), {**said, "rules_out": rules_out})
    made: Check = kind(verdict if callable(verdict) else lambda _: verdict)
    return made
