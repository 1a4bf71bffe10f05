"""What a probe is: it looks at one thing and says what it saw, or why it could not look."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecr_doctor.model import Settings, Target
    from ecr_doctor.model.progress import Step
    from ecr_doctor.redact import Redactor

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class ProbeError(Exception):
    """The probe could not look. A check that needs it is inconclusive, with this reason."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class RecordedError(Exception):
    """A probe broke in a run that was saved: the name of its error, and where it was raised."""

    def __init__(self, name: str, text: str, place: str) -> None:
        super().__init__(text)
        self.name = name
        self.place = place


class Scene(Protocol):
    """What a probe may use: the target, the settings, the environment, and other observations."""

    @property
    def target(self) -> Target:
        """The image of this run."""

    @property
    def settings(self) -> Settings:
        """How the run is done."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment variables of the diagnosed pull."""

    @property
    def redactor(self) -> Redactor:
        """Told of every secret at birth; cleans the texts of other programs."""

    @property
    def started(self) -> datetime:
        """When the run began, aware, in UTC: the one time by which checks judge."""

    def now(self) -> datetime:
        """The clock of this machine, aware, in UTC."""

    def time_left(self) -> float:
        """Seconds until the run's time is up; never below 0."""

    def progress(self, step: Step) -> None:
        """Tell whoever watches what is being done; it is not part of the report."""

    def observe(self, probe: Probe[T]) -> T:
        """What `probe` saw; it looks once a run.

        Raises:
            ProbeError: it could not look, or not in time.

        """


class Probe(ABC, Generic[T_co]):
    """Looks at one thing, read-only. Probes are frozen dataclasses: equal ones look once a run."""

    limit: ClassVar[float] = 5.0
    """Seconds after which the observer gives up on the probe."""

    @abstractmethod
    def look(self, scene: Scene) -> T_co:
        """Look and return a frozen observation.

        Raises:
            ProbeError: there is nothing to be seen from here, with the reason.

        """
