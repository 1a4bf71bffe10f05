"""The catalog in memory. Causes are built when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ecr_doctor.model import Fix

from .cause import Cause, Confusion, Symptom
from .filling import fill
from .symptoms import GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecr_doctor.model import Target

    from .matcher import Matcher
    from .reading import Match, Reading


class Catalog(Mapping[str, Cause]):
    """All known causes by id, and the way from a text to them."""

    def __init__(self, entries: Mapping[str, dict[str, Any]]) -> None:
        """Take the plain entries that the loader read; they are trusted to keep the rules."""
        self._entries = dict(sorted(entries.items()))
        self._built: dict[str, Cause] = {}

    def __getitem__(self, cause_id: str) -> Cause:
        if cause_id not in self._built:
            self._built[cause_id] = build(self._entries[cause_id])
        return self._built[cause_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, cause_id: object) -> bool:
        return cause_id in self._entries

    @cached_property
    def _matcher(self) -> Matcher:
        from .matcher import Matcher  # noqa: PLC0415  a listing needs no matcher

        return Matcher(self._entries)

    def read(self, text: str, *, target: Target | None = None) -> Reading:
        """All that a text says; `target` is the image it is about, where that is known."""
        return self._matcher.read(text, target)

    def match(self, text: str, *, target: Target | None = None) -> tuple[Match, ...]:
        """The causes that a text speaks for, best first."""
        return self.read(text, target=target).matches

    def symptoms_of(self, text: str) -> dict[str, tuple[str, ...]]:
        """The symptoms of many causes that a text shows, each with all of its causes."""
        return {name: self.causes_of(name) for name in self.read(text).symptoms}

    def causes_of(self, symptom: str) -> tuple[str, ...]:
        """All causes of one of the shared symptoms (`symptoms.GROUPS`), likely ones first."""
        members = [e for e in self._entries.values() if symptom in e.get("groups", ())]
        members.sort(key=lambda entry: (-entry.get("prior", 0), entry["id"]))
        return tuple(entry["id"] for entry in members)

    @property
    def symptoms(self) -> tuple[str, ...]:
        """The names of the shared symptoms."""
        return tuple(GROUPS)

    @staticmethod
    def fill(fix: Fix, facts: Mapping[str, str]) -> Fix:
        """The fix with its templates filled; what is not known becomes a readable placeholder."""
        return fill(fix, facts)


def build(entry: Mapping[str, Any]) -> Cause:
    """The cause of a plain entry."""
    return Cause(
        id=entry["id"],
        title=entry["title"],
        layer=entry["layer"],
        explanation=entry["explanation"].strip(),
        symptoms=tuple(_symptom(s) for s in entry.get("symptoms", ())),
        confirm=tuple(entry.get("confirm", ())),
        confused_with=tuple(
            Confusion(c["cause"], c["difference"]) for c in entry.get("confused_with", ())
        ),
        fixes=tuple(_fix(f) for f in entry["fixes"]),
        references=tuple(entry.get("references", ())),
        prior=entry.get("prior", 0),
        groups=tuple(entry.get("groups", ())),
        ecr_only=entry.get("ecr_only", True),
        question=entry.get("question", ""),
        not_visible=entry.get("not_visible", ""),
    )


def _symptom(entry: Mapping[str, Any]) -> Symptom:
    return Symptom(
        pattern=entry["pattern"],
        needles=tuple(entry["needles"]),
        weight=entry["weight"],
        when=tuple(entry.get("when", ())),
        unless=tuple(entry.get("unless", ())),
        example=entry["text"],
    )


def _fix(entry: Mapping[str, Any]) -> Fix:
    return Fix(
        title=entry["title"],
        steps=tuple(entry.get("steps", ())),
        command=entry.get("command", "").strip(),
        safe=entry.get("safe", False),
        needs=tuple(entry.get("needs", ())),
        sides=tuple(entry.get("sides", ())),
        policy=entry.get("policy", "").strip(),
    )
