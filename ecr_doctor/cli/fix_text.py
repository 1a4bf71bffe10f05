"""What `fix` says: causes, changes, and what others must do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from ecr_doctor.clients.resolution import SourceKind
from ecr_doctor.cure.disk import read_whole
from ecr_doctor.cure.letters import letter
from ecr_doctor.cure.masking import unified_diff
from ecr_doctor.cure.step import COMMAND
from ecr_doctor.report.ink import ink_for

from .fixing import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.cure.case import Case
    from ecr_doctor.cure.operation import Operation
    from ecr_doctor.cure.plan import Plan
    from ecr_doctor.cure.step import Step
    from ecr_doctor.model import Diagnosis, Report

_REFUSALS = (
    "iam-",
    "repo-policy-",
    "identity-policy-",
    "cross-account-",
    "permissions-",
    "session-",
)
_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def show_causes(report: Report, plan: Plan | None, image: str) -> None:
    """Each cause that breaks the pull, with its cure, whoever can do it."""
    steps = {step.ailment.cause: step for step in plan.steps} if plan else {}
    for diagnosis in report.failures:
        click.echo(_bold(f"{image}: {diagnosis.title} ({diagnosis.cause})"))
        step = steps.get(diagnosis.cause)
        if step is not None and (step.say or step.changes):
            _say(step.say)
        else:
            _by_others(report, diagnosis)
    if plan and plan.obstacle:
        click.echo(f"Nothing is changed: {plan.obstacle}.")


def _by_others(report: Report, diagnosis: Diagnosis) -> None:
    """A text to be sent where somebody else is to act, else the fixes of the catalog."""
    text = letter(diagnosis, facts_of(report, diagnosis))
    if text:
        click.echo("    This is for somebody else to cure. To be sent as it is:")
        click.echo("    " + "-" * 60)
        _say(text.splitlines())
        click.echo("    " + "-" * 60)
        return
    click.echo("    This is not cured by a change of docker's configuration:")
    for fix in diagnosis.fixes:
        _say([f"{fix.title}:", *fix.steps])
        _say([COMMAND + line for line in fix.command.strip().splitlines()])


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        if line.startswith(COMMAND):
            click.echo(f"        {line.removeprefix(COMMAND)}")
        else:
            click.echo(f"    {line}")


def show_plan(plan: Plan, path: str) -> None:
    """The change as a diff; for registries also the words to it."""
    for step in plan.steps:
        if not step.ailment.cause:
            _registry(step)
    if plan.obstacle and not plan.steps[0].ailment.cause:
        click.echo(f"Nothing is changed: {plan.obstacle}.")
    for change in plan.modes:
        click.echo(f"Change of permissions: {change.path} to {change.mode:o}")
    if plan.writes:
        click.echo(f"Change of {path}:")
        _print_diff(unified_diff(plan.before, plan.after, path))


def _registry(step: Step) -> None:
    click.echo(_bold(step.ailment.title))
    _say(step.say)


def show_other_identity(report: Report, case: Case) -> None:
    """A stored login was refused something, and a helper would come as somebody else, perhaps."""
    refused = any(d.cause.startswith(_REFUSALS) for d in report.failures)
    stored = case.config.config.route(case.host).kind is SourceKind.AUTHS
    if refused and stored and any(helper.answers for helper in case.helpers):
        click.echo("docker used the login stored in its configuration, as whoever made it. To have")
        click.echo("it use this shell's AWS identity:")
        _say([f"{COMMAND}ecr-doctor fix --registry {case.host}"])


def show_diff(path: str, then: bytes) -> None:
    """The change that an undo would make."""
    try:
        now = read_whole(path) or b""
    except OSError:
        now = b""
    _print_diff(unified_diff(now, then, path))


def _print_diff(diff: str) -> None:
    ink = ink_for(sys.stdout, os.environ)
    for line in diff.splitlines():
        color = _COLORS.get(line[:1])
        click.echo(ink.paint(line, color) if color else line)


def show_change(operation: Operation) -> None:
    """Where the old content is, and how to get it back."""
    record = operation.record
    kept = f" (before: {record.copy_path})" if record and record.copy else ""
    click.echo(f"Changed {operation.path}{kept}. Undo: ecr-doctor fix --undo")


def show_warnings(report: Report) -> None:
    """What does not break the pull yet."""
    for diagnosis in report.diagnoses:
        click.echo(f"    To be seen with `run`: {diagnosis.title} ({diagnosis.cause})")


def _bold(text: str) -> str:
    return ink_for(sys.stdout, os.environ).paint(text, "bold")
