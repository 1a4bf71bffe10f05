"""The helper that the configuration names is missing, misnamed, or does not do its work."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from ecr_doctor.cure.serving import PREFIX, serve, without_helper
from ecr_doctor.cure.step import COMMAND, Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case

_NAME_WRONG = "helper-name-wrong"


def propose(case: Case, ailment: Ailment) -> Step:
    """Name the helper that was meant, or another one that has just given a login."""
    misnamed = ailment.cause == _NAME_WRONG
    if misnamed or any(helper.answers for helper in case.helpers):
        step = serve(case, ailment, meant=ailment.fact("meant"), intended=misnamed)
        if step.changes:
            return step
    named = ailment.fact("helper") or ailment.fact("program").removeprefix(PREFIX)
    said = [f"docker-credential-{named} cannot be relied on; no other helper gave a login."]
    program = ailment.fact("program")
    if ailment.cause == "helper-not-runnable" and program.startswith("/"):
        path = shlex.quote(program)
        said += ["See what it is:", f"{COMMAND}ls -lL {path}; file -L {path}"]
    return Step(ailment, say=(*said, *without_helper(case)))


REMEDY = Remedy(
    frozenset(
        {
            _NAME_WRONG, "helper-not-on-path", "helper-not-runnable", "helper-hangs",
            "helper-protocol-broken", "helper-fails-silently", "helper-rejects-host",
            "helper-outdated", "helper-hides-aws-error", "helper-serves-expired-token",
        }
    ),
    propose,
)  # fmt: skip
