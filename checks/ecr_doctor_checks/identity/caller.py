"""Asks AWS whom it takes us for."""

from __future__ import annotations

from typing import ClassVar

from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentityProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._judging import REFUSAL_CAUSES, credentials_evidence, error_evidence, refused_keys


class Caller(Check):
    """AWS accepts the credentials and says whose they are.

    What it looks at:
        STS GetCallerIdentity in the registry's region, which needs no permission. An account
        other than the registry's is a fact and no fault: pulls across accounts are legal.

    Why a pull fails:
        AWS refuses keys that are deleted, inactive, mistyped, or of a session that is over, so
        the helper gets no token. Often old AWS_* variables hide a profile that is good.

    When it cannot tell:
        STS cannot be reached. A pull does not need it, so that is no failure.
    """

    id = "identity.caller"
    title = "AWS accepts the credentials"
    requires = (
        "identity.endpoint-override",
        "identity.credentials",
        "identity.clock",
        "tls.ca-bundle",
    )
    causes: ClassVar = REFUSAL_CAUSES

    def run(self, ctx: Context) -> Verdict:
        identity = ctx.observe(AwsIdentityProbe())
        error = identity.error
        if error is None:
            return Verdict.passed(
                f"the caller is {identity.arn}", *_evidence(ctx, identity.arn, identity.account)
            )
        if error.refuses_keys or error.kind is FailureKind.CLOCK_SKEW:
            return refused_keys(ctx, error)
        return Verdict.inconclusive(
            f"STS did not say who the caller is: {error.message}", error_evidence(error)
        )


def _evidence(ctx: Context, arn: str, account: str) -> tuple[Evidence, ...]:
    source = "STS GetCallerIdentity"
    found = [Evidence("caller", arn, source), Evidence("account", account, source)]
    owner = ctx.target.account
    if owner and owner != account:
        found.append(Evidence("registry's account", f"{owner}, another one", ctx.target.host))
    credentials = ctx.try_observe(AwsCredentialsProbe())
    return (*found, *(credentials_evidence(credentials) if credentials else ()))
