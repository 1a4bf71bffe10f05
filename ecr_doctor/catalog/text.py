"""Makes one line out of whatever was pasted, so that symptoms can be looked for in it.

Logs come wrapped, coloured, quoted as JSON, with time stamps and CI prefixes before every line.
All of that is taken away; which line of the paste a place belongs to is remembered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 96 * 1024
"""Characters that are looked at. Of a longer paste, the lines around words such as "error"."""
_LONGEST_LINE: Final = 4096
_PER_WORD: Final = 60
_BEFORE, _AFTER = 3, 6
_WORDS: Final = (
    "denied", "error", "fail", "unauthorized", "not authorized", "credential", "x509", "timeout",
    "timed out", "refused", "not found", "no such host", "no space", "panic", "exception",
    "amazonaws",
)  # fmt: skip

_QUOTES: Final = str.maketrans(dict.fromkeys('"`\u00b4\u2018\u2019\u201c\u201d', "'"))
# Patterns that are plain texts here are translated when a text first needs them.
_ANSI: Final = (
    r"\x1b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)?|[@-Z\\-_])"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]")
_ESCAPES: Final = r"\\u00(?P<hex>[0-7][0-9a-fA-F])|\\+(?P<gap>[nrt])|\\+(?P<mark>['\"`/])"
_PREFIX: Final = re.compile(
    r"(?:"
    r"[\s\u2502\u2551|>]+"  # terraform's box, quoting marks, compose's bar
    r"|#\d{1,4} (?:\d{1,5}\.\d{1,3} )?"  # buildkit
    r"|\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?"
    r"(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?:? ?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]? ?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d "  # syslog
    r"){1,8}"
)  # fmt: skip
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A paste made fit for matching."""

    flat: str
    """Lower case, one line, one space between words, one kind of quotation mark."""
    cased: str
    """The same with the letters as they were; places in both agree."""
    lines: tuple[str, ...]
    """The lines as they were, without colours."""
    starts: tuple[int, ...]
    """Where in `flat` a line begins."""
    owners: tuple[int, ...]
    """The number of the line that begins there."""
    shortened: bool = False

    def line_at(self, position: int) -> int:
        """The number of the line that a place in `flat` belongs to, counted from 0."""
        return self.owners[max(0, bisect_right(self.starts, position) - 1)] if self.owners else 0


def same_quotes(text: str) -> str:
    """The text with every kind of quotation mark made the same."""
    return text.translate(_QUOTES)


def prepare(text: str) -> Prepared:
    """Make a paste fit for matching; the time is linear in its length."""
    shortened = len(text) > LIMIT
    if shortened:
        text = _shorten(text)
    if "\x1b" in text:
        text = re.sub(_ANSI, "", text)
    clean = _CONTROL.sub("", text)
    lines = tuple(line[:_LONGEST_LINE].rstrip() for line in clean.splitlines())
    bare = [_bare(line) for line in lines]
    width = _wrapped_at(bare)
    cased, starts, owners = _flatten(bare, 0)
    if width:
        again, more, owners_again = _flatten(bare, width)
        starts += [start + len(cased) + 3 for start in more]
        owners += owners_again
        cased = f"{cased} \x00 {again}"
    return Prepared(_lower(cased), cased, lines, tuple(starts), tuple(owners), shortened)


def _lower(text: str) -> str:
    """Lower case of the same length: only the dotted capital I has a longer small letter."""
    return text.replace("\u0130", "I").lower()


def _bare(line: str) -> str:
    prefix = _PREFIX.match(line)
    line = line[prefix.end() :] if prefix else line
    if "\\" in line:
        line = re.sub(_ESCAPES, _unescaped, line)
    return line.rstrip("\u2502\u2551| ")


def _unescaped(match: re.Match[str]) -> str:
    if match["hex"]:
        return chr(int(match["hex"], 16))
    return match["mark"] or " "


def _wrapped_at(lines: list[str]) -> int:
    """The width at which a terminal broke the lines; 0 where none did."""
    widths = Counter(len(line) for line in set(lines) if len(line) >= 40)  # noqa: PLR2004
    if not widths:
        return 0
    widest = max(widths)
    return widest if widths[widest] > 1 or (len(lines) > 1 and len(lines[0]) == widest) else 0


def _flatten(lines: list[str], width: int) -> tuple[str, list[int], list[int]]:
    """Join lines; one that fills the width goes on in the next without a space."""
    parts: list[str] = []
    starts: list[int] = []
    owners: list[int] = []
    position = 0
    seen: set[str] = set()
    for number, line in enumerate(lines):
        words = _SPACE.sub(" ", same_quotes(line)).strip()
        if not words or words in seen:
            continue
        seen.add(words)
        starts.append(position)
        owners.append(number)
        words += "" if width and len(line) == width else " "
        parts.append(words)
        position += len(words)
    return "".join(parts), starts, owners


def _shorten(text: str) -> str:
    """Of a long text the beginning, the end, and what stands around the words of trouble."""
    lower = _lower(text)
    spans = [(0, 4096), (max(0, len(text) - 16384), len(text))]
    for word in _WORDS:
        spans += _around(lower, word)
    return _pick(text, spans)


def _around(lower: str, word: str) -> list[tuple[int, int]]:
    """The lines around the first and the last places of a word."""
    places: list[int] = []
    at = lower.find(word)
    while at >= 0 and len(places) < _PER_WORD:
        places.append(at)
        at = lower.find(word, at + 400)
    at = lower.rfind(word)
    while at >= 0 and len(places) < 2 * _PER_WORD:
        places.append(at)
        at = lower.rfind(word, 0, max(0, at - 400))
    return [(max(0, at - 300), at + 700) for at in places]


def _pick(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    total = end = 0
    for start, stop in sorted(spans):
        begin = max(start, end)
        if stop <= begin:
            continue
        pieces.append(("\n" if begin > end else "") + text[begin:stop])
        total += stop - begin
        end = stop
        if total > 3 * LIMIT:
            break
    return "".join(pieces)
