"""The answer to "what does this error mean": a reading, as diagnoses with their cures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ecr_doctor.model import Confidence, Diagnosis, Evidence, Severity
from ecr_doctor.model.settings import CLIENTS

from .filling import fitting, placeholder
from .page import cause_url

if TYPE_CHECKING:
    from ecr_doctor.model import Target

    from .collection import Catalog
    from .reading import Match, Reading

_TOLD: Final = (
    "action", "resource", "principal", "policy_kind", "policy", "host", "region", "account",
    "repository", "selector", "helper", "path", "profile", "platform", "address", "digest",
)  # fmt: skip
"""Named parts that are worth showing, in this order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text says, ready to be shown."""

    reading: Reading
    diagnoses: tuple[Diagnosis, ...]
    """Best first. Only a text speaks for them, so that each is merely possible."""
    next_command: str
    """What to run on the machine where the pull failed; it decides what a text cannot."""


def answer(text: str, catalog: Catalog, target: Target | None = None) -> Answer:
    """Explain a text.

    Secrets that the text holds are still in the answer's texts: whoever shows them cleans them.
    """
    reading = catalog.read(text, target=target)
    diagnoses = tuple(_diagnosis(match, catalog) for match in reading.matches)
    return Answer(reading, diagnoses, _next(reading))


def _diagnosis(match: Match, catalog: Catalog) -> Diagnosis:
    cause = catalog[match.cause]
    source = f"line {match.line_number} of the text" if match.line_number else "the text"
    return Diagnosis(
        cause=cause.id,
        title=cause.title,
        severity=Severity.FAIL,
        confidence=Confidence.POSSIBLE,
        explanation=cause.explanation,
        because=(match.line,) if match.line else (),
        evidence=tuple(
            Evidence(name, match.parts[name], source) for name in _TOLD if match.parts.get(name)
        ),
        fixes=fitting(cause.fixes, match.parts),
        url=cause_url(cause.id),
    )


def _next(reading: Reading) -> str:
    if reading.elsewhere:
        return ""
    facts = reading.facts
    image, client = facts.get("image") or placeholder("image", facts), facts.get("client")
    whose = f" --client {client}" if client in CLIENTS else ""
    return f"ecr-doctor run {image}{whose} --error -"
