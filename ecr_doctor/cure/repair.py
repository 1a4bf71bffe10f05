"""Repairs JSON that has one reading: a byte order mark, comments, a comma too many, a missing end.

Whatever could be meant in two ways is left alone. Bytes that need no repair are not changed.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.clients.go_json import JsonSyntaxError, Pairs, decode, fold

from .json_text import scan_string

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*|#[^\r\n]*|/\*.*?\*/", re.DOTALL)
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null", re.ASCII)
_SINGLE = re.compile(r"'([^'\"\\\x00-\x1f]*)'(?=\s*[,:}\]]|\s*\Z)")
"""Without any quotation mark inside: then there is no doubt where it ends."""
_TOP_LEVEL = frozenset(
    {
        "auths", "credhelpers", "credsstore", "httpheaders", "currentcontext", "proxies", "plugins",
        "aliases", "features", "detachkeys", "psformat", "imagesformat", "prunefilters",
        "clipluginsextradirs", "experimental",
    }
)  # fmt: skip
"""Fields of docker's at the top: one of them deeper down says that a bracket is missing above.

Source: docker/cli, cli/config/configfile/file.go.
"""
_STRUCTURE = frozenset('{}[]"')

BOM = "a byte order mark at the beginning"
UTF_16 = "saved as UTF-16; docker reads UTF-8"
COMMENTS = "comments, which JSON does not know"
EXTRA_COMMA = "a comma after the last entry"
MISSING_COMMA = "no comma between two entries"
SINGLE_QUOTES = "single quotation marks, where JSON wants double ones"
MISSING_END = "closing brackets missing at the end"


class _UnclearError(Exception):
    """There is no one way in which the text was meant."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text that docker can read, and what was wrong with it."""

    data: bytes
    faults: tuple[str, ...]


def repair(data: bytes) -> Repaired | None:
    """The repaired text; None where nothing is to be repaired, or no one repair is certain."""
    faults: list[str] = []
    try:
        text = _decoded(data, faults)
        if text.strip():
            walker = _Walker(text)
            text = walker.repaired()
            faults += walker.faults
    except (_UnclearError, UnicodeError, RecursionError):
        return None
    if not faults:
        return None
    repaired = text.encode("utf-8", "surrogateescape")
    return Repaired(repaired, tuple(dict.fromkeys(faults))) if _reads(repaired, faults) else None


def _decoded(data: bytes, faults: list[str]) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        faults.append(UTF_16)
        return data.decode("utf-16")
    if data.startswith(codecs.BOM_UTF8):
        faults.append(BOM)
        data = data.removeprefix(codecs.BOM_UTF8)
    return data.decode("utf-8", "surrogateescape")


def _reads(data: bytes, faults: list[str]) -> bool:
    """Whether docker can read it; brackets must moreover have given it the right shape."""
    try:
        value = decode(data).value
    except JsonSyntaxError:
        return False
    if value is not None and not isinstance(value, Pairs):
        return False
    config = parse_config(data)
    return MISSING_END not in faults or not config.problem or config.unordered


