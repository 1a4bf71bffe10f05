"""The path of a pull as a row of stations, each with what the checks say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ecr_doctor.model import Severity, Stage, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecr_doctor.model import CheckResult, Report


class State(StrEnum):
    """What is known of a station."""

    FINE = "fine"
    BROKEN = "broken"
    DOUBTFUL = "doubtful"
    """It works, with a warning."""
    WAITING = "waiting"
    """Something before it is broken, so it was not reached."""
    UNKNOWN = "unknown"
    """Its checks could not see enough."""
    UNUSED = "unused"
    """Nothing of it is part of this pull, or nobody asked."""


WORDS: Final = {
    State.FINE: "works",
    State.BROKEN: "breaks here",
    State.DOUBTFUL: "warning",
    State.WAITING: "not reached",
    State.UNKNOWN: "could not tell",
    State.UNUSED: "not looked at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One station, with the ids of the checks that speak of it."""

    name: str
    title: str
    short: str
    state: State
    checks: tuple[str, ...]
    root: bool = False
    """Whether the root cause sits here."""

    @property
    def words(self) -> str:
        """The state in words."""
        return WORDS[self.state]


_TITLES: Final = {
    "client": ("Client", "Client"),
    "helper": ("Helper", "Helper"),
    "identity": ("AWS identity", "Identity"),
    "token": ("Token", "Token"),
    "registry": ("Registry", "Registry"),
    "layers": ("Layer store", "Layers"),
    "daemon": ("Daemon", "Daemon"),
}
_OF_STAGE: Final = {
    Stage.REFERENCE: "client",
    Stage.HOST: "daemon",
    Stage.CLIENT: "client",
    Stage.NETWORK: "registry",
    Stage.TLS: "registry",
    Stage.IDENTITY: "identity",
    Stage.AUTH: "token",
    Stage.REGISTRY: "registry",
    Stage.IMAGE: "registry",
    Stage.TRANSFER: "layers",
}
_OF_CHECK: Final = {
    "client.creds-store": "helper",
    "client.helper-answers": "helper",
    "client.helper-cache": "helper",
    "client.helper-installed": "helper",
    "network.api-reachable": "token",
    "tls.ca-bundle": "token",
    "tls.api-certificate": "token",
    "auth.policies": "registry",
    "auth.pull-permissions": "registry",
    "auth.pull-through": "registry",
    "transfer.test-pull": "daemon",
}
_WHOLE_PULL: Final = "transfer.test-pull"
_LOOKING_BACK: Final = frozenset({_WHOLE_PULL, "auth.policies"})
"""They fail wherever the pull breaks, so they blame their own station only if nothing else did."""
_UNSURE: Final = frozenset({Status.INCONCLUSIVE, Status.ERROR})


def station_of(result: CheckResult) -> str:
    """The name of the station that a check speaks of."""
    return _OF_CHECK.get(result.check_id, _OF_STAGE[result.stage])


def stations(report: Report) -> tuple[Station, ...]:
    """All stations, in the order in which a pull meets them."""
    at: dict[str, list[CheckResult]] = {name: [] for name in _TITLES}
    for result in report.results:
        at[station_of(result)].append(result)
    proven = {
        stage for r in report.results if r.status is Status.PASS for stage in r.verdict.proves
    }
    failed = {r.check_id for r in report.results if r.status is Status.FAIL}
    elsewhere = bool(failed - _LOOKING_BACK)
    root = _root(report)
    return tuple(
        Station(
            name=name,
            title=_TITLES[name][0],
            short=_TITLES[name][1],
            state=_state(results, proven, elsewhere=elsewhere),
            checks=tuple(r.check_id for r in results),
            root=name == root,
        )
        for name, results in at.items()
    )


def _root(report: Report) -> str:
    """The station of the first diagnosis's first check; none for what breaks nothing."""
    if not report.diagnoses or report.diagnoses[0].severity is not Severity.FAIL:
        return ""
    by_id = {r.check_id: r for r in report.results}
    found = [by_id[name] for name in report.diagnoses[0].because if name in by_id]
    first = sorted(found, key=lambda r: r.check_id in _LOOKING_BACK)[:1]
    return station_of(first[0]) if first else ""


def _state(results: Sequence[CheckResult], proven: Iterable[Stage], *, elsewhere: bool) -> State:
    statuses = {_told(r, elsewhere=elsewhere) for r in results}
    unsure = {r.stage for r in results if r.status in _UNSURE}
    if Status.FAIL in statuses:
        return State.BROKEN
    if Status.BLOCKED in statuses:
        return State.WAITING
    if unsure - set(proven):
        return State.UNKNOWN
    if Status.WARN in statuses:
        return State.DOUBTFUL
    return State.FINE if Status.PASS in statuses else State.UNUSED


def _told(result: CheckResult, *, elsewhere: bool) -> Status:
    if result.status is not Status.FAIL or result.check_id not in _LOOKING_BACK or not elsewhere:
        return result.status
    return Status.BLOCKED if result.check_id == _WHOLE_PULL else Status.NOT_APPLICABLE
