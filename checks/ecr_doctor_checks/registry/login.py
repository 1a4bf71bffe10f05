"""Compares what the registry says to docker's credential and to one fetched from AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.registry_api import Login as Answered
from ecr_doctor.probes.registry_api import LoginProbe, Whose
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._answers import DENIAL_CAUSES, TRANSPORT_CAUSES, evidence, judge_denial, judge_service

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAD_REQUEST, _USER = 400, "AWS"
_EXPIRED = "authorization token has expired"
_SAID_TO_ALL = {"not authorized", "unauthorized", "authentication required"}


class Login(Check):
    """The registry accepts the credential that docker would send.

    What it looks at:
        GET /v2/ with docker's credential. Where it is refused, the same with a token that was
        fetched from AWS: if that one is accepted, the fault is on docker's side; if both are
        refused alike, it is the registry's.

    Why a pull fails:
        The login has expired, belongs to another region, is no ECR token, or has another user
        name than AWS; or ECR throttles, or a portal answers in its place.

    When it cannot tell:
        Docker has no credential to send, or the registry was not reached.
    """

    id = "registry.login"
    title = "The registry accepts docker's credential"
    requires = (
        "client.registry-configured",
        "client.stored-login",
        "client.creds-store",
        "client.helper-installed",
        "client.helper-answers",
        "network.registry-reachable",
        "tls.registry-certificate",
    )
    causes = (
        "stored-login-expired",
        "public-ecr-stale-login",
        "helper-outdated",
        "helper-protocol-broken",
        "login-password-wrong",
        "stored-login-wrong-user",
        "login-for-other-registry",
        *TRANSPORT_CAUSES,
        *DENIAL_CAUSES,
    )

    def run(self, ctx: Context) -> Verdict:
        credential = ctx.observe(DockerCredentialProbe())
        public = ctx.target.registry is not None and ctx.target.registry.is_public
        if not credential.found and not public:
            words = f"{credential.client} has no credential to send to this registry"
            return Verdict.inconclusive(words)
        whose = Whose.DOCKER if credential.found else Whose.NONE
        login = ctx.observe(LoginProbe(whose))
        seen = evidence(ctx, f"answer to {_what(credential)}", login.answer, "/v2/")
        if login.accepted:
            return Verdict.passed(f"{ctx.target.host} accepts {_what(credential)}", seen)
        fault = judge_service(ctx, login.answer, seen)
        if fault is not None:
            return fault
        other = ctx.try_observe(LoginProbe(Whose.FETCHED)) if credential.found else None
        lines = [seen]
        if other is not None:
            lines.append(evidence(ctx, "answer to a fresh token", other.answer, "/v2/"))
        return _refused(ctx, credential, login, other, lines)


def _what(credential: DockerCredential) -> str:
    if not credential.found:
        return "a pull without a login"
    if credential.kind in {SourceKind.HELPER, SourceKind.STORE}:
        return f"the login of docker-credential-{credential.helper}"
    return f"the login in {credential.path or credential.kind.value}"


def _refused(
    ctx: Context,
    credential: DockerCredential,
    login: Answered,
    other: Answered | None,
    seen: Sequence[Evidence],
) -> Verdict:
    denied = judge_denial(ctx, login.answer, *seen)
    if denied is not None:
        return denied
    facts = {"path": credential.path, "helper": credential.helper, "key": credential.key}
    cause, words = (
        _docker_side(ctx, credential, login) if credential.found else (None, login.answer.text)
    )
    if other is not None and not other.accepted and not other.answer.problem:
        # The registry refuses what AWS has just given out for it: the login is not to blame.
        cause, words = "ecr-service-side", "it refuses a fresh token from AWS as well"
    summary = f"{ctx.target.host} refuses {_what(credential)}: {words}"
    # Words that clients print when they send no login at all would mislead here: one was sent.
    said = login.answer.message if credential.found else ""
    symptom = "" if said.lower() in _SAID_TO_ALL else said
    return Verdict.failed(cause, summary, *seen, symptom=symptom, facts=facts)


def _docker_side(
    ctx: Context, credential: DockerCredential, login: Answered
) -> tuple[str | None, str]:
    """What is wrong with this credential, taking it that another one is accepted."""
    # `credsStore: ecr-login` keeps nothing: it fetches, as a helper for one registry does.
    by_helper = credential.kind is SourceKind.HELPER or credential.helper == "ecr-login"
    ran_out = login.expires is not None and login.expires <= ctx.now
    if _EXPIRED in login.answer.message.lower() or ran_out:
        return _expired(ctx, by_helper=by_helper), "its token has expired"
    if by_helper:
        ours = login.password_is_token
        return (None, login.answer.text) if ours else _NO_TOKEN_OF_HELPER
    public = ctx.target.registry is not None and ctx.target.registry.is_public
    if public:
        return "public-ecr-stale-login", "an old login is sent, where none is needed"
    if credential.user != _USER:
        return "stored-login-wrong-user", f"its user is {credential.user!r} and not {_USER}"
    if not login.password_is_token or login.answer.status == _BAD_REQUEST:
        return "login-password-wrong", "its password is no ECR token"
    return "login-for-other-registry", "its token is good, but not for this registry"


_NO_TOKEN_OF_HELPER = ("helper-protocol-broken", "what the helper gave is no ECR token")


def _expired(ctx: Context, *, by_helper: bool) -> str:
    if by_helper:
        return "helper-outdated"
    public = ctx.target.registry is not None and ctx.target.registry.is_public
    return "public-ecr-stale-login" if public else "stored-login-expired"