@dataclass
class _Walker:
    """Reads a text with a forgiving eye and notes what has to be changed."""

    text: str
    at: int = 0
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    closers: str = ""
    """What is missing at the end, innermost first."""
    deep_fields: bool = False
    """Whether a field of docker's top level was met deeper down."""
    uneven: bool = False
    """Whether fields of one object begin their lines at different columns."""
    cutting: bool = False
    """Whether a comment holds what may have been a part of the configuration."""

    def repaired(self) -> str:
        """The text, repaired.

        Raises:
            _UnclearError: nobody can know how it was meant.

        """
        self._skip()
        self._value(0)
        if self.edits:  # else comments after the value are no fault: docker reads no further
            self._skip()
            if self.at < len(self.text):
                raise _UnclearError  # a bracket too many: docker would no longer read what follows
        if self.closers:
            if self.deep_fields or self.uneven or self.cutting:
                raise _UnclearError  # the bracket is missing further up, or behind a comment's mark
            self.faults.append(MISSING_END)
            self._close()
        text = self.text
        for start, end, by in sorted(self.edits, reverse=True):
            text = text[:start] + by + text[end:]
        return text

    def _close(self) -> None:
        end = len(self.text.rstrip())
        comments = [start for start, stop, by in self.edits if stop >= end and not by]
        end = min([end, *comments]) if comments else end
        end = len(self.text[:end].rstrip())
        newline = "\r\n" if "\r\n" in self.text else "\n"
        lines = self.text[:end].splitlines()
        if len(lines) == 1:
            self.edits.append((end, end, self.closers))
            return
        last = lines[-1]
        indent = last[: len(last) - len(last.lstrip(" \t"))]
        ends = ""
        for closer in self.closers:
            indent = indent[:-1] if indent.startswith("\t") else indent[: -_unit(lines)]
            ends += newline + indent + closer
        self.edits.append((end, end, ends))

    def _skip(self) -> None:
        """Pass over white space and comments."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            comment = _COMMENT.match(self.text, self.at)
            if not comment:
                return
            self._drop_comment(comment.start(), comment.end())
            self.at = comment.end()

    def _drop_comment(self, start: int, end: int) -> None:
        said = self.text[start:end]
        if said.count('"') % 2:
            raise _UnclearError  # half a text: the mark may be a part of it
        self.cutting |= not _STRUCTURE.isdisjoint(said)
        line = self.text.rfind("\n", 0, start) + 1
        left = len(self.text[:start].rstrip(" \t"))
        if left <= line and self.text[end : end + 2].startswith(("\n", "\r\n")):
            left, end = line, self.text.index("\n", end) + 1
        self.edits.append((left, end, ""))
        self.faults.append(COMMENTS)

    def _value(self, depth: int) -> None:
        first = self.text[self.at : self.at + 1]
        if first == "{":
            self._members(depth, "}")
        elif first == "[":
            self._members(depth, "]")
        elif first in {'"', "'"}:
            self._string()
        else:
            found = _SCALAR.match(self.text, self.at)
            if not found:
                raise _UnclearError
            self.at = found.end()

    def _string(self) -> str:
        if self.text[self.at] == "'":
            return self._single_quoted()
        try:
            said, self.at = scan_string(self.text, self.at)
        except ValueError:
            raise _UnclearError from None
        return said

    def _single_quoted(self) -> str:
        found = _SINGLE.match(self.text, self.at)
        if not found:
            raise _UnclearError
        self.edits.append((found.start(), found.end(), f'"{found.group(1)}"'))
        self.faults.append(SINGLE_QUOTES)
        self.at = found.end()
        return str(found.group(1))

    def _members(self, depth: int, closer: str) -> None:
        """An object or an array, from its opening bracket to its end."""
        self.at += 1
        comma = -1
        value_end = -1
        columns: set[int] = set()
        for _ in self._steps():
            here = self.text[self.at : self.at + 1]
            if here == closer:
                self._drop_comma(comma)
                self.at += 1
                return
            if not here:
                if comma >= 0 or value_end < 0:
                    raise _UnclearError  # cut off: what followed is lost
                self.closers += closer
                return
            if here == ",":
                if comma >= 0 or value_end < 0:
                    raise _UnclearError
                comma = self.at
                self.at += 1
                continue
            if value_end >= 0 and comma < 0:
                self._add_comma(value_end, here)
            columns |= self._column()
            self.uneven |= len(columns) > 1
            self._entry(depth, closer)
            comma, value_end = -1, self.at

    def _column(self) -> set[int]:
        """The column of a field that begins its line; nothing for one that does not."""
        line = self.text.rfind("\n", 0, self.at) + 1
        before = self.text[line : self.at]
        return {len(before)} if line and not before.strip() else set()

    def _steps(self) -> Iterator[None]:
        while True:
            self._skip()
            yield

    def _drop_comma(self, comma: int) -> None:
        if comma >= 0:
            self.edits.append((comma, comma + 1, ""))
            self.faults.append(EXTRA_COMMA)

    def _add_comma(self, after: int, here: str) -> None:
        """Between two entries on lines of their own a comma was forgotten; else nobody knows."""
        if here not in {'"', "'"} or "\n" not in self.text[after : self.at]:
            raise _UnclearError
        self.edits.append((after, after, ","))
        self.faults.append(MISSING_COMMA)

    def _entry(self, depth: int, closer: str) -> None:
        if closer == "}":
            if self.text[self.at] not in {'"', "'"}:
                raise _UnclearError
            name = self._string()
            self.deep_fields |= depth > 0 and fold(name) in _TOP_LEVEL
            self._skip()
            if self.text[self.at : self.at + 1] != ":":
                raise _UnclearError
            self.at += 1
            self._skip()
        self._value(depth + 1)


def _unit(lines: list[str]) -> int:
    """Characters of one step of indentation with spaces."""
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.startswith(" ")]
    return min(widths, default=0) or 1
