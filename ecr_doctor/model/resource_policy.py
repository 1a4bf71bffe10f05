"""What a repository's policy says of one caller and one action, as far as that can be known.

Only the policy's own text and the caller's ARN are at hand, so a condition is met, not met, or
unknown. The rules are those of the IAM user guide, "Policy evaluation logic" and "Principal".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MOST_STATEMENTS: Final = 200
_SESSION: Final = re.compile(r"(arn:[^:]{1,30}):sts::(\d{12}):assumed-role/([^/]{1,200})/")
_DELETED: Final = re.compile(r"A(?:ID|RO|GP|NP|NV|SC|3T)A[A-Z0-9]{12,}")
"""An id in the place of an ARN: IAM shows it when the principal was deleted."""


class Held(StrEnum):
    """Whether a statement's conditions hold for the caller."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that names the caller and the action."""

    allows: bool
    """Allow, or else Deny."""
    name: str
    """Its Sid, or its number counted from 1."""
    conditions: tuple[str, ...] = ()
    """`StringEquals aws:PrincipalOrgID o-example`; empty where there are none."""
    keys: tuple[str, ...] = ()
    """Names of the condition keys, in lower case."""
    held: Held = Held.YES

    @property
    def text(self) -> str:
        """The statement in one line, for a report."""
        effect = "allows" if self.allows else "denies"
        if not self.conditions:
            return f"{self.name} {effect}"
        return f"{self.name} {effect} if {' and '.join(self.conditions)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a whole policy says."""

    statements: tuple[Statement, ...] = ()
    deleted: tuple[str, ...] = ()
    """Principals that exist no more."""
    readable: bool = True

    @property
    def denies(self) -> tuple[Statement, ...]:
        """Statements that do, or may, deny."""
        return tuple(s for s in self.statements if not s.allows and s.held is not Held.NO)

    @property
    def allows(self) -> tuple[Statement, ...]:
        """Statements that allow for sure."""
        return tuple(s for s in self.statements if s.allows and s.held is Held.YES)

    @property
    def conditional(self) -> tuple[Statement, ...]:
        """Statements that would allow, were it not for a condition that does not hold for sure."""
        return tuple(s for s in self.statements if s.allows and s.held is not Held.YES)


def role_of(principal: str) -> str:
    """The role (without its path) behind the ARN of a session; any other ARN as it is."""
    found = _SESSION.match(principal)
    if found is None:
        return principal
    return f"{found[1]}:iam::{found[2]}:role/{found[3]}"


def judge_policy(text: str, principal: str, action: str, known: Mapping[str, str]) -> Opinion:
    """Read a policy for one caller and action.

    Args:
        text: the policy's JSON.
        principal: the caller's ARN, of a session too.
        action: `ecr:BatchGetImage`, for instance.
        known: condition keys (lower case) whose values are known for this call.

    """
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        return Opinion(readable=False)
    listed = policy.get("Statement") if isinstance(policy, dict) else None
    entries = [e for e in _many(listed)[:_MOST_STATEMENTS] if isinstance(e, dict)]
    own = dict(known)
    own["aws:principalarn"] = role_of(principal)
    own["aws:principalaccount"] = _account(principal)
    return Opinion(
        statements=tuple(
            _statement(number, entry, own)
            for number, entry in enumerate(entries, 1)
            if _names(entry, principal) and _selects(entry, action)
        ),
        deleted=tuple(_deleted(entries)),
    )


def _statement(number: int, entry: dict[str, Any], known: Mapping[str, str]) -> Statement:
    conditions = list(_conditions(entry.get("Condition")))
    verdicts = [_held(operator, key, wanted, known) for operator, key, wanted in conditions]
    held = Held.YES
    if Held.NO in verdicts:
        held = Held.NO
    elif Held.UNKNOWN in verdicts:
        held = Held.UNKNOWN
    return Statement(
        allows=entry.get("Effect") == "Allow",
        name=str(entry.get("Sid") or f"statement {number}")[:100],
        conditions=tuple(f"{o} {k} {', '.join(w)}"[:300] for o, k, w in conditions),
        keys=tuple(key.lower() for _, key, _ in conditions),
        held=held,
    )


def _conditions(block: object) -> Iterator[tuple[str, str, list[str]]]:
    for operator, pairs in block.items() if isinstance(block, dict) else ():
        for key, wanted in pairs.items() if isinstance(pairs, dict) else ():
            yield str(operator), str(key), [str(value) for value in _many(wanted)[:50]]


def _held(operator: str, key: str, wanted: list[str], known: Mapping[str, str]) -> Held:
    """Judge one condition; operators other than those on texts are not judged."""
    value = known.get(key.lower())
    plain = operator.removesuffix("IfExists")
    negated = plain.startswith(("StringNot", "ArnNot"))
    family = plain.replace("Not", "", 1)
    if value is None or family not in {
        "StringEquals",
        "StringLike",
        "ArnEquals",
        "ArnLike",
        "Bool",
    }:
        return Held.UNKNOWN
    if family == "StringEquals":
        found = value in wanted
    elif family == "Bool":
        found = value.lower() in {text.lower() for text in wanted}
    else:
        found = any(_like(text, value) for text in wanted)
    return Held.YES if found != negated else Held.NO


def _names(entry: Mapping[str, Any], principal: str) -> bool:
    """Whether a statement's Principal means the caller; NotPrincipal is taken for everybody."""
    if "NotPrincipal" in entry:
        return all(not _is(str(p), principal) for p in _principals(entry["NotPrincipal"]))
    return any(_is(str(p), principal) for p in _principals(entry.get("Principal")))


def _principals(value: object) -> list[Any]:
    return _many(value.get("AWS")) if isinstance(value, dict) else _many(value)


def _is(named: str, principal: str) -> bool:
    account, role = _account(principal), role_of(principal)
    if named in {"*", account, principal, role} or named.endswith(f":iam::{account}:root"):
        return True
    # The ARN of a role has its path in it, that of its sessions has not.
    head, _, name = named.partition(":role/")
    return bool(name) and f"{head}:role/{name.rpartition('/')[2]}" == role


def _selects(entry: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in entry:
        return not any(_like(str(a).lower(), action.lower()) for a in _many(entry["NotAction"]))
    return any(_like(str(a).lower(), action.lower()) for a in _many(entry.get("Action")))


def _deleted(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for entry in entries:
        yield from (
            str(p) for p in _principals(entry.get("Principal")) if _DELETED.fullmatch(str(p))
        )


def _like(pattern: str, value: str) -> bool:
    """IAM's wildcards are * and ?; brackets mean themselves."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _account(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 else ""  # noqa: PLR2004  the fifth part of an ARN


def _many(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
