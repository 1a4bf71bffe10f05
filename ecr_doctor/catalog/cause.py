"""One entry of the catalog: why a pull fails, how that shows, and what cures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecr_doctor.model import Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """A text that speaks for a cause.

    `pattern` is a regular expression over one-line text (see `catalog.text`), matched without
    regard to case. Its named groups become facts for the fixes. It is tried only on a text that
    holds one of the `needles`, plain lower-case words: that is what makes a large catalog quick.
    """

    pattern: str
    needles: tuple[str, ...]
    weight: int
    """1 to 100: 90 and more names the cause beyond doubt, under 30 is a mere hint."""
    when: tuple[str, ...] = ()
    """Clues of which at least one must be in the text (see `catalog.clues`)."""
    unless: tuple[str, ...] = ()
    """Clues of which none may be in the text."""
    example: str = ""
    """The words as a user sees them, for the page."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """A cause that looks alike, and what tells the two apart."""

    cause: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a pull fails."""

    id: str
    title: str
    layer: str
    explanation: str
    """What happened, and why the message misleads. Paragraphs are parted by blank lines."""
    symptoms: tuple[Symptom, ...] = ()
    confirm: tuple[str, ...] = ()
    """Ids of checks, or commands to run by hand where there is no check."""
    confused_with: tuple[Confusion, ...] = ()
    fixes: tuple[Fix, ...] = ()
    references: tuple[str, ...] = ()
    prior: int = 0
    """0 to 10: how often it is met behind a text that many causes share."""
    groups: tuple[str, ...] = ()
    """The symptoms of the FAQ that may come from it: keys of `catalog.symptoms.GROUPS`."""
    ecr_only: bool = True
    """False for what breaks pulls from any registry: a full disk, an untrusted certificate."""
    question: str = ""
    """What to ask the person, or to try, to know whether it is this one."""
    not_visible: str = ""
    """Why no check can see it from the host or by the API; where none names it."""
