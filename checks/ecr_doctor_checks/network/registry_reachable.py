"""Asks whether the registry accepts connections."""

from __future__ import annotations

from ecr_doctor.probes.api_endpoint import ApiEndpointProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.registry_api import registry_peer
from ecr_doctor.probes.side import Side
from ecr_doctor.sdk import Check, Context, Verdict

from ._reach import CAUSES, evidence, judge_reach
from ._vpc import REGISTRY_CAUSES, VPC_CAUSES, explain_silence


class RegistryReachable(Check):
    """The registry's host has an address, and accepts connections.

    What it looks at:
        The registry's name in /etc/hosts and DNS, then a connection to port 443, through the
        proxy that the docker daemon uses (without a daemon: the one your variables name). Where
        the name has several addresses, all are tried. Where packets are lost: the VPC endpoints for
        ecr.dkr (ec2:DescribeVpcEndpoints), whether one answers under its own name or has this very
        address, and whom its security groups let in (ec2:DescribeSecurityGroups).

    Why a pull fails:
        The docker daemon fetches manifests from this host. Names that do not resolve, firewalls
        that drop packets, missing routes and proxies that are set for the shell and not for the
        daemon all end the pull here.

    When it cannot tell:
        The daemon's proxy is reached by TLS (https://), or wants a password that docker does not
        show. A daemon on another machine sees another network. Security groups that let somebody
        in may let this machine in, whose address may be translated on the way; network ACLs are
        not looked into: then it stays a timeout.
    """

    id = "network.registry-reachable"
    title = "The registry can be reached"
    requires = ("reference.registry-host",)
    causes = (*CAUSES, *VPC_CAUSES, *REGISTRY_CAUSES, "vpc-endpoint-dkr-missing")

    def run(self, ctx: Context) -> Verdict:
        host, port = registry_peer(ctx.target)
        reach = ctx.observe(ReachProbe(host, port, Side.ENGINE))
        verdict = explain_silence(ctx, reach, "ecr.dkr", judge_reach(ctx, reach))
        if (
            verdict.cause == "network-timeout"
            and not reach.open
            and _only_api_is_private(ctx, reach)
        ):
            words = f"{host} times out on a public address, while ECR's API has a private one"
            return Verdict.failed("vpc-endpoint-dkr-missing", words, *evidence(reach))
        return verdict


def _only_api_is_private(ctx: Context, reach: Reach) -> bool:
    """Whether there is a VPC endpoint for ecr.api, and none for ecr.dkr."""
    endpoint = ctx.try_observe(ApiEndpointProbe())
    if endpoint is None or reach.state is not ReachState.TIMEOUT or reach.dns is None:
        return False
    api = ctx.try_observe(ReachProbe(endpoint.host, endpoint.port, Side.CLIENT))
    private = api is not None and api.open and api.dns is not None and api.dns.is_private
    return private and not reach.dns.is_private
