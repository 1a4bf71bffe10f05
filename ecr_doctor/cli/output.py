"""Where reports go: stdout and files, each in its format."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ecr_doctor.errors import UsageError
from ecr_doctor.report.base import check_format, format_of_file, load_format
from ecr_doctor.report.output import OutputError, check_writable, is_stream, write_whole

from .github import in_actions, tame
from .telling import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.model import Report
    from ecr_doctor.report.base import Format

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Destination:
    """One report to be written; an empty path is stdout."""

    format: str
    path: str = ""


def destinations(names: Sequence[str], paths: Sequence[str]) -> list[Destination]:
    """Match formats with files; what no file takes goes to stdout.

    The suffix of a file decides its format; a file whose suffix says nothing takes a `--format`
    that no other file has.

    Raises:
        UsageError: an unknown format, or a file whose format nobody names.

    """
    for name in names:
        check_format(name)
    left = list(names)
    found = [Destination(_format_of(path, left), path) for path in paths]
    for name in left:
        if name not in {d.format for d in found}:
            found.append(Destination(name))
    if not found or (not names and paths and sys.stdout.isatty()):
        found.append(Destination(TEXT))
    if sum(not d.path for d in found) > 1:
        raise UsageError("only one format can go to stdout", "Write the others to files with -o.")
    return found


def writable(targets: list[Destination]) -> list[Destination]:
    """The destinations that can be written to; the others are told now, before time is spent.

    Where none is left the report goes to stdout, so that it is not lost.
    """
    kept = [target for target in targets if not target.path or can_write(target.path, "report")]
    return kept or [Destination(TEXT)]


def check_distinct(paths: Sequence[str]) -> None:
    """Refuse to write one output over another.

    Raises:
        UsageError: two of the paths lead to the same file.

    """
    files = [os.path.realpath(path) for path in paths]
    for path, file in zip(paths, files, strict=True):
        if files.count(file) > 1 and not is_stream(Path(file)):
            raise UsageError(f"two outputs go to {path}", "Give each a file of its own.")


def can_write(path: str, what: str) -> bool:
    """Whether a report or bundle can be written there; if not, it is told."""
    try:
        check_writable(path, what)
    except OutputError as error:
        tell(error.diagnostics())
        return False
    return True


def _format_of(path: str, left: list[str]) -> str:
    try:
        return format_of_file(path)
    except UsageError:
        if len(left) == 1:
            return left.pop()
        raise


def write_all(
    report: Report, targets: Sequence[Destination], *, quiet: bool, verbose: bool
) -> bool:
    """Write every report, and say whether one could not be written."""
    failed = False
    for target in targets:
        kind = _format(target, quiet=quiet, verbose=verbose)
        text = kind.render(report)
        if not target.path:
            text = tame(text, kind.media_type) if in_actions(os.environ) else text
            click.echo(text, nl=False)
            continue
        try:
            write_whole(target.path, text)
        except OutputError as error:
            tell(error.diagnostics())
            failed = True
    return failed


def _format(target: Destination, *, quiet: bool, verbose: bool) -> Format:
    kind = load_format(target.format)
    if target.format != TEXT:
        return kind()
    from ecr_doctor.report.ink import Ink, ink_for  # noqa: PLC0415
    from ecr_doctor.report.text_format import TextFormat  # noqa: PLC0415

    ink = Ink(width=100, unicode=True) if target.path else ink_for(sys.stdout, os.environ)
    return TextFormat(
        width=ink.width, color=ink.color, unicode=ink.unicode, verbose=verbose, quiet=quiet
    )
