"""Docker reads another configuration than the one that was made for the registry."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from ecr_doctor.cure.serving import serve
from ecr_doctor.cure.step import COMMAND, Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case


_SET_UP = "ecr-doctor fix --registry"


def propose(case: Case, ailment: Ailment) -> Step:
    """Under sudo say how to keep the home; else let the file that docker reads serve, too."""
    if case.sudo_user:
        home = case.env.get("HOME", "")
        words = f"sudo gives docker another home ({home}). Pull as yourself, or keep your home:"
        keep = f"{COMMAND}sudo --preserve-env=HOME docker pull IMAGE"
        other = "Or set docker up for that home, if AWS credentials are there too:"
        return Step(ailment, say=(words, keep, other, f"{COMMAND}sudo {_SET_UP} {case.host}"))
    step = serve(case, ailment)
    if step.changes:
        return step
    if case.config.reason == "DOCKER_CONFIG":
        words = "DOCKER_CONFIG leads docker away from the configuration with the login:"
        line = f"{COMMAND}unset DOCKER_CONFIG"
        return Step(ailment, say=(words, line), unset=("DOCKER_CONFIG",))
    other = shlex.quote(posixpath.dirname(ailment.fact("other")))
    words = "Let docker read the configuration with the login:"
    return Step(ailment, say=(words, f"{COMMAND}export DOCKER_CONFIG={other}"))


REMEDY = Remedy(frozenset({"config-wrong-home-or-user"}), propose)
