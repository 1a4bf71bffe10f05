"""What VPC endpoints have to do with a host that does not answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.dns import DnsProbe
from ecr_doctor.probes.reach import HTTPS, ReachProbe, ReachState
from ecr_doctor.probes.vpc_endpoints import (
    GateProbe,
    OtherRegionsProbe,
    VpcEndpoint,
    VpcEndpointsProbe,
)
from ecr_doctor.sdk import Evidence, Verdict

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_errors import AwsError
    from ecr_doctor.probes.reach import Reach
    from ecr_doctor.sdk import Context

VPC_CAUSES = (
    "vpc-endpoint-private-dns-off",
    "vpc-endpoint-security-group",
    "vpc-endpoint-cross-region",
    "dns-server-bypasses-vpc",
)
REGISTRY_CAUSES = ("dual-stack-over-privatelink", "public-ecr-over-privatelink")
"""Of hosts that no endpoint serves (AmazonECR user guide, "Making requests to Amazon ECR")."""
_REGISTRY = "ecr.dkr"
_AVAILABLE = "available"
_LOOKED = "ec2:DescribeVpcEndpoints"
_MOST = 4
"""Endpoints that are knocked at."""


def explain_silence(ctx: Context, reach: Reach, service: str, verdict: Verdict) -> Verdict:
    """A more exact verdict on a host that lets us wait; the same with what was seen else.

    Only what is certain counts: an endpoint that has this very address, or one that answers.
    """
    registry = ctx.target.registry
    silent = verdict.cause == "network-timeout" and reach.state is ReachState.TIMEOUT
    if not silent or registry is None or reach.dns is None:
        return verdict
    if registry.is_public and service != _REGISTRY:
        return verdict
    endpoints = ctx.try_observe(VpcEndpointsProbe(service, registry.region))
    if endpoints is None or endpoints.error is not None:
        return _with(verdict, *_refused(endpoints.error if endpoints else None, _LOOKED))
    if reach.dns.is_private:
        return _guarded(ctx, reach, endpoints.found, verdict)
    endpoint = _answering(ctx, reach, endpoints.found)
    if endpoint is not None:
        return _past(ctx, reach, endpoint, service, verdict)
    return _elsewhere(ctx, reach, service, verdict)


def _guarded(
    ctx: Context, reach: Reach, endpoints: tuple[VpcEndpoint, ...], verdict: Verdict
) -> Verdict:
    """Whether the security groups of the endpoint that has this address keep everybody out."""
    endpoint = next((e for e in endpoints if _has_address(ctx, e, reach)), None)
    if endpoint is None:
        return verdict
    seen = _seen(endpoint)
    gate = ctx.try_observe(GateProbe(endpoint.groups, ctx.target.region, reach.attempts[0].address))
    if gate is None or gate.error is not None:
        error = gate.error if gate else None
        return _with(verdict, seen, *_refused(error, "ec2:DescribeSecurityGroups"))
    rules = ", ".join(gate.networks) or "nobody"
    if gate.by_reference:
        rules += ", and members of groups or lists"
    let_in = Evidence("let in on port 443", rules, ", ".join(endpoint.groups))
    if not gate.shut:
        own = Evidence("this machine's address", gate.source or "not known", "unless translated")
        return _with(verdict, seen, let_in, own)
    words = f"the security groups of {endpoint.id} let nobody in on port 443"
    facts = {"endpoint": endpoint.id, "group": next(iter(endpoint.groups), "")}
    cause = "vpc-endpoint-security-group"
    return Verdict.failed(cause, words, seen, let_in, *verdict.evidence, facts=facts)


def _has_address(ctx: Context, endpoint: VpcEndpoint, reach: Reach) -> bool:
    tried = {attempt.address for attempt in reach.attempts}
    found = (ctx.try_observe(DnsProbe(name)) for name in endpoint.names[:_MOST])
    return any(dns is not None and tried & set(dns.addresses) for dns in found)


def _past(
    ctx: Context, reach: Reach, endpoint: VpcEndpoint, service: str, verdict: Verdict
) -> Verdict:
    """The host's name leads past an endpoint of its region that answers."""
    registry = ctx.target.registry
    if registry is not None and registry.is_public:
        return _never_served(reach, endpoint, verdict, "public-ecr-over-privatelink")
    if registry is not None and registry.dual_stack and service == _REGISTRY:
        return _never_served(reach, endpoint, verdict, "dual-stack-over-privatelink")
    if endpoint.private_dns:
        words = f"this machine can reach {endpoint.id}; its name server leads {reach.host} past it"
        return _because(verdict, "dns-server-bypasses-vpc", words, endpoint)
    words = f"{endpoint.id} answers, and its private DNS is off: {reach.host} leads past it"
    return _because(verdict, "vpc-endpoint-private-dns-off", words, endpoint)


def _elsewhere(ctx: Context, reach: Reach, service: str, verdict: Verdict) -> Verdict:
    """Whether an endpoint for another region than the registry's is within reach."""
    for region in (ctx.try_observe(OtherRegionsProbe()) or ())[:1]:
        endpoints = ctx.try_observe(VpcEndpointsProbe(service, region))
        endpoint = _answering(ctx, reach, endpoints.found) if endpoints else None
        if endpoint is None:
            continue
        if ctx.target.registry is not None and ctx.target.registry.is_public:
            return _never_served(reach, endpoint, verdict, "public-ecr-over-privatelink")
        words = f"{endpoint.id} serves {region}; {reach.host} is in {ctx.target.region}"
        return _because(verdict, "vpc-endpoint-cross-region", words, endpoint)
    return verdict


def _never_served(reach: Reach, endpoint: VpcEndpoint, verdict: Verdict, cause: str) -> Verdict:
    words = f"this machine can reach {endpoint.id}, which never serves {reach.host}"
    return _because(verdict, cause, words, endpoint)


def _because(verdict: Verdict, cause: str, words: str, endpoint: VpcEndpoint) -> Verdict:
    facts = {"endpoint": endpoint.id}
    return Verdict.failed(cause, words, _seen(endpoint), *verdict.evidence, facts=facts)


def _answering(
    ctx: Context, reach: Reach, endpoints: tuple[VpcEndpoint, ...]
) -> VpcEndpoint | None:
    """An endpoint that this machine reaches under the endpoint's own name."""
    for endpoint in [e for e in endpoints if e.state == _AVAILABLE and e.names][:_MOST]:
        other = ctx.try_observe(ReachProbe(endpoint.names[0], HTTPS, reach.side))
        direct = other is not None and not other.proxy.used
        if other is not None and direct and other.open and other.dns and other.dns.is_private:
            return endpoint
    return None


def _seen(endpoint: VpcEndpoint) -> Evidence:
    private = "on" if endpoint.private_dns else "off"
    value = f"{endpoint.id} in {endpoint.vpc}, {endpoint.state}, private DNS {private}"
    return Evidence("VPC endpoint", value, _LOOKED)


def _refused(error: AwsError | None, action: str) -> tuple[Evidence, ...]:
    if error is None or error.kind is not FailureKind.DENIED:
        return ()
    return (Evidence("not allowed to look with", action, "AWS"),)


def _with(verdict: Verdict, *more: Evidence) -> Verdict:
    return replace(verdict, evidence=(*verdict.evidence, *more))
