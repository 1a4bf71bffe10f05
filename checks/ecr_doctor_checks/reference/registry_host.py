"""Asks whether the registry in the reference can be an Amazon ECR registry."""

from __future__ import annotations

import re

from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_ACCOUNT = re.compile(r"(?:^|/)\d{12}(?:/|$)")


class RegistryHost(Check):
    """The host names an Amazon ECR registry that can exist.

    What it looks at:
        The reference's host: account, separator, region and suffix must belong together, as the
        partitions of AWS prescribe.

    Why a pull fails:
        A host with a slip in the account, the region or the suffix does not exist, or belongs to
        somebody else. A reference without a host is asked of Docker Hub.

    When it cannot tell:
        The host is not an ECR host at all: another registry, or a domain of your own before ECR.
    """

    id = "reference.registry-host"
    title = "The registry host can exist"
    requires = ("reference.image-reference",)
    causes = (
        "account-id-wrong",
        "fips-endpoint-missing",
        "registry-host-impossible",
        "registry-prefix-missing",
    )

    def run(self, ctx: Context) -> Verdict:
        target = ctx.target
        error = target.registry_error
        if error is not None:
            seen = [Evidence("host", target.host[:300], "IMAGE")]
            if error.likely:
                seen.append(Evidence("did you mean", error.likely[:300]))
            facts = {"likely": error.likely} if error.likely else None
            return Verdict.failed(error.cause, str(error), *seen, facts=facts)
        if target.registry is not None:
            kind = "public" if target.registry.is_public else "private"
            return Verdict.passed(f"{target.host} is a {kind} Amazon ECR registry")
        if target.reference is not None and target.reference.host_assumed:
            return _without_host(ctx)
        return Verdict.inconclusive(f"{target.host} is not a host name of Amazon ECR")


def _without_host(ctx: Context) -> Verdict:
    """No registry in the reference: docker goes to Docker Hub."""
    summary = "the reference names no registry, so docker asks Docker Hub for it"
    seen = Evidence("image", ctx.target.image[:300], "IMAGE")
    if _ACCOUNT.search(ctx.target.image):
        summary += "; an account id alone is not an ECR host"
    return Verdict.failed("registry-prefix-missing", summary, seen)
