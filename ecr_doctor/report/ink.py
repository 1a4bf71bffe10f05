"""Colours, symbols and line breaks of a terminal, with a plain fallback for each."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO

from ecr_doctor.model import Severity, Status

from .path import State

if TYPE_CHECKING:
    from collections.abc import Mapping

NARROWEST: Final = 60
WIDEST: Final = 200
_PROSE: Final = 96
"""Columns of running text: longer lines are hard to read, however wide the terminal is."""
_UNKNOWN: Final = 100
"""Columns of what is no terminal."""
_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_SYMBOLS: Final = {
    Status.PASS: ("✓", "+", "green"),
    Status.FAIL: ("✗", "x", "red"),
    Status.WARN: ("!", "!", "yellow"),
    Status.INCONCLUSIVE: ("?", "?", "yellow"),
    Status.NOT_APPLICABLE: ("–", "-", "dim"),  # noqa: RUF001  the dash of a table
    Status.BLOCKED: ("·", ".", "dim"),
    Status.ERROR: ("?", "?", "yellow"),
}
_LIKE: Final[dict[State | Severity, Status]] = {
    State.FINE: Status.PASS,
    State.BROKEN: Status.FAIL,
    State.DOUBTFUL: Status.WARN,
    State.WAITING: Status.BLOCKED,
    State.UNKNOWN: Status.INCONCLUSIVE,
    State.UNUSED: Status.NOT_APPLICABLE,
    Severity.FAIL: Status.FAIL,
    Severity.WARN: Status.WARN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """What a terminal can show."""

    width: int = 80
    color: bool = False
    unicode: bool = False

    def paint(self, text: str, *styles: str) -> str:
        """The text in colour, where there is any."""
        if not self.color or not styles or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"

    def mark(self, of: Status | State | Severity) -> str:
        """One character for a status, without colour."""
        fancy, plain, _ = self._looks(of)
        return fancy if self.unicode else plain

    def symbol(self, of: Status | State | Severity) -> str:
        """The same in its colour."""
        return self.paint(self.mark(of), self._looks(of)[2])

    def _looks(self, of: Status | State | Severity) -> tuple[str, str, str]:
        return _SYMBOLS[of if isinstance(of, Status) else _LIKE[of]]

    @property
    def arrow(self) -> str:
        """What stands between two stations."""
        return self.paint("→" if self.unicode else ">", "dim")

    def wrapped(self, text: str, *, indent: int = 2, first: str = "", prose: bool = True) -> str:
        """The text broken into indented lines; a word too long for a line keeps its own."""
        width = min(self.width, _PROSE + indent) if prose else self.width
        lines = [
            textwrap.fill(
                " ".join(line.split()),
                width=max(width, indent + 20),
                initial_indent=" " * indent,
                subsequent_indent=" " * indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in text.splitlines()
        ]
        whole = "\n".join(line or " " * indent for line in lines)
        return first + whole[indent:] if first else whole


def ink_for(stream: TextIO, env: Mapping[str, str]) -> Ink:
    """What the stream can show: colours only on a terminal, and never against `NO_COLOR`."""
    terminal = stream.isatty()
    color = terminal and not env.get("NO_COLOR") and env.get("TERM") != "dumb"
    columns = shutil.get_terminal_size().columns if terminal else _UNKNOWN
    return Ink(
        width=min(WIDEST, max(NARROWEST, columns)), color=color, unicode=_can_unicode(stream)
    )


def _can_unicode(stream: TextIO) -> bool:
    try:
        "✓✗·–→│".encode(stream.encoding or "ascii")  # noqa: RUF001
    except (UnicodeError, LookupError):
        return False
    return True
