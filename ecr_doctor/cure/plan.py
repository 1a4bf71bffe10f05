"""From causes to one planned change of docker's configuration."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from . import remedies
from .changes import CannotEditError, RepairJson, SetHelper, SetMode, apply
from .step import Remedy, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .case import Ailment, Case
    from .changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is to be done, and what is to be said."""

    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()
    before: bytes = b""
    after: bytes = b""
    """The content of config.json that comes of it."""
    obstacle: str = ""
    """Why nothing can be changed although there would be a cure."""

    @property
    def writes(self) -> bool:
        """Whether config.json is to be written."""
        return any(not isinstance(change, SetMode) for change in self.changes)

    @property
    def modes(self) -> tuple[SetMode, ...]:
        """Permissions to be given."""
        return tuple(change for change in self.changes if isinstance(change, SetMode))

    @property
    def unset(self) -> tuple[str, ...]:
        """Variables that stand in the way."""
        return tuple(dict.fromkeys(name for step in self.steps for name in step.unset))


@cache
def known_remedies() -> dict[str, Remedy]:
    """The remedy of each cause: every module of `remedies` brings one, as `REMEDY`."""
    found: dict[str, Remedy] = {}
    for module in pkgutil.iter_modules(remedies.__path__):
        remedy: Remedy = import_module(f"{remedies.__name__}.{module.name}").REMEDY
        found.update(dict.fromkeys(remedy.causes, remedy))
    return found


def make_plan(case: Case, ailments: Iterable[Ailment]) -> Plan:
    """The plan for all causes that have a remedy, the root cause first."""
    known = known_remedies()
    steps = [known[a.cause].propose(case, a) for a in ailments if a.cause in known]
    changes = _merged(change for step in steps for change in step.changes)
    if case.config.legacy and changes:
        return Plan(
            steps=tuple(Step(s.ailment, say=s.say, unset=s.unset) for s in steps),
            obstacle=f"docker reads the old {case.config.legacy}, which a new config.json would "
            "switch off for all registries; run `docker login` for each of them first",
        )
    before = case.config.data
    if case.config.state == "unreadable":
        changes = tuple(change for change in changes if isinstance(change, SetMode))
    try:
        after = apply(before, changes)
    except CannotEditError as error:
        return Plan(steps=tuple(steps), before=before, after=before, obstacle=str(error))
    if after == before:
        changes = tuple(change for change in changes if isinstance(change, SetMode))
    return Plan(steps=tuple(steps), changes=changes, before=before, after=after)


def _merged(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Each change once, a repair first; of two helpers for one host the first counts."""
    found: dict[object, Change] = {}
    for change in changes:
        key = ("helper", change.host) if isinstance(change, SetHelper) else change
        found.setdefault(key, change)
    ordered = sorted(found.values(), key=lambda change: not isinstance(change, RepairJson))
    return tuple(ordered)
