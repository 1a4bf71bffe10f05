"""What an answer of the registry means, whatever was asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.denial import parse_denial
from ecr_doctor.probes.credential import DockerCredentialProbe
from ecr_doctor.probes.docker_cli import DockerCliProbe
from ecr_doctor.probes.http import HttpProblem
from ecr_doctor.probes.registry_api import Whose
from ecr_doctor.probes.side import Side
from ecr_doctor.sdk import Context, Evidence, Verdict
from ecr_doctor_checks.network import _proxy_login
from ecr_doctor_checks.network._doer import doer

if TYPE_CHECKING:
    from ecr_doctor.probes.registry_api import RegistryAnswer

TRANSPORT_CAUSES = (
    "network-timeout",
    "connection-reset",
    "captive-portal",
    "proxy-authentication-required",
    "ecr-api-throttled",
    "public-ecr-rate-limit",
    "ecr-service-side",
)
DENIAL_CAUSES = (
    "iam-missing-get-authorization-token",
    "iam-missing-batch-get-image",
    "iam-missing-get-download-url",
    "iam-explicit-deny",
    "scp-deny",
    "rcp-deny",
    "permissions-boundary-deny",
    "session-policy-deny",
    "vpc-endpoint-policy-deny",
    "repo-policy-explicit-deny",
    "repo-policy-missing-cross-account",
    "identity-policy-missing-cross-account",
    "cross-account-denial-unexplained",
    "pull-through-missing-create-repository",
    "pull-through-missing-batch-import",
    "public-ecr-missing-bearer-token",
    "aws-key-quarantined",
)
_TOO_MANY, _SERVER_SIDE = 429, 500
_NO_ANSWER = {
    HttpProblem.SILENT: ("network-timeout", "accepts the connection and does not answer"),
    HttpProblem.STALLED: ("network-timeout", "begins an answer and does not end it"),
    HttpProblem.ENDED: ("connection-reset", "ends the connection before it answers"),
    HttpProblem.NOT_HTTP: ("captive-portal", "does not answer in HTTP"),
}


def judge_service(ctx: Context, answer: RegistryAnswer, *seen: Evidence) -> Verdict | None:
    """The verdict where the answer says nothing of this image or login; None where it does."""
    host = ctx.target.host
    if answer.problem:
        return _no_answer(host, answer.problem, *seen)
    if answer.status == _TOO_MANY or answer.code == "TOOMANYREQUESTS":
        public = ctx.target.registry is not None and ctx.target.registry.is_public
        cause = "public-ecr-rate-limit" if public else "ecr-api-throttled"
        return Verdict.failed(cause, f"{host} answers that it is asked too often (429)", *seen)
    if answer.status == _proxy_login.STATUS:
        facts = doer(ctx, Side.ENGINE).facts
        return Verdict.failed(_proxy_login.CAUSE, _proxy_login.wanted_for(host), *seen, facts=facts)
    if answer.status >= _SERVER_SIDE and not answer.is_foreign:
        words = f"{host} answers with an error of its own ({answer.status})"
        return Verdict.failed("ecr-service-side", words, *seen)
    if answer.is_foreign:
        words = f"a page that is not the registry's answers in the place of {host}"
        return Verdict.failed("captive-portal", words, *seen, symptom=answer.text)
    return None


def _no_answer(host: str, problem: HttpProblem, *seen: Evidence) -> Verdict:
    if problem is HttpProblem.NOT_CONNECTED:
        return Verdict.inconclusive(f"{host} was not reached", *seen)
    if problem is HttpProblem.SLOW:
        return Verdict.inconclusive(f"{host} answers too slowly to be waited for", *seen)
    cause, words = _NO_ANSWER[problem]
    return Verdict.failed(cause, f"{host} {words}", *seen)


def as_docker_asks(ctx: Context, whose: Whose) -> bool:
    """Whether docker's own request was made: with its credential, or with none if it has none.

    A registry that lets in those without a login may still refuse the one that docker sends. What
    a snap of docker sends is not seen from here: it has a home of its own.
    """
    if by_snap(ctx):
        return False
    if whose is not Whose.NONE:
        return whose is Whose.DOCKER
    credential = ctx.try_observe(DockerCredentialProbe())
    return credential is None or not (credential.found or credential.hangs)


def by_snap(ctx: Context) -> bool:
    """Whether the docker command is a snap, which reads another configuration than was read."""
    docker = ctx.try_observe(DockerCliProbe()) if ctx.settings.client == "docker" else None
    return docker is not None and docker.snap


def judge_denial(ctx: Context, answer: RegistryAnswer, *seen: Evidence) -> Verdict | None:
    """The verdict where AWS names what is not allowed; None where the text does not."""
    denial = parse_denial(answer.message)
    if denial is None:
        return None
    whom = denial.principal or "the caller"
    words = f"{whom} may not {denial.action}"
    cause = denial.cause(ctx.target.account)
    return Verdict.failed(cause, words, *seen, symptom=answer.message, facts=denial.facts())


def evidence(ctx: Context, what: str, answer: RegistryAnswer, path: str) -> Evidence:
    """The answer as a line of a report."""
    return Evidence(
        what, answer.text or answer.problem.value, f"GET https://{ctx.target.host}{path}"
    )
