"""The login that is stored for the registry is no good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.cure.changes import RemoveLogins, SetHelper
from ecr_doctor.cure.serving import bad_logins, login_command, serve
from ecr_doctor.cure.step import Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case

_OF_TWO = "duplicate-stored-logins"


def propose(case: Case, ailment: Ailment) -> Step:
    """Remove this registry's bad logins, and have a helper fetch good ones."""
    refused: frozenset[str] = frozenset()
    if ailment.cause != _OF_TWO:
        refused = frozenset(entry.key for entry in case.config.config.entries_for(case.host))
    bad = bad_logins(case, refused)
    only_removed = RemoveLogins(case.host, bad)
    if case.is_public and bad:
        words = "Without a login docker pulls from the public gallery anonymously."
        return Step(ailment, (only_removed,), (words,))
    step = serve(case, ailment, bad=refused)
    if any(isinstance(change, SetHelper) for change in step.changes):
        return step
    if bad and any(case.is_good(e) for e in case.entries() if e.key not in bad):
        words = "The good login stays: docker takes it until its token runs out."
        return Step(ailment, (only_removed,), (words,))
    by_hand = (line for line in login_command(case) if line not in step.say)
    return Step(ailment, say=(*step.say, *by_hand))


REMEDY = Remedy(
    frozenset(
        {
            "stored-login-expired", "stored-login-malformed", "stored-login-wrong-user",
            "login-password-wrong", "login-for-other-registry", "public-ecr-stale-login", _OF_TWO,
        }
    ),
    propose,
)  # fmt: skip
