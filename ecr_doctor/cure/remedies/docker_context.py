"""Docker talks to an engine that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.cure.changes import DropContext
from ecr_doctor.cure.step import COMMAND, Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case


def propose(case: Case, ailment: Ailment) -> Step:
    """Leave a context that does not exist; one that exists and is dead is for the user to leave."""
    source, endpoint = ailment.fact("source"), ailment.fact("endpoint")
    if source in {"DOCKER_HOST", "DOCKER_CONTEXT"}:
        words = f"{source} names an engine that does not answer; only your shell can change that:"
        return Step(ailment, say=(words, f"{COMMAND}unset {source}"), unset=(source,))
    if not case.config.config.extra:
        return Step(ailment)
    if endpoint:
        words = f"No engine answers at {endpoint}, where the current context points."
        return Step(ailment, say=(words, f"{COMMAND}docker context use default"))
    words = f"The context {case.config.config.extra!r} does not exist; docker's default one does."
    return Step(ailment, (DropContext(),), (words,))


REMEDY = Remedy(frozenset({"docker-host-wrong"}), propose)
