"""Why a pull fails: an entry of the catalog, and a diagnosis that names one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .verdict import Evidence


class Confidence(StrEnum):
    """How sure a diagnosis is."""

    CERTAIN = "certain"
    """A check failed and what the failed pull printed says the same."""
    LIKELY = "likely"
    """A check failed; or one that may be wrong did, and a text says the same."""
    POSSIBLE = "possible"
    """Only a text speaks for it, or a check that may be wrong (`Verdict.doubtful`)."""


class Severity(StrEnum):
    """`fail`: the pull breaks because of it; `warn`: it works, and this surprises or will break."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What to do about a cause; its texts may hold `{names}` that are filled from the target."""

    title: str
    steps: tuple[str, ...] = ()
    command: str = ""
    safe: bool = False
    """True when the command only reads, or changes nothing but the user's own docker files."""
    policy: str = ""
    """An IAM statement as JSON, where one is the cure."""
    needs: tuple[str, ...] = ()
    """Names that must be known for this fix to be of use: without them it is not shown."""
    sides: tuple[str, ...] = ()
    """Programs of `catalog.filling.SIDES` that it cures; where others failed it is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A cause that was found, why we think so, and what to do."""

    cause: str
    title: str
    severity: Severity = Severity.FAIL
    confidence: Confidence = Confidence.POSSIBLE
    explanation: str = ""
    because: tuple[str, ...] = ()
    """Ids of the checks that found it, and the text that matched."""
    evidence: tuple[Evidence, ...] = ()
    consequences: tuple[str, ...] = ()
    """Ids of the checks that could not run because of it."""
    fixes: tuple[Fix, ...] = ()
    url: str = ""
    muted: str = ""
    """Why this finding is accepted and does not make the run fail; empty where it does."""


class DifferentialState(StrEnum):
    """What is known of one possible cause of a symptom."""

    CONFIRMED = "confirmed"
    RULED_OUT = "ruled-out"
    POSSIBLE = "possible"
    NOT_TESTED = "not-tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialEntry:
    """One possible cause of a symptom that was met, and what the checks say of it."""

    symptom: str
    cause: str
    state: DifferentialState
    by: tuple[str, ...] = ()
