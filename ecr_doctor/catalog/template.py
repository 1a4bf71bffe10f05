r"""The little language of symptoms, and its translation into a regular expression.

A symptom is written as people see it, with four things that are special:

`{name}`
    a part of the text that is kept; what it may hold is told by its name (`PARTS`)
`...`
    up to 160 characters of anything
`(one|other|)`
    one of these texts; an empty one makes the whole optional
`\\`
    takes its special meaning from the next character

Letter case, the kind of quotation mark and the amount of white space make no difference. Since
nothing is unbounded and no choice is ever taken back (every gap is an atomic group), no text can
make a symptom slow: the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .text import same_quotes

if TYPE_CHECKING:
    from collections.abc import Iterable

_GAP: Final = 160
_SHORTEST_NEEDLE: Final = 3

_HOST = r"[a-z0-9*x<>\[\]_.-]{3,120}"
PARTS: Final[dict[str, str]] = {
    "account": r"\d{12}",
    "action": r"[a-z0-9-]{2,30}:[a-z*]{2,60}",
    "address": r"[0-9a-f.:\[\]]{2,45}",
    "code": r"[a-z0-9_.]{1,60}",
    "digest": r"sha256:[0-9a-f]{6,64}",
    "helper": r"[a-z0-9._+-]{1,80}",
    "host": _HOST,
    "number": r"\d{1,12}",
    "path": r"[^\s'(),;]{1,250}",
    "platform": r"[a-z0-9/_.()-]{2,60}",
    "port": r"\d{1,5}",
    "principal": r"[^\s']{1,300}",
    "profile": r"[^\s'()]{1,80}",
    "region": r"[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d{1,2}",
    "repository": r"[a-z0-9<>\[\]$_./-]{1,255}",
    "resource": r"[^\s']{1,300}",
    "service": r"[a-z0-9.-]{3,80}",
    "setting": r"[a-z0-9_]{3,60}",
    "tag": r"[\w<>\[\]$.-]{1,128}",
    "word": r"[^\s']{1,300}",
}
"""Name of a part: what it may be made of. A trailing digit is free: `{host2}` is a second host."""

_TOKEN: Final = re.compile(
    r"\\(?P<plain>.)|\{(?P<part>[a-z]+\d?)\}|(?P<gap>\.\.\.)|(?P<open>\()|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<text>[^\\{.(|)]+|[{.])",
    re.DOTALL,
)


class TemplateError(ValueError):
    """A symptom that cannot be read."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a symptom became."""

    pattern: str
    needles: tuple[str, ...]
    """Lower-case texts of which at least one is in every text that matches."""


@dataclass(slots=True)
class _Piece:
    """Translated text, and the texts of which one must occur if it matched."""

    pattern: str
    needles: tuple[str, ...] = ()


def readable(template: str) -> str:
    """A symptom as people read it: a gap or part is `…`, of a choice the first is shown."""
    tokens = _TOKEN.finditer(" ".join(template.split()))
    out: list[str] = []
    depth = skipping = 0
    for token in tokens:
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            skipping = 0 if skipping == depth else skipping
            depth -= 1
        elif kind == "bar":
            skipping = skipping or depth
        elif not skipping:
            out.append("…" if kind in ("gap", "part") else token[kind or 0])
    return re.sub(r"\s*…[\s…]*", " … ", "".join(out)).strip()


def compile_template(template: str) -> Compiled:
    """Translate a symptom.

    Raises:
        TemplateError: an unknown part, an unbalanced bracket, or nothing fixed to look for.

    """
    pieces = _sequence(_tokens(same_quotes(" ".join(template.split()))), nested=False)
    needles = _best(piece.needles for piece in pieces)
    if not needles:
        raise TemplateError(f"nothing fixed to look for in {template!r}")
    return Compiled(_start(template) + _named_once(_join(pieces)), needles)


