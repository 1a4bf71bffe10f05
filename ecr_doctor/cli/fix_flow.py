"""The turns of `fix`: look, plan, show, ask, change, look again."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from ecr_doctor.cure.disk import ChangedMeanwhileError
from ecr_doctor.cure.journal import kept_content, records
from ecr_doctor.cure.operation import Operation, undo
from ecr_doctor.cure.plan import make_plan, set_up
from ecr_doctor.engine import diagnose_image
from ecr_doctor.model import Outcome, parse_target

from .fix_text import (
    say,
    show,
    show_change,
    show_diff,
    show_other_identity,
    show_others,
    show_own,
    show_plan,
    show_warnings,
)
from .fixing import ailments, config_path, look, look_at_all
from .progress import live_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.cure.plan import Plan
    from ecr_doctor.model import Report, Settings

_MOST_TURNS = 4
"""A file can be wrong in several ways, which show one after the other."""
_MOST_RACES = 50
"""Times that another `fix` may come first."""
_EXIT = {Outcome.HEALTHY: 0, Outcome.PROBLEM: 1, Outcome.UNDETERMINED: 3, Outcome.TOOL_ERROR: 4}
_WITHOUT_IMAGE = (
    "reference.*", "client.*", "network.*", "tls.*", "identity.*", "auth.token", "registry.login",
)  # fmt: skip
"""The checks that need no repository."""
_NO_REPOSITORY = "any"


@dataclass(frozen=True, slots=True)
class Manner:
    """How the user wants it done."""

    dry_run: bool = False
    yes: bool = False


def cure_image(image: str, settings: Settings, manner: Manner) -> int:
    """Cure the pull of an image; the exit code.

    Raises:
        CureError: a change could not be made.

    """
    operation: Operation | None = None
    for _ in range(_MOST_TURNS):
        report = _diagnose(image, settings)
        if report.outcome is Outcome.HEALTHY:
            _say_healthy(report, changed=operation is not None)
            return 0
        case = look(report.target, settings)
        plan = make_plan(case, ailments(report))
        show_own(report, plan, image)
        if not plan.changes:
            show_others(report, plan, image)
            show_other_identity(report, case)
            return _remains(report, plan, settings)
        show_plan(plan, case.config.path)
        if not _agreed(manner):
            show_others(report, plan, image)  # after a change the next look tells what is left
            return 1
        operation = operation or Operation(case.config.path)
        if _carried_out(operation, plan, manner):
            show_change(operation)
    report = _diagnose(image, settings)
    show_others(report, None, image)
    return _EXIT[report.outcome]


def _diagnose(image: str, settings: Settings) -> Report:
    with live_progress(wanted=True) as watch:
        return diagnose_image(image, settings, watch=watch)


def _say_healthy(report: Report, *, changed: bool) -> None:
    word = "Cured" if changed else "Nothing to do"
    say(f"{word}: nothing is wrong with pulling {report.target.image}.")
    show_warnings(report)


def _remains(report: Report, plan: Plan, settings: Settings) -> int:
    """Say what is left; try what unsetting variables would bring."""
    image = report.target.image
    if plan.unset:
        env = {name: item for name, item in settings.env.items() if name not in plan.unset}
        tried = _diagnose(image, replace(settings, env=MappingProxyType(env)))
        if tried.outcome is Outcome.HEALTHY:
            say("Tried: without " + ", ".join(plan.unset) + " the pull works.")
        elif tried.failures:
            first = tried.failures[0]
            say(f"Tried: without {', '.join(plan.unset)} this remains: {first.title}.")
    if report.outcome is Outcome.UNDETERMINED:
        show("No cause was found, and not everything could be looked at: see `run`.")
    return _EXIT[report.outcome]


def _agreed(manner: Manner) -> bool:
    """Whether the change is to be made."""
    if manner.dry_run:
        show("Nothing was changed (--dry-run).")
        return False
    if manner.yes:
        return True
    click.echo("Make this change? [y/N] ", nl=False)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if answer.strip().lower() in {"y", "yes"}:
        return True
    end = "" if answer else "\n"
    show(f"{end}Nothing was changed. (With --yes it does not ask.)")
    return False


def _carried_out(operation: Operation, plan: Plan, manner: Manner) -> bool:
    """False where another `fix` came first: then there is a new file to plan from."""
    try:
        operation.carry_out(plan)
    except ChangedMeanwhileError:
        if manner.yes and operation.was_overtaken():
            return False
        raise
    return True


def set_up_registries(hosts: Sequence[str], settings: Settings, manner: Manner) -> int:
    """Name a helper for each of the registries; the exit code.

    Raises:
        CureError: a change could not be made.

    """
    targets = [parse_target(f"{host}/{_NO_REPOSITORY}") for host in hosts]
    path = config_path(settings)
    operation = Operation(path)
    for _ in range(_MOST_RACES):
        plan = set_up(look_at_all(targets, settings))
        show_plan(plan, path)
        if not plan.changes:
            break
        if not _agreed(manner):
            return 1
        if _carried_out(operation, plan, manner):
            show_change(operation)
            if plan.writes:
                break
    return max(_check_registry(host, settings) for host in hosts)


def _check_registry(host: str, settings: Settings) -> int:
    checked = replace(settings, only=_WITHOUT_IMAGE, pull=False)
    report = _diagnose(f"{host}/{_NO_REPOSITORY}", checked)
    if report.failures:
        first = report.failures[0]
        summary = first.explanation.split("\n\n", 1)[0]
        say(f"{host}: {first.title} ({first.cause}): {summary}")
        return 1
    if report.outcome is Outcome.HEALTHY:
        show(f"{host}: docker's login works.")
    else:
        show(f"{host}: set up; whether the login works could not be seen.")
    return _EXIT[report.outcome]


def take_back(settings: Settings, manner: Manner) -> int:
    """Undo the latest change; the exit code.

    Raises:
        CureError: it cannot be undone, or the file was changed since.

    """
    path = config_path(settings)
    if manner.dry_run:
        latest = next(iter(records(path)), None)
        if latest is None:
            show(f"There is no change of {path} to be undone.")
        else:
            show_diff(path, kept_content(latest) if latest.copy else b"")
        return 0
    done = undo(path)
    if done is None:
        show(f"There is no change of {path} to be undone.")
    else:
        show(f"{path} is as it was before the latest change.")
    return 0
