"""JSON as Go's encoding/json reads it, as far as configuration files need it.

Go ignores the case of field names, merges a map that is given twice, takes the last of two equal
keys, ignores what follows the first value, and on a wrong type skips that value, reads the rest and
reports the first such error at the end. Source: go/src/encoding/json/decode.go and stream.go.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_WHITE_SPACE = " \t\r\n"
_LONGEST = 16 << 20
"""Bytes of a configuration that are read; the largest real ones hold some kilobytes."""
_DEEP, _DEEPEST = 100, 10_000
"""Levels that are read at all, and those that Go reads (decode.go's maxNestingDepth)."""
_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_DIGITS = 4000
"""Python reads no longer number since 3.10.7: docs.python.org, sys.int_info."""


class Pairs(list[tuple[str, Any]]):
    """A JSON object with its keys in the order of the text, doubles included."""


class JsonSyntaxError(ValueError):
    """A text that is not JSON; `line` and `column` count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Decoded:
    """The first JSON value of a text; `rest` is what follows it."""

    value: Any
    rest: str
    empty: bool = False
    """True when there is no value at all: Go's io.EOF."""


def decode(data: bytes | str) -> Decoded:
    """Read the first value.

    Raises:
        JsonSyntaxError: it is not JSON.

    """
    text = _as_text(data)
    begin = len(text) - len(text.lstrip(_WHITE_SPACE))
    if begin == len(text):
        return Decoded(value=None, rest="", empty=True)
    try:
        value, end = _DECODER.raw_decode(text, begin)
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from None
    except RecursionError:
        return decode(_without_depths(text))
    except ValueError as error:
        raise JsonSyntaxError(str(error), 1, 1) from None
    return Decoded(value=value, rest=text[end:].lstrip(_WHITE_SPACE))


def _without_depths(text: str) -> str:
    """The text with null for what lies too deep for Python, and not for Go, to read."""
    kept, depth, begin = [], 0, 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            if depth == _DEEP:
                kept.append(text[begin : mark.start()] + "null")
        elif mark[0] in "]}":
            if depth == _DEEP:
                begin = mark.end()
            depth -= 1
        if depth > _DEEPEST:
            raise JsonSyntaxError("exceeded max depth", 1, 1)
        if depth == 0:
            break
    return "".join(kept) + (text[begin:] if depth < _DEEP else "")


def fold(name: str) -> str:
    """A field's name in the form in which Go compares names."""
    return (
        name.replace("\N{LATIN SMALL LETTER LONG S}", "s").replace("\N{KELVIN SIGN}", "k").lower()
    )


def type_name(value: object) -> str:
    """The JSON type of a value, in Go's words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, Pairs):
        return "object"
    return "array" if isinstance(value, list) else "number"


def plain(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """The value with ordinary dicts: the last of equal keys wins."""
    if isinstance(value, Pairs):
        return {key: plain(item) for key, item in value}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _refuse_constant(name: str) -> Any:  # noqa: ANN401  never returns
    raise ValueError(f"invalid character {name[0]!r} looking for beginning of value")


def _number(digits: str) -> float:
    """A whole number; one that Python refuses to read for its length is as good as endless."""
    return int(digits) if len(digits) <= _DIGITS else float(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_constant=_refuse_constant, parse_int=_number
)


def _as_text(data: bytes | str) -> str:
    if isinstance(data, str):
        return data[:_LONGEST]
    return data[:_LONGEST].decode("utf-8", errors="replace")


def _syntax_error(text: str, error: json.JSONDecodeError) -> JsonSyntaxError:
    return JsonSyntaxError(_go_words(text, error), error.lineno, error.colno)


def _go_words(text: str, error: json.JSONDecodeError) -> str:
    """Roughly what Go says of the same place."""
    at = error.pos
    while at < len(text) and text[at] in _WHITE_SPACE:
        at += 1
    if at >= len(text) or error.msg.startswith("Unterminated string"):
        return "unexpected EOF"
    found = f"invalid character {text[at]!r}"
    for beginning, words in _PLACES:
        if error.msg.startswith(beginning):
            return f"{found} {words}"
    return f"{found}: {error.msg}"


_PLACES = (
    ("Expecting property name", "looking for beginning of object key string"),
    ("Illegal trailing comma before end of object", "looking for beginning of object key string"),
    ("Illegal trailing comma before end of array", "looking for beginning of value"),
    ("Expecting value", "looking for beginning of value"),
    ("Expecting ':'", "after object key"),
    ("Expecting ',' delimiter", "after object key:value pair"),
    ("Invalid control character", "in string literal"),
    ("Invalid \\escape", "in string escape code"),
)
