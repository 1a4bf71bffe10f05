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
from ecr_doctor.report.ink import Ink, ink_for
from ecr_doctor.report.plain import harmless

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
_INDENT = 4
_POINT = "- "
_LONGEST = 2000
"""Characters of one line."""
_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def show_own(report: Report, plan: Plan, image: str) -> None:
    """Each cause that breaks the pull and for which the user can do something here."""
    own = _own(plan)
    for diagnosis in report.failures:
        if diagnosis.cause in own:
            _head(diagnosis, image)
            _say(own[diagnosis.cause].say)
    if plan.obstacle:
        say(f"Nothing is changed: {plan.obstacle}.")


def show_others(report: Report, plan: Plan | None, image: str) -> None:
    """The other causes, with what somebody else has to do; without a plan, all."""
    own = _own(plan) if plan else {}
    for diagnosis in report.failures:
        if diagnosis.cause not in own:
            _head(diagnosis, image)
            _by_others(report, diagnosis)


def _own(plan: Plan) -> dict[str, Step]:
    return {step.ailment.cause: step for step in plan.steps if step.say or step.changes}


def _head(diagnosis: Diagnosis, image: str) -> None:
    say(f"{image}: {diagnosis.title} ({diagnosis.cause})", bold=True)


def _by_others(report: Report, diagnosis: Diagnosis) -> None:
    """A text to be sent where somebody else is to act, else the fixes of the catalog."""
    text = letter(diagnosis, facts_of(report, diagnosis))
    if text:
        rule = " " * _INDENT + "-" * 60
        _say(["This is for somebody else to cure. To be sent as it is:"])
        show(rule)
        _letter(text)
        show(rule)
        return
    _say(["This is not cured by a change of docker's configuration:"])
    for fix in diagnosis.fixes:
        _say([f"{fix.title}:", *(_POINT + step for step in fix.steps)])
        _say([COMMAND + line for line in fix.command.strip().splitlines()])


def _say(lines: Iterable[str]) -> None:
    """Words broken to the terminal's width; commands, which are copied, never."""
    for line in lines:
        if line.startswith(COMMAND):
            show(" " * 2 * _INDENT + line.removeprefix(COMMAND))
        else:
            show(_broken(line))


def _letter(text: str) -> None:
    """A letter; its policies and commands are not broken either."""
    for line in text.splitlines():
        words = line.startswith(_POINT) or line[:1].isalpha()
        show(_broken(line) if words else (" " * _INDENT + line).rstrip())


def _broken(line: str) -> str:
    point = _POINT if line.startswith(_POINT) else ""
    first = " " * _INDENT + point
    words = harmless(line.removeprefix(point), _LONGEST)
    return _ink().wrapped(words, indent=len(first), first=first)


def show_plan(plan: Plan, path: str) -> None:
    """The change as a diff; for registries also the words to it."""
    for step in plan.steps:
        if not step.ailment.cause:
            _registry(step)
    if plan.obstacle and not plan.steps[0].ailment.cause:
        say(f"Nothing is changed: {plan.obstacle}.")
    for change in plan.modes:
        show(f"Change of permissions: {change.path} to {change.mode:o}")
    if plan.writes:
        show(f"Change of {path}:")
        _print_diff(unified_diff(plan.before, plan.after, path))


def _registry(step: Step) -> None:
    say(step.ailment.title, bold=True)
    _say(step.say)


def show_other_identity(report: Report, case: Case) -> None:
    """A stored login was refused something, and a helper would come as somebody else, perhaps."""
    refused = any(d.cause.startswith(_REFUSALS) for d in report.failures)
    stored = case.config.config.route(case.host).kind is SourceKind.AUTHS
    if refused and stored and any(helper.answers for helper in case.helpers):
        say(
            "docker used the login stored in its configuration, as whoever made it. To have it use"
            " this shell's AWS identity:"
        )
        _say([f"{COMMAND}ecr-doctor fix --registry {case.host}"])


def show_diff(path: str, then: bytes) -> None:
    """The change that an undo would make."""
    try:
        now = read_whole(path) or b""
    except OSError:
        now = b""
    _print_diff(unified_diff(now, then, path))


def _print_diff(diff: str) -> None:
    for line in diff.splitlines():
        show(line, *filter(None, [_COLORS.get(line[:1])]))


def show_change(operation: Operation) -> None:
    """Where the old content is, and how to get it back."""
    record = operation.record
    kept = f" (before: {record.copy_path})" if record and record.copy else ""
    show(f"Changed {operation.path}{kept}. Undo: ecr-doctor fix --undo")


def show_warnings(report: Report) -> None:
    """What does not break the pull yet."""
    _say(f"To be seen with `run`: {d.title} ({d.cause})" for d in report.diagnoses)


def show(line: str, *styles: str) -> None:
    """A line as it is, but harmless: names, files and answers of others stand in what is said."""
    click.echo(_ink().paint(harmless(line, _LONGEST), *styles))


def say(text: str, *, bold: bool = False) -> None:
    """A paragraph, broken to the terminal's width."""
    broken = _ink().wrapped(harmless(text, _LONGEST), indent=0)
    show(broken, *(("bold",) if bold else ()))


def _ink() -> Ink:
    return ink_for(sys.stdout, os.environ)
