"""`ecr-doctor explain [TEXT|-|@FILE]`: what a pasted error means, offline."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import click

from ecr_doctor.errors import UsageError

from .parameters import OneOf, from_stdin

NOTHING_KNOWN: Final = 3
_MOST: Final = 16 * 1024 * 1024
"""Bytes that are read; of more, the beginning. No pasted error is longer, and no log must hurt."""
_LONGEST_NAME: Final = 1024


@click.command(short_help="Explain the error of a failed pull, offline.")
@click.argument("words", nargs=-1, metavar="[TEXT|-|@FILE]")
@click.option(
    "--format",
    "style",
    type=OneOf(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("--image", default="", help="The image that was pulled, where the text lacks it.")
@click.option("-v", "--verbose", is_flag=True, help="Show every candidate in full.")
def explain(words: tuple[str, ...], style: str, image: str, verbose: bool) -> int:  # noqa: FBT001
    r"""Explain the error of a failed pull: what happened, what decides, and the cure.

    Nothing is looked up on this machine or the network, so the text may come from anywhere:

    \b
        docker pull IMAGE 2>&1 | ecr-doctor explain
        ecr-doctor explain 'no basic auth credentials'
        ecr-doctor explain @build.log

    Exit codes: 0 a cause is known, 3 nothing is known of this text, 2 wrong usage.
    """
    from ecr_doctor.catalog.answer import answer  # noqa: PLC0415  help and errors need no catalog

    from .catalogs import open_catalog  # noqa: PLC0415
    from .explaining import render  # noqa: PLC0415
    from .images import readable_target  # noqa: PLC0415

    text = _input(" ".join(words) if words else None)  # also of somebody who forgot the quotes
    if not text.strip():
        raise UsageError("there is no text to explain", "Paste the error, or pipe it in.")
    found = answer(text, open_catalog(), readable_target(image) if image else None)
    click.echo(render(found, text, style, verbose=verbose), nl=False)
    return 0 if found.diagnoses else NOTHING_KNOWN


def _input(text: str | None) -> str:
    """The text itself, or what `-`, `@FILE`, a file's name or a pipe gives.

    Raises:
        UsageError: nothing was given, and nobody pipes anything in.

    """
    if text is None and sys.stdin.isatty():
        raise UsageError(
            "there is no text to explain",
            "Paste it as an argument, or pipe it in: docker pull IMAGE 2>&1 | ecr-doctor explain",
        )
    if text is None or text == "-":
        return decode(from_stdin(_MOST))
    if text.startswith("@"):
        return _file(Path(text[1:]).expanduser())
    if len(text) <= _LONGEST_NAME and "\n" not in text and "\0" not in text:
        path = os.path.expanduser(text) if text.startswith("~") else text  # noqa: PTH111
        if os.path.isfile(path):  # noqa: PTH113  Path.is_file raises where a name is too long
            return _file(Path(path))
    return text


def _file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return decode(file.read(_MOST))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot read {path}: {reason}", "Give a file that can be read.") from None


def decode(raw: bytes) -> str:
    """Bytes as text, whatever they are; PowerShell writes UTF-16 when it redirects."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    return raw.decode("utf-8-sig", errors="replace")
