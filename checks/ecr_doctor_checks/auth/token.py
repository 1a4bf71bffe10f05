"""Asks whether AWS gives this caller a token for the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.probes.api_endpoint import ApiEndpointProbe
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.ecr_token import EcrTokenProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict
from ecr_doctor_checks.identity._judging import (
    REFUSAL_CAUSES,
    broken,
    error_evidence,
    refused_keys,
)
from ecr_doctor_checks.identity._unreached import UNREACHED_CAUSES, unreached

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_errors import AwsError

DENIAL_CAUSES = (
    "iam-missing-get-authorization-token",
    "iam-explicit-deny",
    "aws-key-quarantined",
    "scp-deny",
    "rcp-deny",
    "permissions-boundary-deny",
    "session-policy-deny",
    "vpc-endpoint-policy-deny",
    "public-ecr-missing-bearer-token",
    "repo-policy-missing-cross-account",
    "repo-policy-explicit-deny",
)


class Token(Check):
    """AWS gives the caller a token for this registry.

    What it looks at:
        GetAuthorizationToken, called by this program with the AWS credentials in force, as a
        credential helper would call it. The token is not shown and not kept.

    Why a pull fails:
        Without `ecr:GetAuthorizationToken` on `*`, or under a policy that denies it, there is no
        token: the helper hides the reason and docker sends nothing.

    When it cannot tell:
        There are no AWS credentials, or the API cannot be reached: other checks say why.
    """

    id = "auth.token"
    title = "AWS gives a token"
    requires = ("identity.caller", "network.api-reachable", "tls.api-certificate")
    causes: ClassVar = tuple(
        dict.fromkeys(
            (
                *DENIAL_CAUSES,
                *REFUSAL_CAUSES,
                *UNREACHED_CAUSES,
                "ecr-api-throttled",
                "ecr-service-side",
            )
        )
    )

    rules_out = ("iam-missing-get-authorization-token",)

    def run(self, ctx: Context) -> Verdict:
        seen = ctx.observe(EcrTokenProbe())
        if seen.token is not None:
            expires = Evidence(
                "expires", f"{seen.token.expires:%FT%TZ}", "ECR GetAuthorizationToken"
            )
            return Verdict.passed("AWS gave a token", expires)
        if seen.error is None:
            return Verdict.inconclusive("no token, and no reason for it")
        return judge(ctx, seen.error)


def judge(ctx: Context, error: AwsError) -> Verdict:
    """What the failure of the call means."""
    if error.refuses_keys or error.kind is FailureKind.CLOCK_SKEW:
        return refused_keys(ctx, error)
    words = error_evidence(error)
    match error.kind:
        case FailureKind.DENIED:
            return denied(ctx, error, "iam-missing-get-authorization-token")
        case FailureKind.THROTTLED:
            return broken(ctx, "ecr-api-throttled", "AWS throttles the calls for tokens", words)
        case FailureKind.SERVER_ERROR:
            return broken(ctx, "ecr-service-side", "Amazon ECR itself fails", words)
        case _:
            return _on_the_way(ctx, error) or Verdict.inconclusive(
                f"no token could be asked for: {error.message}", words
            )


def _on_the_way(ctx: Context, error: AwsError) -> Verdict | None:
    """The network's fault, where the call broke of one; None where it did not."""
    if not error.unreachable:
        return None
    endpoint = ctx.try_observe(ApiEndpointProbe())
    host = error.host or (endpoint.host if endpoint else "")
    return unreached(ctx, error, host) if host else None


def denied(ctx: Context, error: AwsError, unexplained: str | None) -> Verdict:
    """A refusal by policy; `unexplained` is the cause where AWS gives no details."""
    denial = error.denial
    if denial is None:
        return broken(ctx, unexplained, f"AWS denies the call: {error.text}", error_evidence(error))
    source = error.operation
    seen = [Evidence("answer", error.message, source), Evidence("action", denial.action, source)]
    for what, value in (("caller", denial.principal), ("resource", denial.resource),
                        ("kind of policy", denial.policy_kind.value)):  # fmt: skip
        if value:
            seen.append(Evidence(what, value, source))
    summary = f"{denial.principal or 'the caller'} may not {denial.action}"
    return broken(ctx, denial.cause(ctx.target.account), summary, *seen, facts=denial.facts())
