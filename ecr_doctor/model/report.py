"""The whole result of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from .cause import Severity
from .verdict import Status

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from .cause import Diagnosis, DifferentialEntry
    from .target import Target
    from .verdict import CheckResult, Evidence


class Outcome(StrEnum):
    """What the run says in one word."""

    HEALTHY = "healthy"
    PROBLEM = "problem"
    UNDETERMINED = "undetermined"
    TOOL_ERROR = "tool-error"


@dataclass(frozen=True, slots=True)
class ToolProblem:
    """Something that went wrong in the tool itself, a check that did not load for instance."""

    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """A distribution that brought checks or formats."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """How many different things of a kind were replaced or left out of a report."""

    what: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a format may show."""

    tool_version: str
    plugins: tuple[Plugin, ...]
    started: datetime
    took: timedelta
    target: Target
    outcome: Outcome
    results: tuple[CheckResult, ...]
    diagnoses: tuple[Diagnosis, ...]
    differential: tuple[DifferentialEntry, ...] = ()
    problems: tuple[ToolProblem, ...] = ()
    environment: tuple[Evidence, ...] = ()
    """Versions, identity, engine: what a reader of the report asks first."""
    redactions: tuple[Redaction, ...] = ()
    """What this report does not say; empty where that was not counted."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many checks ended in which status; adds up to the number of checks known."""
        seen = Counter(result.status for result in self.results)
        return {status: seen.get(status, 0) for status in Status}

    @property
    def fails(self) -> bool:
        """Whether something breaks the pull that nobody has accepted."""
        return any(not d.muted for d in self.failures)

    def excuse(self, result: CheckResult) -> str:
        """Why a failed check is accepted: its finding is muted. Empty where it is not."""
        found = [d for d in self.diagnoses if result.check_id in d.because]
        if not found and not self.fails:
            found = list(self.failures)  # it only met what an accepted fault leads to
        words = [d.muted for d in found]
        return words[0] if words and all(words) else ""

    @property
    def failures(self) -> tuple[Diagnosis, ...]:
        """The diagnoses that break the pull."""
        return tuple(d for d in self.diagnoses if d.severity is Severity.FAIL)
