"""Asks whether there are AWS credentials, where they come from, and what hides behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe, CredentialsProblem, SourceKind
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._judging import broken, credentials_evidence, is_needed
from ._unreached import UNREACHED_CAUSES, answered_badly, unreached

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_credentials import AwsCredentials
    from ecr_doctor.probes.aws_errors import AwsError

_CAUSES = {
    CredentialsProblem.PROFILE_MISSING: "aws-profile-missing",
    CredentialsProblem.FILE_BROKEN: "aws-config-unparsable",
    CredentialsProblem.KEYS_INCOMPLETE: "aws-env-incomplete",
    CredentialsProblem.PROFILE_INCOMPLETE: "aws-profile-incomplete",
    CredentialsProblem.SESSION_EXPIRED: "aws-session-expired",
    CredentialsProblem.MFA_NEEDED: "aws-profile-needs-mfa",
    CredentialsProblem.PROCESS_FAILS: "credential-process-fails",
    CredentialsProblem.PROCESS_HANGS: "credential-process-hangs",
    CredentialsProblem.TOKEN_FILE_UNREADABLE: "web-identity-token-unreadable",
    CredentialsProblem.ROLE_REFUSED: "assume-role-refused",
    CredentialsProblem.CONTAINER_UNREACHABLE: "container-credentials-unreachable",
    CredentialsProblem.METADATA_THROUGH_PROXY: "no-proxy-misconfigured",
    CredentialsProblem.KEYS_REFUSED: "aws-keys-invalid",
    CredentialsProblem.CLOCK: "clock-skew",
}
_ABSENT = {
    CredentialsProblem.NOTHING_CONFIGURED: "no-aws-credentials",
    CredentialsProblem.METADATA_UNREACHABLE: "imds-unreachable",
}


class Credentials(Check):
    """There are AWS credentials.

    What it looks at:
        The providers that an AWS SDK asks, in its order: variables, the profile (keys, role, SSO,
        credential_process), web identity, the container's endpoint, EC2's metadata service. The
        one that wins is named with its variable or line, and so are those that it hides. Programs
        are run and services asked with a time limit; a code for MFA is never asked for.

    Why a pull fails:
        A credential helper fetches the token with these credentials. When they cannot be had it
        tells docker "credentials not found in native keychain", docker goes on without a login,
        and the registry answers `no basic auth credentials`.

    When it cannot tell:
        Docker does not ask AWS for this registry, so that missing credentials break nothing; or
        the service that gives them (STS, SSO) fails in a way that names no cause.
    """

    id = "identity.credentials"
    title = "AWS credentials can be had"
    requires = ("reference.registry-host",)
    causes: ClassVar = tuple(
        dict.fromkeys((*_CAUSES.values(), *_ABSENT.values(), *UNREACHED_CAUSES))
    )

    def run(self, ctx: Context) -> Verdict:
        seen = ctx.observe(AwsCredentialsProbe())
        evidence = credentials_evidence(seen)
        if seen.usable:
            where = f" ({seen.winner.origin})" if seen.winner else ""
            return Verdict.passed(f"AWS credentials are at hand{where}", *evidence)
        problem = Evidence("problem", seen.detail, seen.origin)
        if seen.problem in _ABSENT:
            return self._absent(ctx, seen, problem)
        if seen.problem not in _CAUSES:
            if (verdict := _not_spoken_to(ctx, seen.error)) is not None:
                return verdict
            summary = f"whether there are AWS credentials could not be seen: {seen.detail}"
            return Verdict.inconclusive(summary, *evidence)
        summary = _summary(seen)
        found = broken(ctx, _CAUSES[seen.problem], summary, problem, *evidence, facts=_facts(seen))
        return replace(found, doubtful=seen.problem is CredentialsProblem.PROCESS_HANGS)

    def _absent(self, ctx: Context, seen: AwsCredentials, problem: Evidence) -> Verdict:
        if not is_needed(ctx):
            summary = "no AWS credentials here: what needs the AWS API could not be looked at"
            return Verdict.inconclusive(summary, problem)
        return broken(ctx, _ABSENT[seen.problem], f"no AWS credentials: {seen.detail}", problem)


def _not_spoken_to(ctx: Context, error: AwsError | None) -> Verdict | None:
    """The network's fault where the service that gives the keys is not reached; else None."""
    if error is None:
        return None
    if error.host:
        return unreached(ctx, error, error.host)
    foreign = error.kind is FailureKind.BAD_ANSWER  # which names no host
    return answered_badly(ctx, error, "the service that gives the keys") if foreign else None


def _summary(seen: AwsCredentials) -> str:
    """The problem, with the cure where it is one command."""
    winner = seen.winner
    if seen.problem is CredentialsProblem.SESSION_EXPIRED:
        return _expired(seen)
    if seen.problem is CredentialsProblem.PROCESS_HANGS:
        return f"{seen.detail}: it hangs, or is slow; {_GO_WAITS}"
    if seen.problem is CredentialsProblem.ROLE_REFUSED and winner:
        return f"{winner.plain} is refused: {seen.detail}"
    if seen.problem in _GIVES_NOTHING and winner:
        return f"{winner.root.plain} gives nothing: {seen.detail}"
    if seen.problem is CredentialsProblem.PROFILE_MISSING and seen.nearest:
        return f"{seen.detail}; meant is perhaps {seen.nearest!r}"
    return seen.detail


_GO_WAITS = "Amazon's helper waits a minute for it"
"""aws-sdk-go-v2, credentials/processcreds/provider.go, DefaultTimeout."""
_GIVES_NOTHING = frozenset(
    {CredentialsProblem.CONTAINER_UNREACHABLE, CredentialsProblem.PROCESS_FAILS}
)
_LOGINS = {SourceKind.SSO: "aws sso login", SourceKind.LOGIN: "aws login"}


def _expired(seen: AwsCredentials) -> str:
    """What is over, and the command that begins it anew where there is one."""
    root = seen.winner.root if seen.winner else None
    profile = root.profile if root and root.profile else seen.problem_profile or seen.profile
    login = _LOGINS.get(root.kind) if root else None
    if login:
        return f"the session of profile {profile!r} is over: `{login} --profile {profile}`"
    return f"{root.plain if root else 'the session'} has expired: {seen.detail}"


def _facts(seen: AwsCredentials) -> dict[str, str]:
    denial = seen.error.denial if seen.error else None
    facts = denial.facts() if denial else {}
    path, _, line = seen.origin.rpartition(":")
    return {
        **facts,
        "profile": seen.problem_profile or seen.profile,
        "nearest": seen.nearest,
        "origin": seen.origin,
        "path": path if line.isdigit() else seen.origin,
        "line": line if line.isdigit() else "",
    }
