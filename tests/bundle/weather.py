"""A probe that looks out of a window, and checks that ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.engine import Registry
from ecr_doctor.sdk import Check, Context, Evidence, Probe, ProbeError, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.probes.base import Scene


@dataclass(frozen=True, slots=True)
class Weather(Probe[str]):
    """Looks out of the window."""

    window: str
    limit: ClassVar[float] = 0.3

    def look(self, scene: Scene) -> str:
        if self.window == "shuttered":
            raise ProbeError("it is dark", "open the shutters")
        if self.window == "broken":
            raise RuntimeError("glass everywhere")
        if self.window == "frozen":
            scene.observe(Weather("shuttered"))
        return f"sunny from the {self.window} at {scene.target.host}"


class _Looks(Check):
    requires: ClassVar[Sequence[str]] = ()
    window: ClassVar[str]

    def run(self, ctx: Context) -> Verdict:
        seen = ctx.observe(Weather(self.window))
        return Verdict.passed(f"{seen}, {ctx.now.isoformat()}", Evidence("seen", seen))


def looking(name: str) -> Check:
    fields = {"id": f"host.{name}", "title": name, "window": name, "__module__": __name__}
    made: Check = type("Looks", (_Looks,), fields)()
    return made


def all_windows() -> Registry:
    """Checks whose probe sees something, sees nothing, and breaks."""
    names = ("north", "shuttered", "broken", "frozen")
    return Registry(checks=tuple(map(looking, names)), catalogs=())
