"""Something else than a file lies where docker looks for config.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.cure.serving import serve
from ecr_doctor.cure.step import Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case


def propose(case: Case, ailment: Ailment) -> Step:
    """Put a file there, if nothing is lost by it: a link to nothing or an empty folder."""
    seen = case.config
    if seen.state == "directory" and not seen.empty_folder:
        words = f"{seen.path} is no file, but not an empty folder either: please look, and move it."
        return Step(ailment, say=(words,))
    step = serve(case, ailment, intended=True)
    if seen.state == "directory":
        words = "The empty folder goes; stop containers that have it mounted first."
    elif seen.target_folder:
        words = f"The link stays, the file that it names is made: {seen.link}"
    else:
        words = f"The link to {seen.link}, which leads nowhere, gives way to a file."
    return Step(ailment, step.changes, (words, *step.say) if step.changes else step.say)


REMEDY = Remedy(frozenset({"config-is-not-a-file"}), propose)
