"""What may be changed, each kind a value; and the text that comes of it.

Nothing here touches the disk. A change never reaches another registry's entries: `apply` compares
what docker knows before and after, and refuses where anything else would differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecr_doctor.clients.docker_config import host_part, parse_config
from ecr_doctor.clients.go_json import JsonSyntaxError, Pairs, decode, fold, plain

from .json_text import (
    Node,
    NodeKind,
    object_text,
    parse,
    quoted,
    replaced,
    with_member,
    without_members,
)
from .repair import repair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_EMPTY = "{}\n"


class CannotEditError(Exception):
    """The change cannot be made without touching what is not ours; the message says why."""


@dataclass(frozen=True, slots=True)
class RepairJson:
    """Repair the text where there is one way to do it."""


@dataclass(frozen=True, slots=True)
class SetHelper:
    """Name the helper for exactly this host; an empty name switches credsStore off for it."""

    host: str
    helper: str


@dataclass(frozen=True, slots=True)
class RemoveLogins:
    """Remove stored logins of one registry."""

    host: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeepStore:
    """Write down the store that docker has taken by itself so far.

    Docker looks for a default store only while its configuration names no login at all; without
    this line the first entry would take it away from all other registries. `docker login` writes
    the same line.
    """

    name: str


@dataclass(frozen=True, slots=True)
class DropContext:
    """Go back to docker's default context, as `docker context use default` does."""


@dataclass(frozen=True, slots=True)
class SetMode:
    """Give the owner the right to read and write a file or to enter a folder."""

    path: str
    mode: int


TextChange = RepairJson | SetHelper | RemoveLogins | KeepStore | DropContext
Change = TextChange | SetMode


def apply(data: bytes, changes: Iterable[Change]) -> bytes:
    """The content of config.json after the changes; absent files and empty ones are `b""`.

    Raises:
        CannotEditError: it cannot be done, or not without side effects.

    """
    text_changes = [change for change in changes if not isinstance(change, SetMode)]
    if RepairJson() in text_changes:
        repaired = repair(data)
        data = repaired.data if repaired else data
    text = data.decode("utf-8", "surrogateescape")
    try:
        for change in text_changes:
            text = _one(text, change)
    except ValueError as error:
        raise CannotEditError(f"the file is not JSON: {error}") from None
    after = text.encode("utf-8", "surrogateescape")
    if after != data:
        _compare(data, after, text_changes)
    return after


def _one(text: str, change: TextChange) -> str:
    match change:
        case RepairJson():
            return text
        case SetHelper():
            return _set_helper(text, change.host, change.helper)
        case RemoveLogins():
            return _edit_all(text, "auths", lambda t, n: without_members(t, n, change.keys))
        case KeepStore():
            text, root = _root(text)
            return with_member(text, root, "credsStore", change.name)
        case DropContext():
            _, root = _root(text)
            names = {m.key for m in root.members if fold(m.key) == "currentcontext"}
            return without_members(text, root, frozenset(names))


def _root(text: str) -> tuple[str, Node]:
    """The text with an object in it, and that object."""
    root = parse(text)
    if root is None:
        text = _EMPTY
    elif root.kind is NodeKind.NULL:
        text = replaced(text, root.start, root.end, "{}")
    root = parse(text)
    if root is None or root.kind is not NodeKind.OBJECT:
        raise CannotEditError("the file holds something else than a JSON object")
    return text, root


def _set_helper(text: str, host: str, helper: str) -> str:
    text, root = _root(text)
    fields = [m for m in root.members if fold(m.key) == "credhelpers"]
    if not fields:
        return with_member(text, root, "credHelpers", {host: helper})
    value = fields[-1].value
    if value.kind is not NodeKind.OBJECT:
        wanted = object_text(text, value.start, {host: helper})
        return replaced(text, value.start, value.end, wanted)
    present = [m for m in value.members if m.key == host]
    if not present:
        return with_member(text, value, host, helper)
    old = present[-1].value
    return replaced(text, old.start, old.end, quoted(helper))


def _edit_all(text: str, name: str, edit: Callable[[str, Node], str]) -> str:
    """Edit every object of this name at the top: docker merges a field that is given twice."""
    _, root = _root(text)
    for member in reversed(root.members):
        if fold(member.key) == name and member.value.kind is NodeKind.OBJECT:
            text = edit(text, member.value)
    return text


def _compare(before: bytes, after: bytes, changes: Sequence[TextChange]) -> None:
    """The file must say afterwards what it said before, but for what was to be changed."""
    for change in changes:
        if isinstance(change, RemoveLogins) and any(
            host_part(key) != change.host for key in change.keys
        ):
            raise CannotEditError("another registry's login would be removed")
    if _rest(before, changes) != _rest(after, changes):
        raise CannotEditError("the change would reach entries of other registries")
    helpers = dict(parse_config(after).cred_helpers)
    for change in changes:
        if isinstance(change, SetHelper) and helpers.get(change.host) != change.helper:
            raise CannotEditError("docker would not read the new entry")


def _rest(data: bytes, changes: Sequence[TextChange]) -> dict[str, Any]:
    """What a file says, without what the changes are about."""
    said = _said(data)
    for change in changes:
        match change:
            case SetHelper():
                said["credhelpers"].pop(change.host, None)
            case RemoveLogins():
                for key in change.keys:
                    said["auths"].pop(key, None)
            case KeepStore():
                said.pop("credsstore", None)
            case DropContext():
                said.pop("currentcontext", None)
            case RepairJson():
                continue
    return said


def _said(data: bytes) -> dict[str, Any]:
    """The fields of a file by docker's rules: doubles are merged, or the last one counts."""
    said: dict[str, Any] = {"auths": {}, "credhelpers": {}}
    try:
        value = decode(data).value
    except JsonSyntaxError as error:
        raise CannotEditError(f"the file is not JSON: {error}") from None
    for name, item in value or ():
        folded = fold(name)
        if folded not in {"auths", "credhelpers"}:
            said[folded] = plain(item)
        elif item is None:
            said[folded] = {}
        elif isinstance(item, Pairs):
            said[folded].update(plain(item))
    return said
