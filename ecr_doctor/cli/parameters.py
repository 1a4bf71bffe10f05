"""Types of option values: what a user may type, turned into what the library takes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ecr_doctor.errors import did_you_mean
from ecr_doctor.model.settings import parse_connect_to

if TYPE_CHECKING:
    from collections.abc import Callable

    _Type = click.ParamType[Any]
    _Choice = click.Choice[str]
else:  # neither can be subscripted in the click of older systems
    _Type = click.ParamType
    _Choice = click.Choice

LARGEST_TEXT = 10 << 20
"""Bytes of a pasted error that are read; logs beyond that are cut."""
_SHORTEST, _LONGEST = 1, 3600
_SIZE = re.compile(r"(\d{1,18}(?:\.\d{1,18})?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}


class _Parsed(_Type):
    """A parameter type from a function that raises ValueError."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401  click's own signature
        """Parse what is not parsed yet."""
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class OneOf(_Choice):
    """One of a few words; for another one the nearest is offered."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401  click's own signature
        """The word itself."""
        if value not in self.choices:
            near = did_you_mean(str(value), self.choices)
            known = ", ".join(self.choices)
            self.fail(f"{value!r} is none of {known}. {near}".rstrip(), param, ctx)
        return str(value)


def parse_seconds(text: str) -> float:
    """A time limit."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not _SHORTEST <= seconds <= _LONGEST:  # what is no number at all is not either
        raise ValueError(f"{text!r} is not a number of seconds from {_SHORTEST} to {_LONGEST}")
    return seconds


def parse_size(text: str) -> int:
    """A size such as `500MB` or `1GiB`, in bytes; units count in steps of 1024."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a size such as 500MiB or 1GiB")
    return int(float(found[1]) * (1 << _UNITS[found[2].lower()]))


def from_stdin(most: int) -> bytes:
    """The beginning of standard input; a person at a terminal is told that it waits."""
    if sys.stdin.isatty():
        click.echo("Paste the error, then Ctrl-D on a line of its own.", err=True)
    return sys.stdin.buffer.read(most)


def parse_text(value: str) -> str:
    """The text itself, `@FILE`, or `-` for standard input."""
    if value == "-":
        return from_stdin(LARGEST_TEXT).decode("utf-8", "replace")
    if not value.startswith("@"):
        return value
    try:
        with Path(value[1:]).open("rb") as file:
            return file.read(LARGEST_TEXT).decode("utf-8", "replace")
    except OSError as error:
        raise ValueError(f"{value[1:]}: {error.strerror}") from error


def parse_platform(text: str) -> str:
    """os/arch[/variant]; empty for the one of the engine."""
    if text and not re.fullmatch(r"[a-z0-9]+/[a-z0-9_]+(?:/[a-z0-9]+)?", text):
        raise ValueError(f"{text!r} is not os/arch[/variant], such as linux/arm64")
    return text


SECONDS = _Parsed("seconds", parse_seconds)
SIZE = _Parsed("size", parse_size)
CONNECT_TO = _Parsed("name=address[:port]", parse_connect_to)
TEXT = _Parsed("text|@file|-", parse_text)
PLATFORM = _Parsed("os/arch", parse_platform)
