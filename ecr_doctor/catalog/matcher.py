"""From a text to ranked causes.

Every symptom found gives its cause a weight. The best symptom of a cause decides, others add a
little, how often the cause is met breaks ties. Texts that many causes share (`symptoms.GROUPS`)
give all of them a low weight, so that whatever says more, anywhere in the text, goes first: that
is what tells a cause from its consequences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.redact import clean_shapes

from .clues import find_clues
from .elsewhere import elsewhere
from .facts import find_facts, real_region
from .filling import fill_text
from .hints import hint
from .reading import Match, Reading
from .speaker import speaker
from .symptoms import GROUPS
from .text import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.model import Target
    from ecr_doctor.model.denial import Denial

    from .text import Prepared

SURE: Final = 75
"""From this score on the text itself speaks for the cause, below it is one among many."""
_FLOOR: Final = 18
"""A lower score is no answer."""
_SHARED: Final = 20
_MARGIN: Final = 8
_BONUS: Final = 4.0
"""The most that further symptoms add to the best one."""
_MOST: Final = 12
_LONGEST_LINE: Final = 400
"""Characters of a line that are quoted."""
_LINE_END: Final = 260
"""Of these, at its end: programs that pass an error on put their own words in front."""
_QUESTIONS: Final = 3


@dataclass(slots=True)
class _Hits:
    """What speaks for one cause."""

    best: float = 0
    others: float = 0
    position: int = -1
    parts: dict[str, str] = field(default_factory=dict)

    def add(self, weight: float, position: int, parts: Mapping[str, str]) -> None:
        if weight > self.best:
            self.others += self.best
            self.best, self.position = weight, position
            self.parts = {**self.parts, **parts}
        else:
            self.others += weight
            self.parts = {**parts, **self.parts}


class Matcher:
    """Holds the symptoms of a catalog, by the words they cannot do without."""

    def __init__(self, entries: Mapping[str, dict[str, Any]]) -> None:
        """Sort the symptoms; nothing is compiled yet."""
        self._entries = entries
        self._by_needle: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for cause, entry in entries.items():
            for symptom in entry.get("symptoms", ()):
                for needle in symptom["needles"]:
                    self._by_needle.setdefault(needle, []).append((cause, symptom))

    def read(self, text: str, target: Target | None = None) -> Reading:
        """All that a text says."""
        paste = prepare(text)
        clues = find_clues(paste.flat)
        other = elsewhere(paste.flat) if target is None or target.registry is None else ""
        hits = self._symptoms(paste, clues)
        shown = shared(paste.flat)
        self._denial(paste, target, clues, hits)
        if not other:  # another registry has causes of its own for the same words
            self._shared(shown, hits)
        facts = find_facts(paste.cased, target) | speaker(paste.flat, clues)
        matches = self._rank(hits, paste, facts, other)
        decided = _decided(matches)
        score = matches[0].score if matches else 0.0
        return Reading(
            matches=matches,
            symptoms=tuple(shown),
            clues=clues,
            facts=facts,
            elsewhere=other,
            decided=decided,
            hint="" if other else hint(paste.flat, score, decided=decided),
            questions=self._questions(matches),
            shortened=paste.shortened,
        )

    def _symptoms(self, paste: Prepared, clues: frozenset[str]) -> dict[str, _Hits]:
        hits: dict[str, _Hits] = {}
        tried: set[int] = set()
        for needle, symptoms in self._by_needle.items():
            if needle not in paste.flat:
                continue
            for cause, symptom in symptoms:
                if id(symptom) in tried or not _fits(symptom, clues):
                    continue
                tried.add(id(symptom))
                found = re.search(symptom["pattern"], paste.flat)
                if found:
                    parts = {
                        name: paste.cased[slice(*found.span(name))] for name in found.groupdict()
                    }
                    hits.setdefault(cause, _Hits()).add(symptom["weight"], found.start(), parts)
        return hits

    def _denial(
        self,
        paste: Prepared,
        target: Target | None,
        clues: frozenset[str],
        hits: dict[str, _Hits],
    ) -> None:
        """AWS's own wording tells action, caller and kind of policy: it is read apart."""
        at = paste.flat.find("authorized to perform")
        if at < 0:
            return
        from ecr_doctor.model.denial import PolicyKind, parse_denial  # noqa: PLC0415  for a few

        denial = parse_denial(paste.cased)
        if denial is None:
            return
        cause = denial.cause(target.account if target else "")
        if cause == "s3-layer-policy-deny" and "starport" not in denial.resource:
            return
        named = _named_by(denial, cause)
        if "aws-registry" in clues and denial.policy_kind is PolicyKind.UNKNOWN and named:
            named["foreign-registry-private"] = 92
        for name, weight in named.items():
            if name in self._entries:
                hits.setdefault(name, _Hits()).add(weight, at, denial.facts())

    def _shared(self, shown: dict[str, int], hits: dict[str, _Hits]) -> None:
        for cause, entry in self._entries.items():
            for group in entry.get("groups", ()):
                if group in shown:
                    weight = _SHARED + 1.5 * entry.get("prior", 0)
                    hits.setdefault(cause, _Hits()).add(weight, shown[group], {})

    def _rank(
        self, hits: dict[str, _Hits], paste: Prepared, facts: Mapping[str, str], other: str
    ) -> tuple[Match, ...]:
        scored = []
        for cause, hit in hits.items():
            entry = self._entries[cause]
            if other and entry.get("ecr_only", True):
                continue
            score = hit.best + min(_BONUS, 0.03 * hit.others) + 0.2 * entry.get("prior", 0)
            if score >= _FLOOR:
                scored.append((-score, hit.position, cause))
        scored.sort()
        return tuple(
            _match(cause, min(100.0, -negative), hits[cause], paste, facts)
            for negative, _, cause in scored[:_MOST]
        )

    def _questions(self, matches: tuple[Match, ...]) -> tuple[tuple[str, str], ...]:
        if _decided(matches):
            return ()
        asked = (
            (m.cause, fill_text(self._entries[m.cause].get("question", ""), m.parts))
            for m in matches
        )
        return tuple((cause, question) for cause, question in asked if question)[:_QUESTIONS]


