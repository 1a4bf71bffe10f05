"""What the checks of AWS's side judge alike: how grave a fault is, and why keys are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.partition import partition_of
from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe, SourceKind
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentityProbe
from ecr_doctor.probes.aws_need import AwsNeedProbe
from ecr_doctor.sdk import Evidence, Verdict
from ecr_doctor_checks.network._doer import HELPER

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_credentials import AwsCredentials
    from ecr_doctor.probes.aws_errors import AwsError
    from ecr_doctor.sdk import Context

REFUSAL_CAUSES = (
    "aws-env-shadows-profile",
    "aws-keys-invalid",
    "aws-session-expired",
    "clock-skew",
    "partition-mismatch",
)
_HOME_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""One region of each partition that every account of it has."""
_ALWAYS_ENABLED = frozenset(
    {
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
        "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
        "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
        "ap-southeast-1", "ap-southeast-2",
    }
)  # fmt: skip
"""Regions that no account has to enable first (AWS account management guide, "Regions")."""


def is_needed(ctx: Context) -> bool:
    """Whether this pull depends on AWS credentials: docker asks a helper that asks AWS."""
    need = ctx.try_observe(AwsNeedProbe())
    return need is not None and need.needed


def broken(
    ctx: Context,
    cause: str | None,
    summary: str,
    *evidence: Evidence,
    facts: dict[str, str] | None = None,
) -> Verdict:
    """A failure where the pull depends on AWS; else a warning: the next login will fail of it.

    A mere note where no login is ever fetched for this registry.
    """
    need = ctx.try_observe(AwsNeedProbe())
    facts = {name: value for name, value in (facts or {}).items() if value} | HELPER.facts
    if need is not None and need.needed:
        facts.setdefault("helper", need.helper)
        return Verdict.failed(cause, summary, *evidence, symptom=summary, facts=facts)
    if need is not None and need.unused:
        return Verdict.not_applicable(f"{summary}; this pull sends no login", *evidence)
    if need is not None:
        evidence = (*evidence, Evidence("why this pull does not depend on it", need.why))
    return Verdict.warned(cause, summary, *evidence, facts=facts)


def error_evidence(error: AwsError) -> Evidence:
    """AWS's own words."""
    return Evidence("answer", error.text, error.operation)


def credentials_evidence(credentials: AwsCredentials) -> tuple[Evidence, ...]:
    """Which provider won, with which key, and what it hides; else the profile that was named."""
    winner = credentials.winner
    if winner is None:
        origin = credentials.profile_origin
        return (Evidence("profile", credentials.profile, origin),) if origin else ()
    key = credentials.key_id or winner.key_id
    found = [Evidence("credentials from", winner.plain, winner.origin)]
    if key:
        found.append(Evidence("access key", key, winner.origin))
    if winner.profile:
        origin = credentials.profile_origin or winner.origin
        found.append(Evidence("profile", winner.profile, origin))
    found += [Evidence("not used", rival.plain, rival.origin) for rival in credentials.rivals]
    return tuple(found)


def refused_keys(ctx: Context, error: AwsError) -> Verdict:
    """Why AWS does not accept the keys as such: its clock, their age, their place."""
    credentials = ctx.try_observe(AwsCredentialsProbe())
    seen = (error_evidence(error), *(credentials_evidence(credentials) if credentials else ()))
    if error.kind is FailureKind.CLOCK_SKEW:
        return broken(ctx, "clock-skew", "AWS refuses the signature for its time", *seen)
    winner = credentials.winner if credentials else None
    facts = {
        "profile": winner.profile or (credentials.profile if credentials else "") if winner else "",
        "origin": winner.origin if winner else "",
        "key_id": credentials.key_id if credentials else "",
    }
    if credentials and winner and winner.kind is SourceKind.ENV and credentials.rivals:
        rival = credentials.rivals[0]
        summary = f"the keys in AWS_* variables are refused, and they hide {rival.plain}"
        facts["profile"] = rival.profile or "default"
        return broken(ctx, "aws-env-shadows-profile", summary, *seen, facts=facts)
    if error.kind is FailureKind.SESSION_EXPIRED:
        summary = "the session of the AWS credentials has expired"
        return broken(ctx, "aws-session-expired", summary, *seen, facts=facts)
    return _elsewhere(ctx, seen) or broken(
        ctx,
        "aws-keys-invalid",
        _invalid(error, winner.origin if winner else ""),
        *seen,
        facts=facts,
    )


def _invalid(error: AwsError, origin: str) -> str:
    place = f" of {origin}" if origin else ""
    if error.kind is FailureKind.SIGNATURE_WRONG:
        return f"the secret key{place} does not belong to the access key"
    return f"AWS does not know the access key{place}: deleted, inactive, or mistyped"


def _elsewhere(ctx: Context, seen: tuple[Evidence, ...]) -> Verdict | None:
    """Keys that AWS accepts in another partition or region are good keys in a wrong place."""
    for partition, region in _HOME_REGIONS.items():
        if region == ctx.target.region or not _worth_asking(ctx, partition):
            continue
        identity = ctx.try_observe(AwsIdentityProbe(region))
        if identity is None or not identity.account:
            continue
        who = Evidence("accepted in", f"{region}: {identity.arn}", "STS GetCallerIdentity")
        facts = {"principal": identity.arn, "partition_of_keys": partition}
        if partition != ctx.target.partition:
            summary = (
                f"the keys belong to partition {partition}, the image to {ctx.target.partition}"
            )
            return broken(ctx, "partition-mismatch", summary, who, *seen, facts=facts)
        summary = f"the keys are good, and {ctx.target.region} does not accept them: "
        summary += "the region is probably not enabled for the account"
        return broken(ctx, None, summary, who, *seen, facts=facts)
    return None


def _worth_asking(ctx: Context, partition: str) -> bool:
    """Whether the keys may be good in a partition although the registry's region refuses them."""
    if partition == ctx.target.partition:
        return ctx.target.region not in _ALWAYS_ENABLED
    if ctx.target.partition != "aws":
        return partition == "aws"
    regions = (ctx.settings.region, ctx.env.get("AWS_REGION"), ctx.env.get("AWS_DEFAULT_REGION"))
    found = (partition_of(region) for region in regions if region)
    return any(home is not None and home.id == partition for home in found)
