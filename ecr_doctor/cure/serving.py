"""The cure of most causes: a helper for exactly this registry, and no bad login beside it."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from .case import ECR_DOCTOR
from .changes import KeepStore, RemoveLogins, SetHelper
from .packages import install_command
from .step import COMMAND, Step

if TYPE_CHECKING:
    from .case import Ailment, Case, HelperSeen
    from .changes import Change

PREFIX = "docker-credential-"
DOCKER_CONFIG = "DOCKER_CONFIG"


def serve(
    case: Case,
    ailment: Ailment,
    *,
    meant: str = "",
    intended: bool = False,
    bad: frozenset[str] = frozenset(),
) -> Step:
    """Name a helper that works for the registry, and remove the logins that are no good.

    Args:
        case: what there is.
        ailment: the cause to be cured.
        meant: the suffix of the helper that the user had in mind.
        intended: whether the user asked for a helper already, with a key that does not fit.
        bad: keys of stored logins that the registry has refused.

    """
    if case.registry is None:
        words = f"{case.host} is no Amazon ECR registry: log in to it with `docker login`."
        return Step(ailment, say=(words,))
    helper = choose(case, meant=meant, intended=intended)
    if helper is None:
        return Step(ailment, say=without_helper(case))
    changes: list[Change] = []
    store = case.config.config.default_store
    if store:
        changes.append(KeepStore(store))
    changes.append(SetHelper(case.host, helper.name))
    removed = bad_logins(case, bad)
    if removed:
        changes.append(RemoveLogins(case.host, removed))
    return Step(ailment, tuple(changes), say=_said(case, helper))


def _said(case: Case, helper: HelperSeen) -> tuple[str, ...]:
    first = f"docker asks {PREFIX}{helper.name} for {case.host}, and for nothing else."
    if helper.answers is False and helper.said:
        return (first, f"That helper has no token to give yet: {helper.said}")
    return (first,)


def choose(case: Case, *, meant: str = "", intended: bool = False) -> HelperSeen | None:
    """The helper to be named: one that has just given a login, else one that cannot do harm.

    A Go helper that gets no token makes docker ignore a stored login and `docker login` fail. So
    it is named only where it was meant. Ours does neither.
    """
    at_hand = [helper for helper in case.helpers if helper.runnable]
    at_hand.sort(key=lambda helper: helper.name != meant)
    answering = next((helper for helper in at_hand if helper.answers), None)
    if answering is not None:
        return answering
    if intended and at_hand:
        return at_hand[0]
    return next((helper for helper in at_hand if helper.name == ECR_DOCTOR), None)


def bad_logins(case: Case, refused: frozenset[str] = frozenset()) -> frozenset[str]:
    """Keys of this registry's stored logins that hold something and are no good."""
    return frozenset(
        entry.key
        for entry in case.entries()
        if entry.key in refused or (_holds(entry) and not case.is_good(entry))
    )


def _holds(entry: object) -> bool:
    fields = ("user", "secret", "has_auth", "identity_token", "registry_token", "plain_user")
    return any(getattr(entry, name) for name in fields)


def without_helper(case: Case) -> tuple[str, ...]:
    """What to do by hand where no helper can be named."""
    broken = next((helper for helper in case.helpers if helper.runnable), None)
    if broken is not None:
        reason = broken.said or "it gives no reason"
        return (f"{PREFIX}{broken.name} is installed, but has no token to give: {reason}",)
    elsewhere = next((helper for helper in case.helpers if helper.elsewhere), None)
    if elsewhere is not None:
        folder = elsewhere.elsewhere.rpartition("/")[0]
        return (
            f"{elsewhere.elsewhere} is installed, but not on the PATH that docker has.",
            f"{COMMAND}export PATH={shlex.quote(folder)}:$PATH",
        )
    return (
        "No helper for Amazon ECR is on docker's PATH. Install one, then call fix again:",
        COMMAND + install_command(case.system),
        *login_command(case),
    )


def set_variable_right(case: Case, ailment: Ailment) -> Step:
    """Where DOCKER_CONFIG leads to no folder: more likely a slip than a wish for a new one."""
    folder = posixpath.dirname(case.config.path)
    return Step(
        ailment,
        say=(
            f"{DOCKER_CONFIG} leads docker to {folder!r}, which is no folder.",
            "Set it right, or remove it:",
            f"{COMMAND}unset {DOCKER_CONFIG}",
            "If it is meant, make the folder, then call fix again:",
            f"{COMMAND}mkdir -p {shlex.quote(folder)}",
        ),
        unset=(DOCKER_CONFIG,),
    )


def login_command(case: Case) -> tuple[str, ...]:
    """A login by hand."""
    if case.registry is None or case.is_public:
        return ()
    password = f"aws ecr get-login-password --region {case.registry.region}"
    login = f"docker login --username AWS --password-stdin {case.host}"
    return ("Or log in by hand, which is good for 12 hours:", f"{COMMAND}{password} | {login}")