def shared(flat: str) -> dict[str, int]:
    """The symptoms of many causes that a text shows, and where."""
    shown = {}
    for name, texts in GROUPS.items():
        places = [place for text in texts if (place := flat.find(text)) >= 0]
        if places:
            shown[name] = min(places)
    return shown


def _fits(symptom: Mapping[str, Any], clues: frozenset[str]) -> bool:
    when, unless = symptom.get("when", ()), symptom.get("unless", ())
    return (not when or any(c in clues for c in when)) and not any(c in clues for c in unless)


def _named_by(denial: Denial, cause: str | None) -> dict[str, float]:
    """The causes that a denial speaks for."""
    known = denial.policy_kind != "unknown"
    service = denial.action.partition(":")[0]
    if service not in ("ecr", "ecr-public", "sts", "s3"):
        return {}
    if cause is None and denial.explicit:  # the kind of policy was cut off
        return {"iam-explicit-deny": 84, "scp-deny": 74, "repo-policy-explicit-deny": 72}
    if cause is None:  # a push, or a listing: the same policies decide, under other names
        return {"iam-missing-batch-get-image": 62, "grant-on-other-role": 58}
    named = {cause: 96.0 if known else 84.0}
    if cause == "cross-account-denial-unexplained":
        named |= {
            "repo-policy-missing-cross-account": 70,
            "identity-policy-missing-cross-account": 66,
        }
    elif not denial.explicit:
        named["grant-on-other-role"] = 40
    return named


def _decided(matches: tuple[Match, ...]) -> bool:
    if not matches or matches[0].score < SURE:
        return False
    return len(matches) == 1 or matches[0].score - matches[1].score >= _MARGIN


def _match(
    cause: str, score: float, hits: _Hits, paste: Prepared, facts: Mapping[str, str]
) -> Match:
    number = paste.line_at(hits.position) if hits.position >= 0 else -1
    line = clean_shapes(paste.lines[number].strip()) if number >= 0 and paste.lines else ""
    return Match(
        cause=cause,
        score=round(score, 1),
        line=_quote(line),
        line_number=number + 1,
        parts={**facts, **real_region(hits.parts)},
    )


def _quote(line: str) -> str:
    """The line, a long one without its middle."""
    if len(line) <= _LONGEST_LINE:
        return line
    start, end = line[: _LONGEST_LINE - _LINE_END].rstrip(), line[-_LINE_END:].lstrip()
    return f"{start} ... [{len(line) - len(start) - len(end):,} characters] ... {end}"
