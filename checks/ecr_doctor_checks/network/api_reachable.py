"""Asks whether ECR's API, which hands out tokens, accepts connections."""

from __future__ import annotations

from ecr_doctor.probes.api_endpoint import ApiEndpointProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.registry_api import registry_peer
from ecr_doctor.probes.side import Side
from ecr_doctor.sdk import Check, Context, Verdict

from ._reach import CAUSES, evidence, judge_reach
from ._vpc import VPC_CAUSES, explain_silence


class ApiReachable(Check):
    """ECR's API has an address, and accepts connections.

    What it looks at:
        The name of ECR's API in the registry's region (or the one that AWS_ENDPOINT_URL_ECR or
        AWS_ENDPOINT_URL gives), in /etc/hosts and DNS, then a connection to it, through the proxy
        that HTTPS_PROXY and NO_PROXY come to. Where packets are lost: the VPC endpoints for
        ecr.api, as `network.registry-reachable` looks at those for ecr.dkr.

    Why a pull fails:
        A credential helper asks this host for a token. If it cannot, it says only "credentials
        not found", and docker goes on without any: "no basic auth credentials".

    When it cannot tell:
        The proxy is reached by TLS (https://), behind which nothing is looked into.
    """

    id = "network.api-reachable"
    title = "ECR's API can be reached"
    requires = ("reference.registry-host",)
    causes = (*CAUSES, *VPC_CAUSES, "vpc-endpoint-api-missing", "endpoint-url-override")

    def run(self, ctx: Context) -> Verdict:
        endpoint = ctx.observe(ApiEndpointProbe())
        reach = ctx.observe(ReachProbe(endpoint.host, endpoint.port, Side.CLIENT))
        verdict = explain_silence(ctx, reach, "ecr.api", judge_reach(ctx, reach))
        if reach.open or verdict.cause is None:
            return verdict
        if endpoint.source and not reach.proxy.used:
            words = f"{endpoint.source} sends calls to {endpoint.host}, which is not reached"
            facts = {"variable": endpoint.source, "endpoint": endpoint.host}
            return Verdict.failed("endpoint-url-override", words, *evidence(reach), facts=facts)
        if verdict.cause == "network-timeout" and _only_registry_is_private(ctx, reach):
            words = f"{endpoint.host} times out on a public address; the registry has a private one"
            return Verdict.failed("vpc-endpoint-api-missing", words, *evidence(reach))
        return verdict


def _only_registry_is_private(ctx: Context, reach: Reach) -> bool:
    """Whether there is a VPC endpoint for ecr.dkr, and none for ecr.api."""
    if reach.state is not ReachState.TIMEOUT or reach.dns is None:
        return False
    registry = ctx.try_observe(ReachProbe(*registry_peer(ctx.target), Side.ENGINE))
    if registry is None or registry.dns is None:
        return False
    return registry.open and registry.dns.is_private and not reach.dns.is_private
