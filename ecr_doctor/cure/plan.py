"""From causes to one planned change of docker's configuration."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ecr_doctor.clients.docker_config import parse_config

from . import remedies
from .case import Ailment
from .changes import CannotEditError, RepairJson, SetHelper, SetMode, apply
from .repair import repair
from .serving import DOCKER_CONFIG, serve, set_variable_right
from .step import Remedy, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .case import Case
    from .changes import Change


_BLOCKING = {"unreadable": "config-json-unreadable", "directory": "config-is-not-a-file"}
"""States of the file that have to be cured before anything can be written into it."""


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
    if case.config.reason == DOCKER_CONFIG and not case.config.has_folder:
        about_the_file = _BLOCKING.values()
        steps = [
            set_variable_right(case, step.ailment)
            if step.changes or step.ailment.cause in about_the_file
            else step
            for step in steps
        ]
    return _plan(case, steps)


def set_up(cases: Sequence[Case]) -> Plan:
    """The plan for a helper for each of several registries, of one docker configuration."""
    first = cases[0]
    blocking = _BLOCKING.get(first.config.state)
    if blocking and not (first.config.state == "directory" and first.config.empty_folder):
        step = known_remedies()[blocking].propose(first, Ailment(cause=blocking))
        return _plan(first, [replace(step, ailment=Ailment(cause="", title=first.config.path))])
    steps: list[Step] = []
    if first.config.state == "invalid" and (repaired := repair(first.config.data)):
        seen = replace(first.config, data=repaired.data, config=parse_config(repaired.data))
        said = (f"Wrong in {first.config.path}: {'; '.join(repaired.faults)}.",)
        steps.append(Step(Ailment(cause="", title=first.config.path), (RepairJson(),), said))
        cases = [replace(case, config=seen) for case in cases]
    steps += [_for_registry(case) for case in cases]
    return _plan(first, steps)


def _for_registry(case: Case) -> Step:
    registry = Ailment(cause="", title=case.host)
    helper = case.config.config.helper_for(case.host) or ""
    at_hand = [seen for seen in case.helpers if seen.name == helper and seen.runnable]
    better = any(seen.answers for seen in case.helpers if seen.name != helper)
    if at_hand and not (at_hand[0].answers is False and better):
        return Step(registry, say=(f"docker asks docker-credential-{helper} already.",))
    return serve(case, registry, intended=True)


def _plan(case: Case, steps: Sequence[Step]) -> Plan:
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
