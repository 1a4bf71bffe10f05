"""What GitHub shows where a developer looks: annotations of the step, and the job's summary.

A runner reads workflow commands from stdout and stderr alike (actions/runner,
src/Runner.Worker/Handlers/ScriptHandler.cs), so they go to stderr: stdout is the report's. Since it
reads them from stdout too, what other programs said must not look like one there.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ecr_doctor.model import Outcome, Severity

from . import telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecr_doctor.model import Diagnosis, Report

MOST: Final = 10
"""Annotations of one kind that GitHub shows of a step."""
_LONGEST: Final = 4000
_OLD_COMMAND: Final = "##["
_COMMAND: Final = re.compile(r"(?m)^(\s*):(?=:)")


def in_actions(env: Mapping[str, str]) -> bool:
    """Whether this runs in a step of GitHub Actions."""
    return env.get("GITHUB_ACTIONS") == "true"


def tell(report: Report) -> None:
    """Annotate the step and append to the job's summary, in GitHub Actions; nothing elsewhere."""
    if not in_actions(os.environ):
        return
    for line in commands(report):
        click.echo(line, err=True)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        _append(summary, report)


def commands(report: Report) -> Iterator[str]:
    """The workflow commands, one a line: the root cause first."""
    from ecr_doctor.report.story import headline  # noqa: PLC0415
    from ecr_doctor.report.tidy import tidied  # noqa: PLC0415

    report = tidied(report)
    if report.outcome in {Outcome.UNDETERMINED, Outcome.TOOL_ERROR}:
        said = headline(report)
        level = "error" if report.outcome is Outcome.TOOL_ERROR else "warning"
        yield _command(level, said.title, "\n".join(said.paragraphs))
    shown: dict[str, int] = {}
    for diagnosis in report.diagnoses:
        level = _level(diagnosis)
        shown[level] = shown.get(level, 0) + 1
        if shown[level] <= MOST:
            yield _command(level, diagnosis.title, _message(diagnosis, report))


def _level(diagnosis: Diagnosis) -> str:
    if diagnosis.muted:
        return "notice"
    return "error" if diagnosis.severity is Severity.FAIL else "warning"


def _message(diagnosis: Diagnosis, report: Report) -> str:
    from ecr_doctor.report.story import cures, paragraphs  # noqa: PLC0415

    explained = paragraphs(diagnosis.explanation)
    parts = [report.target.image, diagnosis.muted, *explained, cures(diagnosis)]
    return "\n\n".join(filter(None, parts))[:_LONGEST]


def _command(level: str, title: str, message: str) -> str:
    name = _escaped(f"ecr-doctor: {title}").replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={name}::{_escaped(message)}"


def _escaped(text: str) -> str:
    """As of actions/toolkit, packages/core/src/command.ts."""
    text = text.replace(_OLD_COMMAND, "# #[")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _append(path: str, report: Report) -> None:
    from ecr_doctor.report.markdown_format import MarkdownFormat  # noqa: PLC0415

    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(MarkdownFormat().render(report) + "\n")
    except OSError as error:
        telling.tell(f"cannot write the job's summary to {path}: {error.strerror}")


def tame(text: str, media_type: str) -> str:
    """Return a report for the stdout of a step, in which nothing is a workflow command.

    The runner takes `::name::` at the beginning of a line, and the older `##[name]` anywhere.
    """
    if media_type.endswith(("json", "sarif+json")):
        return text.replace(_OLD_COMMAND, "\\u0023#[")
    if media_type.endswith(("xml", "html")):
        return _COMMAND.sub(r"\1&#58;", text.replace(_OLD_COMMAND, "&#35;#["))
    return _COMMAND.sub(r"\1: ", text.replace(_OLD_COMMAND, "# #["))
