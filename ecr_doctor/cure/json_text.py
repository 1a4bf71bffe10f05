"""A JSON text with the places of its parts, edited in place: what is not edited stays, to the byte.

Only the first value of the text counts, as for docker; what follows it is never touched.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from json import decoder

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null", re.ASCII)
_CLOSERS = {"{": "}", "[": "]"}
_DOCKERS_INDENT = "\t"


class NodeKind(StrEnum):
    """What a value is."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NULL = "null"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Member:
    """A name and a value of an object; `start` is the place of the name's quotation mark."""

    key: str
    start: int
    key_end: int
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value and its place in the text."""

    kind: NodeKind
    start: int
    end: int
    text: str = ""
    """Of a string: what it says."""
    members: tuple[Member, ...] = ()
    items: tuple[Node, ...] = ()


def scan_string(text: str, at: int) -> tuple[str, int]:
    """What the JSON string that begins at `at` says, and where it ends.

    Raises:
        ValueError: it has no end, or holds what a JSON string may not hold.

    """
    said, end = decoder.scanstring(text, at + 1)  # type: ignore[attr-defined]
    return str(said), int(end)


def parse(text: str) -> Node | None:
    """The first value of a text; None where it holds none.

    Raises:
        ValueError: it is not JSON.

    """
    at = _skip(text, 0)
    if at == len(text):
        return None
    try:
        return _value(text, at)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> Node:
    first = text[at : at + 1]
    if first == '"':
        said, end = scan_string(text, at)
        return Node(kind=NodeKind.STRING, start=at, end=end, text=said)
    if first == "{":
        return _object(text, at)
    if first == "[":
        return _array(text, at)
    found = _SCALAR.match(text, at)
    if not found:
        raise ValueError(f"no JSON value at character {at}")
    kind = NodeKind.NULL if found.group() == "null" else NodeKind.OTHER
    return Node(kind=kind, start=at, end=found.end())


def _object(text: str, start: int) -> Node:
    members: list[Member] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}" or members:
        if text[at : at + 1] != '"':
            raise ValueError(f"no name at character {at}")
        key, key_end = scan_string(text, at)
        colon = _skip(text, key_end)
        if text[colon : colon + 1] != ":":
            raise ValueError(f"no colon at character {colon}")
        value = _value(text, _skip(text, colon + 1))
        members.append(Member(key, at, key_end, value))
        at, more = _next(text, value.end, "{")
        if not more:
            break
    return Node(kind=NodeKind.OBJECT, start=start, end=at + 1, members=tuple(members))


def _array(text: str, start: int) -> Node:
    items: list[Node] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]" or items:
        value = _value(text, at)
        items.append(value)
        at, more = _next(text, value.end, "[")
        if not more:
            break
    return Node(kind=NodeKind.ARRAY, start=start, end=at + 1, items=tuple(items))


def _next(text: str, at: int, opener: str) -> tuple[int, bool]:
    """After a value: where the next one begins, or where the closing bracket is."""
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1), True
    if text[at : at + 1] == _CLOSERS[opener]:
        return at, False
    raise ValueError(f"neither comma nor end at character {at}")


def quoted(text: str) -> str:
    """A text as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def replaced(text: str, start: int, end: int, by: str) -> str:
    """The text with a part of it exchanged."""
    return text[:start] + by + text[end:]


def with_member(text: str, target: Node, key: str, value: str | dict[str, str]) -> str:
    """The text with one more member in an object, written as its neighbours are.

    Args:
        text: the whole text.
        target: an object in it.
        key: the new name.
        value: a string, or an object of strings.

    """
    style = _Style(text)
    if not target.members:
        indent = style.indent_of(target.start)
        inner = style.member(key, value, indent + style.unit)
        body = style.wrapped(inner, indent)
        return replaced(text, target.start, target.end, "{" + body + "}")
    last = target.members[-1]
    gap = _gap(text, target)
    if not gap and len(target.members) == 1 and style.colon.endswith(" "):
        gap = " "
    if "\n" in gap:
        indent = gap.rpartition("\n")[2]
        return _inserted(text, last, "," + gap + style.member(key, value, indent))
    return _inserted(text, last, "," + gap + style.flat(key, value))


def _inserted(text: str, last: Member, what: str) -> str:
    return replaced(text, last.value.end, last.value.end, what)


def _gap(text: str, target: Node) -> str:
    """The white space before the last member."""
    last = target.members[-1]
    before = text[: last.start]
    return before[len(before.rstrip(" \t\r\n")) :]


def without_members(text: str, target: Node, keys: frozenset[str]) -> str:
    """The text without the members of these names, and without the commas that they leave."""
    members = target.members
    left = [member for member in members if member.key not in keys]
    if len(left) == len(members):
        return text
    if not left:
        return replaced(text, target.start, target.end, "{}")
    for number in reversed(range(len(members))):
        member = members[number]
        if member.key not in keys:
            continue
        if any(later.key not in keys for later in members[number + 1 :]):
            text = replaced(text, member.start, members[number + 1].start, "")
        else:
            text = replaced(text, members[number - 1].value.end, member.value.end, "")
    return text


class _Style:
    """How a text is laid out: line ends, indentation, what stands between name and value."""

    def __init__(self, text: str) -> None:
        self.text = text
        root = parse(text)
        members = root.members if root else ()
        self.newline = "\r\n" if "\r\n" in text else "\n"
        gap = _gap(text, root) if root and members else ""
        self.flat_text = bool(members) and "\n" not in gap
        self.unit = gap.rpartition("\n")[2] if "\n" in gap else _DOCKERS_INDENT
        self.colon = ": "
        if members:
            self.colon = text[members[0].key_end : members[0].value.start]

    def indent_of(self, place: int) -> str:
        """The white space at the beginning of a place's line."""
        line = self.text[self.text.rfind("\n", 0, place) + 1 : place]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def wrapped(self, inner: str, indent: str) -> str:
        """The inside of an object with one member."""
        if self.flat_text:
            return inner
        return f"{self.newline}{indent}{self.unit}{inner}{self.newline}{indent}"

    def flat(self, key: str, value: str | dict[str, str]) -> str:
        """A member on one line."""
        if isinstance(value, str):
            return f"{quoted(key)}{self.colon}{quoted(value)}"
        comma = ", " if self.colon.endswith(" ") else ","
        inner = comma.join(self.flat(name, item) for name, item in value.items())
        return f"{quoted(key)}{self.colon}{{{inner}}}"

    def member(self, key: str, value: str | dict[str, str], indent: str) -> str:
        """A member whose line begins with `indent`."""
        if isinstance(value, str) or self.flat_text:
            return self.flat(key, value)
        lines = [f"{indent}{self.unit}{self.flat(name, item)}" for name, item in value.items()]
        inner = f",{self.newline}".join(lines)
        return f"{quoted(key)}{self.colon}{{{self.newline}{inner}{self.newline}{indent}}}"


def object_text(text: str, place: int, value: dict[str, str]) -> str:
    """An object of strings, laid out for a place of the text where some other value stands."""
    style = _Style(text)
    member = style.member("", value, style.indent_of(place))
    return member[len(quoted("") + style.colon) :]