def _named_once(pattern: str) -> str:
    """A part that comes again is matched again, and only the first is kept."""
    seen: set[str] = set()

    def first_named(match: re.Match[str]) -> str:
        if match[1] in seen:
            return "(?:"
        seen.add(match[1])
        return match[0]

    return re.sub(r"\(\?P<([a-z0-9]+)>", first_named, pattern)


def _start(template: str) -> str:
    """A symptom that begins with a letter begins at a word's start."""
    return r"(?<![a-z0-9])" if template[:1].isalnum() else ""


def _tokens(template: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    while position < len(template):
        match = _TOKEN.match(template, position)
        if match is None or match.lastgroup is None:
            raise TemplateError(f"cannot read {template[position:]!r}")
        kind = match.lastgroup
        tokens.append(("text" if kind == "plain" else kind, match[kind]))
        position = match.end()
    tokens.reverse()
    return tokens


def _sequence(tokens: list[tuple[str, str]], *, nested: bool) -> list[_Piece]:
    """Translate up to the end, or to the bar or bracket that closes a choice."""
    pieces: list[_Piece] = []
    while tokens:
        kind, value = tokens[-1]
        if kind in ("close", "bar"):
            if not nested:
                raise TemplateError(f"stray {value!r}")
            break
        tokens.pop()
        pieces.append(_piece(kind, value, tokens))
    return _merge(pieces)


def _piece(kind: str, value: str, tokens: list[tuple[str, str]]) -> _Piece:
    if kind == "gap":
        return _Piece("...")
    if kind == "part":
        return _Piece(_part(value))
    if kind == "open":
        return _choice(tokens)
    return _Piece(_literal(value), (value.lower(),))


def _part(name: str) -> str:
    allowed = PARTS.get(name.rstrip("0123456789"))
    if allowed is None:
        raise TemplateError(f"unknown part {{{name}}}; known are {', '.join(sorted(PARTS))}")
    return f"(?P<{name}>{allowed})"


def _literal(text: str) -> str:
    return re.escape(text.lower()).replace(r"\ ", " ")


def _choice(tokens: list[tuple[str, str]]) -> _Piece:
    """`(one|other)`: the needles are those of all branches, or none if a branch has none."""
    branches: list[list[_Piece]] = []
    while True:
        branches.append(_sequence(tokens, nested=True))
        if not tokens:
            raise TemplateError("a bracket is not closed")
        if tokens.pop()[0] == "close":
            break
    needles = [_best(piece.needles for piece in branch) for branch in branches]
    every = tuple(n for found in needles for n in found) if all(needles) else ()
    return _Piece("(?:" + "|".join(_join(branch) for branch in branches) + ")", every)


def _merge(pieces: list[_Piece]) -> list[_Piece]:
    """Neighbouring fixed texts become one, so that needles are long."""
    merged: list[_Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and _is_text(last) and _is_text(piece):
            joined = last.needles[0] + piece.needles[0]
            merged[-1] = _Piece(last.pattern + piece.pattern, (joined,))
        else:
            merged.append(piece)
    return merged


def _is_text(piece: _Piece) -> bool:
    return len(piece.needles) == 1 and not piece.pattern.startswith("(?")


def _best(candidates: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The set of needles whose shortest member is longest."""
    best: tuple[str, ...] = ()
    for needles in candidates:
        stripped = tuple(needle.strip() for needle in needles)
        if not stripped or min(map(len, stripped)) < _SHORTEST_NEEDLE:
            continue
        if not best or min(map(len, stripped)) > min(map(len, best)):
            best = stripped
    return best


def _join(pieces: list[_Piece]) -> str:
    """A gap and what follows it are one atomic group: found once, never reconsidered."""
    out = ""
    gap = False
    for piece in pieces:
        if piece.pattern == "...":
            gap = True
            continue
        out += f"(?>.{{0,{_GAP}}}?{piece.pattern})" if gap else piece.pattern
        gap = False
    return out
