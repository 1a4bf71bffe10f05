"""What a text says: the causes it speaks for, and how far it can be trusted to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A cause that a text speaks for."""

    cause: str
    score: float
    """0 to 100; 90 and more: the text names this cause, under 40: one of many that print it."""
    line: str = ""
    """The line of the text that speaks for it; what looks like a secret is masked."""
    line_number: int = 0
    """Counted from 1; 0 where no single line speaks for it."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Named parts of the text: facts for the fixes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that a text says."""

    matches: tuple[Match, ...] = ()
    """Best first."""
    symptoms: tuple[str, ...] = ()
    """Symptoms of many causes that the text shows: keys of `catalog.symptoms.GROUPS`."""
    clues: frozenset[str] = frozenset()
    """Tools, places and kinds of host that the text names (`catalog.clues`)."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What can be read from the text whatever the cause: host, region, account, image."""
    elsewhere: str = ""
    """Name of the other registry or service that the text is about; empty where it may be ECR."""
    decided: bool = False
    """Whether the text alone names the first match as the cause."""
    questions: tuple[tuple[str, str], ...] = ()
    """Cause and the question that tells it from the others; where `decided` is False."""
    hint: str = ""
    """What to look at besides the causes: where the text is only the end of the story."""
    shortened: bool = False
    """Whether the text was too long to be read whole."""
