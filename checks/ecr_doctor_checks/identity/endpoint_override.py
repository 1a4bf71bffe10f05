"""Asks whether AWS calls are sent somewhere else than to AWS."""

from __future__ import annotations

from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe, SourceKind
from ecr_doctor.probes.aws_endpoints import Answerer, AwsEndpointsProbe, EndpointOverride
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._judging import broken

_ROLES = frozenset({SourceKind.ASSUME_ROLE, SourceKind.WEB_IDENTITY})


class EndpointOverrideCheck(Check):
    """AWS calls go to AWS.

    What it looks at:
        AWS_ENDPOINT_URL and its forms for ECR and STS, `endpoint_url` of the profile, and its
        `services` section; and who answers there. An address of a VPC endpoint is AWS.

    Why a pull fails:
        Newer helpers, the AWS CLI and boto3 obey these settings. Left over from LocalStack or a
        test, they send the question for a token to nobody, or to somebody whose token the
        registry does not accept.

    When it cannot tell:
        The files of ~/.aws cannot be read.
    """

    id = "identity.endpoint-override"
    title = "AWS calls go to AWS"
    causes = ("endpoint-url-override",)

    def run(self, ctx: Context) -> Verdict:
        endpoints = ctx.observe(AwsEndpointsProbe())
        if endpoints.ignored_by:
            source = endpoints.ignored_by
            return Verdict.passed(f"other endpoints are set and ignored ({source})")
        if not endpoints.overrides:
            return Verdict.passed("no other endpoint is set")
        seen = tuple(_evidence(override) for override in endpoints.overrides)
        strange = [o for o in endpoints.overrides if o.answerer is not Answerer.AWS]
        if not strange:
            return Verdict.passed("other endpoints are set, and AWS answers there", *seen)
        worst = next((o for o in strange if _matters(ctx, o)), strange[0])
        summary, facts = _summary(worst), {"origin": worst.origin, "url": worst.url}
        if _matters(ctx, worst):
            return broken(ctx, "endpoint-url-override", summary, *seen, facts=facts)
        return Verdict.warned("endpoint-url-override", summary, *seen, facts=facts)


def _evidence(override: EndpointOverride) -> Evidence:
    return Evidence(
        f"endpoint of {override.service}",
        f"{override.url} ({override.answerer.value}: {override.detail})",
        override.origin,
    )


def _summary(override: EndpointOverride) -> str:
    start = f"{override.origin} sends calls of {override.service} to {override.url}"
    if override.answerer is Answerer.NOBODY:
        return f"{start}, where nobody answers ({override.detail})"
    return f"{start}, where somebody answers who is not AWS"


def _matters(ctx: Context, override: EndpointOverride) -> bool:
    """A token needs ECR; it needs STS only where the credentials are those of a role."""
    if override.service != "sts":
        return True
    credentials = ctx.try_observe(AwsCredentialsProbe())
    winner = credentials.winner if credentials else None
    return winner is not None and winner.kind in _ROLES
