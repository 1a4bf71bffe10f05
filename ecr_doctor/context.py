"""What a check sees: the target, the settings, the clock, and observations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ecr_doctor.probes.base import ProbeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecr_doctor.model import Settings, Target
    from ecr_doctor.probes.base import Probe, Scene

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """A check's view of a run. It can look only through `observe`."""

    scene: Scene

    @property
    def target(self) -> Target:
        """The image of this run."""
        return self.scene.target

    @property
    def settings(self) -> Settings:
        """How the run is done."""
        return self.scene.settings

    @property
    def env(self) -> Mapping[str, str]:
        """The environment variables of the diagnosed pull."""
        return self.scene.env

    @property
    def now(self) -> datetime:
        """When the run began, aware, in UTC: the same for every check, and when it is replayed."""
        return self.scene.started

    def observe(self, probe: Probe[T]) -> T:
        """What the probe saw.

        Raises:
            ProbeError: it could not look; the runner turns this into an inconclusive verdict.

        """
        return self.scene.observe(probe)

    def try_observe(self, probe: Probe[T]) -> T | None:
        """What the probe saw, or None when it could not look: for facts that only help."""
        try:
            return self.scene.observe(probe)
        except ProbeError:
            return None
