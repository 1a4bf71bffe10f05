"""All that the test of a check imports: a context made of plain observations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ecr_doctor.context import Context
from ecr_doctor.model import Settings, Target, parse_target
from ecr_doctor.probes.base import Probe, ProbeError
from ecr_doctor.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.model.progress import Step

T = TypeVar("T")

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:latest"
TARGET = parse_target(IMAGE)


@dataclass
class FixedScene:
    """A scene in which every observation is given; a probe that is not given could not look."""

    observations: Mapping[Probe[Any], Any] = field(default_factory=dict)
    target: Target = TARGET
    settings: Settings = field(default_factory=Settings)
    redactor: Redactor = field(default_factory=Redactor)
    clock: datetime = NOON

    @property
    def env(self) -> Mapping[str, str]:
        """The environment variables of the settings."""
        return self.settings.env

    @property
    def started(self) -> datetime:
        """The fixed time."""
        return self.clock

    def now(self) -> datetime:
        """The fixed time."""
        return self.clock

    def time_left(self) -> float:
        """All the time of the settings."""
        return self.settings.timeout

    def progress(self, step: Step) -> None:
        """Nobody watches."""

    def observe(self, probe: Probe[T]) -> T:
        """The given observation; a given `ProbeError` is raised."""
        if probe not in self.observations:
            raise ProbeError(f"{type(probe).__name__} was not given to this test")
        seen = self.observations[probe]
        if isinstance(seen, ProbeError):
            raise seen
        return cast("T", seen)


def context(
    observations: Mapping[Probe[Any], Any] | None = None,
    *,
    target: Target = TARGET,
    settings: Settings | None = None,
    clock: datetime = NOON,
) -> Context:
    """A context in which exactly these observations can be had."""
    scene = FixedScene(
        observations=observations or {},
        target=target,
        settings=settings or Settings(),
        clock=clock,
    )
    return Context(scene)
