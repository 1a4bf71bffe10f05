r"""Foreign text made harmless: the one place that decides what a report may carry.

Evidence holds what other programs said, so it may hold escape sequences that redraw a terminal,
characters that turn the direction of writing, half characters, or megabytes. All of that stays
visible here as ordinary letters (`\x1b`, `\u202e`), for it may itself be the fault.
"""

from __future__ import annotations

import re
from typing import Final

LIMIT: Final = 4000
"""Characters of one text that a report keeps unless told otherwise."""

_SLACK: Final = 40
"""Characters that are not worth a note on how many were cut off."""

_QUOTE: Final = 600
"""Characters of a quoted error: more than the catalog's reader keeps of a line."""

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,16}[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?|[@-Z\\^_])"
    r"|\x9b[0-?]{0,64}[ -/]{0,16}[@-~]"
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_HALVES = re.compile("[\ud800-\udfff]")
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED = re.compile(f"({_MARKS}{{3}}){_MARKS}+")
"""Marks piled on one letter, which climb over the lines above."""


def harmless(text: str, limit: int = LIMIT, *, whole: int = 0) -> str:
    """The text with nothing in it that acts, at most about `limit` characters long.

    Line ends and tabs stay. What is cut off is counted in the text, so that nobody takes a part
    for the whole; `whole` is the full length where `text` is a part already.
    """
    kept = _ANSI.sub("", text[: limit * 2 + 4096].replace("\r\n", "\n"))
    kept = _STACKED.sub(r"\1", _UNSEEN.sub(_written, _HALVES.sub("\ufffd", kept)))
    whole = max(whole, len(text))
    if len(kept) > limit + min(_SLACK, limit // 4) or whole > limit * 2 + 4096:
        rest = max(whole, len(kept)) - limit
        kept = f"{kept[:limit].rstrip()} ... [{rest:,} more characters]"
    return kept


def one_line(text: str, limit: int = 300) -> str:
    """The same, on one line."""
    return " ".join(harmless(text, limit).split())


def quoted(text: str) -> str:
    """What an error says, on one line. It was cut where it was read: its end decides."""
    return one_line(text, _QUOTE)


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
