"""What is wrong with a login that docker would send to Amazon ECR."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.sdk import Context, Evidence

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import StoredLogin

USER = "AWS"
_KEY_ID = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{12,}")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cause, in words, with what was seen."""

    cause: str
    summary: str
    evidence: tuple[Evidence, ...] = ()


def judge_login(ctx: Context, login: StoredLogin, source: str) -> Fault | None:
    """The first thing that keeps ECR from taking this login; None when nothing is known of one."""
    return (
        _unusable(login, source)
        or _wrong_password(login, source)
        or _wrong_user(ctx, login, source)
        or _expired(ctx, login, source)
    )


def _unusable(login: StoredLogin, source: str) -> Fault | None:
    if login.problem:
        seen = Evidence("docker says", login.problem, source)
        return Fault("stored-login-malformed", "its `auth` value cannot be decoded", (seen,))
    if login.token_only:
        return Fault("stored-login-malformed", "it holds a token that ECR does not take")
    if login.user and not login.password_kind:
        return Fault("login-password-wrong", "it has a user and no password, so nothing is sent")
    if not login.user:
        return Fault("never-logged-in", "it has no user and password, so nothing is sent")
    return None


def _wrong_password(login: StoredLogin, source: str) -> Fault | None:
    wrong = {
        "line-break": "the stored password holds a line break",
        "cut-off-token": "the stored password is an ECR token that was cut off or changed",
        "aws-secret-key": "the stored password looks like an AWS secret access key",
    }.get(login.password_kind)
    if wrong is None and _KEY_ID.fullmatch(login.user):
        wrong = "the stored user is an AWS access key id"
    if wrong is None:
        return None
    seen = Evidence("password", wrong.removeprefix("the stored password "), source)
    return Fault("login-password-wrong", wrong, (seen,))


def _wrong_user(ctx: Context, login: StoredLogin, source: str) -> Fault | None:
    if login.user == USER or ctx.target.registry is None:
        return None
    seen = Evidence("user", login.user, source)
    return Fault("stored-login-wrong-user", f"its user is {login.user!r}, not {USER}", (seen,))


def _expired(ctx: Context, login: StoredLogin, source: str) -> Fault | None:
    if login.expires is None or login.expires > ctx.now:
        return None
    registry = ctx.target.registry
    public = registry is not None and registry.is_public
    ago = str(ctx.now - login.expires).split(".", maxsplit=1)[0]
    seen = Evidence("expired", f"{login.expires:%Y-%m-%dT%H:%M:%SZ}", source)
    cause = "public-ecr-stale-login" if public else "stored-login-expired"
    return Fault(cause, f"its token ran out {ago} ago", (seen,))
