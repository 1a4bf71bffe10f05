"""Which checks run, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from ecr_doctor.errors import UsageError, did_you_mean
from ecr_doctor.model import ToolProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ecr_doctor.sdk import Check


class UnknownCheckError(UsageError, ValueError):
    """A pattern of `--only` or `--skip` that no check answers to; the hint offers near names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The selected checks by id, in an order that respects what each requires."""

    checks: Mapping[str, Check]
    order: tuple[str, ...]
    left_out: tuple[Check, ...] = ()
    problems: tuple[ToolProblem, ...] = ()

    def requirements(self, check_id: str) -> tuple[str, ...]:
        """The ids a check requires, of those that take part in this run."""
        return tuple(name for name in self.checks[check_id].requires if name in self.checks)

    def sorter(self) -> TopologicalSorter[str]:
        """A fresh sorter over the selected checks."""
        return TopologicalSorter({name: self.requirements(name) for name in self.order})


def make_plan(checks: Iterable[Check], *, only: Sequence[str], skip: Sequence[str]) -> Plan:
    """Select checks by id or stage (globs), with what the selected ones require.

    Raises:
        UnknownCheckError: a pattern names no check, or none is left.

    """
    known = {check.id: check for check in checks}
    wanted = _matching(known, only) if only else set(known)
    wanted = _with_requirements(known, wanted) - _matching(known, skip)
    if not wanted:
        what = "no check is left: what --only selects, --skip leaves out"
        raise UnknownCheckError(what, "Leave one of them out.")
    selected, problems = _without_cycles({name: known[name] for name in known if name in wanted})
    graph = {n: [r for r in c.requires if r in selected] for n, c in selected.items()}
    return Plan(
        checks=selected,
        order=_by_stage(graph, selected),
        left_out=tuple(check for name, check in known.items() if name not in selected),
        problems=problems,
    )


def _matching(known: Mapping[str, Check], patterns: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        hits = {
            n for n in known if fnmatchcase(n, pattern) or fnmatchcase(n.split(".")[0], pattern)
        }
        if not hits:
            names = [*known, *{name.split(".")[0] for name in known}]
            hint = did_you_mean(pattern, names, "`ecr-doctor checks` lists them.")
            raise UnknownCheckError(f"no check or stage is called {pattern!r}", hint)
        found |= hits
    return found


def _with_requirements(known: Mapping[str, Check], wanted: set[str]) -> set[str]:
    todo, seen = list(wanted), set(wanted)
    while todo:
        for name in known[todo.pop()].requires:
            if name in known and name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def _without_cycles(
    selected: dict[str, Check],
) -> tuple[dict[str, Check], tuple[ToolProblem, ...]]:
    """Leave out checks that require each other in a circle: a plugin's mistake ends nothing."""
    problems: list[ToolProblem] = []
    while True:
        graph = {n: [r for r in c.requires if r in selected] for n, c in selected.items()}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
            problems.append(ToolProblem("checks require each other", " -> ".join(circle)))
            selected = {n: c for n, c in selected.items() if n not in circle}
        else:
            return selected, tuple(problems)


def _by_stage(graph: Mapping[str, list[str]], checks: Mapping[str, Check]) -> tuple[str, ...]:
    """A topological order in which, among the ready checks, the earlier stage goes first."""
    sorter: TopologicalSorter[str] = TopologicalSorter(graph)
    sorter.prepare()
    ready: list[str] = []
    order: list[str] = []
    while sorter.is_active():
        ready += sorter.get_ready()
        ready.sort(key=lambda name: (checks[name].stage().position, name), reverse=True)
        order.append(ready.pop())
        sorter.done(order[-1])
    return tuple(order)
