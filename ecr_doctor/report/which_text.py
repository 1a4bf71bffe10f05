"""The answer of `which` for people: a table, one row for clients that do the same."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from ecr_doctor.clients.resolution import Outcome

from .which_json import shown
from .which_words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.clients.resolution import Resolution
    from ecr_doctor.redact import Redactor

    from .ink import Ink

_LABELS: Final = ("sends", "hides", "if it fails", "note")
_GAP: Final = 2
_LABEL: Final = max(len(label) for label in _LABELS) + _GAP
_HANGING: Final = "  "
"""Before the further lines of one text, so that several of them can be told apart."""
_NARROWEST: Final = 30
_COLORS: Final = {
    Outcome.CREDENTIAL: "green",
    Outcome.ANONYMOUS: "yellow",
    Outcome.ERROR: "red",
    Outcome.DEPENDS: "cyan",
}


def which_text(
    image: str, host: str, found: Sequence[Resolution], redactor: Redactor, ink: Ink
) -> str:
    """The table, ending with a newline."""
    rows: dict[tuple[tuple[str, str], ...], tuple[Outcome, list[str]]] = {}
    for item in found:
        cells = tuple((label, shown(text, redactor)) for label, text in _cells(Words(item, host)))
        _, names = rows.setdefault(cells, (item.outcome, []))
        names.append(f"{item.client} {item.version}".strip())
    longest = max((len(name) for _, listed in rows.values() for name in listed), default=0)
    left = max(len("client"), longest) + _GAP
    lines = [
        f"What is sent for {ink.paint(shown(image, redactor), 'bold')}",
        "",
        ink.paint(f"{'client':<{left}}what it does", "dim"),
        ink.paint(("─" if ink.unicode else "-") * min(ink.width, 100), "dim"),
    ]
    for cells, (outcome, listed) in rows.items():
        lines += [*_row(listed, cells, outcome, left, ink), ""]
    if any(item.outcome is Outcome.DEPENDS for item in found):
        lines.append("No helper was run. --ask runs them and tells what is sent in the end.")
    return "\n".join(lines).rstrip() + "\n"


def _cells(words: Words) -> list[tuple[str, str]]:
    cells = [("sends" if not number else "", text) for number, text in enumerate(words.sends)]
    cells += [("hides" if not number else "", text) for number, text in enumerate(words.hides)]
    cells += [("if it fails" if not n else "", text) for n, text in enumerate(words.fails)]
    return [*cells, ("note", words.note)] if words.note else cells


def _row(
    names: list[str], cells: Sequence[tuple[str, str]], outcome: Outcome, left: int, ink: Ink
) -> list[str]:
    """One row: the clients on the left, what they do on the right."""
    right: list[str] = []
    width = max(_NARROWEST, min(ink.width, 120) - left - _LABEL)
    for label, text in cells:
        parts = textwrap.wrap(
            text,
            width,
            subsequent_indent=_HANGING,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        first = ink.paint(parts[0], _COLORS[outcome]) if label == "sends" else parts[0]
        right.append(ink.paint(f"{label:<{_LABEL}}", "dim") + first)
        right += [" " * _LABEL + part for part in parts[1:]]
    pairs = zip_longest(names, right, fillvalue="")
    return [f"{ink.paint(f'{name:<{left}}', 'bold')}{text}".rstrip() for name, text in pairs]
