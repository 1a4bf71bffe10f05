"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(StrEnum):
    """How a check ended. What did not run never looks fine."""

    PASS = "pass"  # noqa: S105  a status, not a password
    FAIL = "fail"
    """The pull breaks because of this."""
    WARN = "warn"
    """The pull works, but this is about to break it, or surprises."""
    INCONCLUSIVE = "inconclusive"
    """The check was not allowed or not able to see enough."""
    NOT_APPLICABLE = "not-applicable"
    BLOCKED = "blocked"
    """A check that this one requires failed; `CheckResult.blocked_by` names it."""
    ERROR = "error"
    """The check itself broke."""


class Stage(StrEnum):
    """Where in a pull a check looks; the order is the order of a pull."""

    REFERENCE = "reference"
    HOST = "host"
    CLIENT = "client"
    NETWORK = "network"
    TLS = "tls"
    IDENTITY = "identity"
    AUTH = "auth"
    REGISTRY = "registry"
    IMAGE = "image"
    TRANSFER = "transfer"

    @property
    def position(self) -> int:
        """The stage's place in a pull, counted from 0."""
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that was seen, and where: `file:line`, an API call, `host:port`."""

    what: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A check's judgement, with the facts it rests on."""

    status: Status
    summary: str
    cause: str | None = None
    """Id of the cause in the catalog; None when all is well or only a symptom was met."""
    evidence: tuple[Evidence, ...] = ()
    symptom: str = ""
    """What a program printed when it failed: matched against the catalog when `cause` is None."""
    proves: tuple[Stage, ...] = ()
    """Stages that work for this pull, as this check has seen: failures there are not fatal."""
    facts: tuple[tuple[str, str], ...] = ()
    """Named parts for the fix's templates (`action`, `resource`, `principal`, ...)."""
    instead_of: tuple[str, ...] = ()
    """Causes that other checks name for the same fault, and that this one names more exactly."""
    doubtful: bool = False
    """A failure that may be none, as of a program that was not waited for to the end: its cause
    stands behind those that are sure."""

    def knowing(self, facts: Mapping[str, str]) -> Verdict:
        """The same, with facts that count where it has none of the name."""
        return replace(self, facts=tuple({**facts, **dict(self.facts)}.items()))

    @classmethod
    def passed(cls, summary: str, *evidence: Evidence, proves: tuple[Stage, ...] = ()) -> Verdict:
        """All that this check looks at is well."""
        return cls(status=Status.PASS, summary=summary, evidence=evidence, proves=proves)

    @classmethod
    def failed(
        cls,
        cause: str | None,
        summary: str,
        *evidence: Evidence,
        symptom: str = "",
        facts: dict[str, str] | None = None,
    ) -> Verdict:
        """The pull breaks here; `cause` is None where only a symptom was met."""
        return cls(
            status=Status.FAIL,
            summary=summary,
            cause=cause,
            evidence=evidence,
            symptom=symptom,
            facts=tuple((facts or {}).items()),
        )

    @classmethod
    def warned(
        cls,
        cause: str | None,
        summary: str,
        *evidence: Evidence,
        facts: dict[str, str] | None = None,
    ) -> Verdict:
        """The pull works in spite of this."""
        return cls(
            status=Status.WARN,
            summary=summary,
            cause=cause,
            evidence=evidence,
            facts=tuple((facts or {}).items()),
        )

    @classmethod
    def inconclusive(cls, summary: str, *evidence: Evidence) -> Verdict:
        """Not enough could be seen to judge."""
        return cls(status=Status.INCONCLUSIVE, summary=summary, evidence=evidence)

    @classmethod
    def not_applicable(cls, summary: str, *evidence: Evidence) -> Verdict:
        """The check has nothing to look at on this machine or for this image."""
        return cls(status=Status.NOT_APPLICABLE, summary=summary, evidence=evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A verdict, with the check that gave it and the time it took."""

    check_id: str
    title: str
    stage: Stage
    verdict: Verdict
    blocked_by: tuple[str, ...] = ()
    took: timedelta = field(default=timedelta(0))
    began: timedelta = field(default=timedelta(0))
    """When it started, counted from the start of the run's first check."""

    @property
    def status(self) -> Status:
        """The verdict's status."""
        return self.verdict.status
