"""Makes one line out of whatever was pasted, so that symptoms can be looked for in it.

Logs come wrapped, coloured, quoted as JSON, with time stamps and CI prefixes before every line.
All of that is taken away; which line of the paste a place belongs to is remembered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 96 * 1024
"""Characters that are looked at. Of a longer paste, the lines around words such as "error"."""
_LONGEST_LINE: Final = 4096
_PER_WORD: Final = 60
_BEFORE, _AFTER = 300, 700
"""Characters that are kept before and after a word of trouble in a long paste."""
_HEAD, _TAIL = 4096, 16384
_BUDGET: Final = 2 * LIMIT
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
_MASK: Final = r"\*{3,}"
"""What CI systems print for a secret: a word like others, not the star of a wildcard."""


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
    flat = _lower(cased)
    if "***" in flat:
        flat = re.sub(_MASK, lambda match: "_" * len(match[0]), flat)
    return Prepared(flat, cased, lines, tuple(starts), tuple(owners), shortened)


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
    """Of a long text the end, the beginning, and what stands around the words of trouble."""
    lower = _lower(text)
    chosen = [(max(0, len(text) - _TAIL), len(text)), (0, _HEAD)]
    # Each word's last places, then its first: one word that is everywhere leaves room for others.
    searches = [_places(lower, word) for word in _WORDS]
    total = _TAIL + _HEAD
    for turn in zip_longest(*searches):
        for at in turn:
            if at is not None and total < _BUDGET:
                chosen.append((max(0, at - _BEFORE), at + _AFTER))
                total += _BEFORE + _AFTER
    return _cut_out(text, chosen)


def _places(lower: str, word: str) -> Iterator[int]:
    """Where a word stands, alternately from the end and from the beginning of the text."""
    first, last = lower.find(word), lower.rfind(word)
    for _ in range(_PER_WORD):
        if last < 0:
            return
        yield last
        if first >= last:
            return
        yield first
        first = lower.find(word, first + _BEFORE)
        last = lower.rfind(word, 0, max(0, last - _BEFORE))


def _cut_out(text: str, spans: list[tuple[int, int]]) -> str:
    """The spans in the text's order, each piece once and on a line of its own."""
    pieces: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        begin = max(start, end)
        if stop > begin:
            pieces.append(("\n" if begin > end else "") + text[begin:stop])
            end = stop
    return "".join(pieces)
