"""Lets probes look: each once a run, in a thread of its own, within its time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ecr_doctor.probes.base import Probe, ProbeError
from ecr_doctor.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecr_doctor.model import Settings, Target
    from ecr_doctor.model.progress import Step

T = TypeVar("T")


@dataclass(slots=True)
class Look:
    """One probe's look at the world, under way or done."""

    started: float
    done: threading.Event = field(default_factory=threading.Event)
    seen: Any = None
    error: Exception | None = None
    took: float = 0.0


class Observer:
    """The scene of a real run.

    Threads are daemons: a probe that hangs in a system call cannot keep the process from ending.
    """

    def __init__(
        self,
        target: Target,
        settings: Settings,
        *,
        watch: Callable[[Step], None] | None = None,
    ) -> None:
        self._target = target
        self._settings = settings
        self._redactor = Redactor()
        self._watch = watch
        self._started = datetime.now(UTC)
        self._ends = time.monotonic() + settings.timeout
        self._lock = threading.Lock()
        self._looks: dict[Probe[Any], Look] = {}

    @property
    def target(self) -> Target:
        """The image of this run."""
        return self._target

    @property
    def settings(self) -> Settings:
        """How the run is done."""
        return self._settings

    @property
    def env(self) -> Mapping[str, str]:
        """The environment of the diagnosed pull."""
        return self._settings.env

    @property
    def redactor(self) -> Redactor:
        """The run's redactor, told of every secret that was met."""
        return self._redactor

    @property
    def started(self) -> datetime:
        """When the run began, in UTC."""
        return self._started

    def now(self) -> datetime:
        """The clock of this machine, in UTC."""
        return datetime.now(UTC)

    def time_left(self) -> float:
        """Seconds until the run's time is up."""
        return max(0.0, self._ends - time.monotonic())

    def progress(self, step: Step) -> None:
        """Hand on what is being done to whoever watches."""
        if self._watch is not None:
            words = (self._redactor.clean(v) if isinstance(v, str) else v for v in step)
            self._watch(type(step)._make(words))

    def observe(self, probe: Probe[T]) -> T:
        """What the probe saw; the first to ask makes it look.

        Raises:
            ProbeError: it could not look, or not within its limit.

        """
        with self._lock:
            look = self._looks.get(probe)
            if look is None:
                look = self._looks[probe] = Look(started=time.monotonic())
                threading.Thread(target=self._run, args=(probe, look), daemon=True).start()
        own = look.started + probe.limit - time.monotonic()
        if not look.done.wait(max(0.0, min(own, self.time_left()))):
            waited = time.monotonic() - look.started
            raise ProbeError(f"{type(probe).__name__} gave no answer within {waited:.1f} s")
        if look.error is not None:
            raise look.error
        return cast("T", look.seen)

    def peek(self, probe: Probe[T]) -> T | None:
        """What the probe saw if it has looked already; it does not look now."""
        look = self._looks.get(probe)
        if look is None or not look.done.is_set() or look.error is not None:
            return None
        return cast("T", look.seen)

    def looks(self) -> dict[Probe[Any], Look]:
        """Every look so far."""
        with self._lock:
            return dict(self._looks)

    def _run(self, probe: Probe[Any], look: Look) -> None:
        try:
            look.seen = probe.look(self)
        except Exception as error:  # noqa: BLE001  kept for whoever asked: its check is in error
            look.error = error
        finally:
            look.took = time.monotonic() - look.started
            look.done.set()
