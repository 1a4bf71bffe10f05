"""The VPC endpoints of a service of ECR, and what their security groups let in.

EC2 API reference, DescribeVpcEndpoints and DescribeSecurityGroups. An endpoint's own names
(vpce-…) have private addresses and resolve everywhere (AWS PrivateLink guide, "Access an AWS
service"). Asked only where a host does not answer: EC2's client costs a quarter of a second.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .aws_client import call_aws
from .aws_errors import AwsError
from .aws_regions import regions_in_use
from .base import Probe, ProbeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Scene

_HTTPS = 443
_MOST = 100
_MOST_NAMES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoint:
    """One endpoint, as EC2 describes it."""

    id: str
    vpc: str = ""
    state: str = ""
    private_dns: bool = False
    """Whether the service's ordinary names lead to it within its VPC."""
    groups: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Of its own, without those of its ordinary service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoints:
    """Those of the caller's account in one region; the host's VPC may be another's."""

    found: tuple[VpcEndpoint, ...] = ()
    error: AwsError | None = None


@dataclass(frozen=True, slots=True)
class VpcEndpointsProbe(Probe[VpcEndpoints]):
    """Calls DescribeVpcEndpoints."""

    service: str
    """`ecr.dkr` or `ecr.api`."""
    region: str
    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> VpcEndpoints:
        """Ask for the endpoints of this service; a refusal is part of the answer."""
        wanted = [{"Name": "service-name", "Values": [f"*.{self.region}.{self.service}"]}]
        answer = call_aws(
            scene, "ec2", self.region, "describe_vpc_endpoints", Filters=wanted, MaxResults=_MOST
        )
        if isinstance(answer, AwsError):
            return VpcEndpoints(error=answer)
        return VpcEndpoints(found=tuple(map(_endpoint, answer.get("VpcEndpoints", ()))))


def _endpoint(entry: dict[str, Any]) -> VpcEndpoint:
    names = (str(dns.get("DnsName", "")) for dns in entry.get("DnsEntries", ()))
    return VpcEndpoint(
        id=str(entry.get("VpcEndpointId", ""))[:100],
        vpc=str(entry.get("VpcId", ""))[:100],
        state=str(entry.get("State", "")).lower()[:50],
        private_dns=bool(entry.get("PrivateDnsEnabled")),
        groups=tuple(str(group.get("GroupId", ""))[:100] for group in entry.get("Groups", ())),
        names=tuple(name[:253] for name in names if name.startswith("vpce-"))[:_MOST_NAMES],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whom security groups let in on port 443."""

    source: str = ""
    """This machine's address. A container's host or a NAT may show the endpoint another one."""
    networks: tuple[str, ...] = ()
    by_reference: bool = False
    """A rule names security groups or prefix lists, whose members are not seen here."""
    error: AwsError | None = None

    @property
    def shut(self) -> bool:
        """Whether nobody is let in, whatever address this machine shows."""
        return self.error is None and not self.by_reference and not self.networks


@dataclass(frozen=True, slots=True)
class GateProbe(Probe[Gate]):
    """Calls DescribeSecurityGroups for the groups of an endpoint."""

    groups: tuple[str, ...]
    region: str
    towards: str
    """An address of the endpoint: it decides which of this machine's own addresses is used."""
    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> Gate:
        """Ask for the rules; a refusal is part of the answer.

        Raises:
            ProbeError: there are no groups; asked for none, EC2 would list them all.

        """
        if not self.groups:
            raise ProbeError("the endpoint has no security groups")
        answer = call_aws(
            scene, "ec2", self.region, "describe_security_groups", GroupIds=list(self.groups)
        )
        if isinstance(answer, AwsError):
            return Gate(error=answer)
        groups = answer.get("SecurityGroups", ())
        rules = [rule for group in groups for rule in group.get("IpPermissions", ())]
        letting = [rule for rule in rules if _is_about_https(rule)]
        return Gate(
            source=_own_address(self.towards),
            networks=tuple(network for rule in letting for network in _networks(rule))[:_MOST],
            by_reference=any(r.get("UserIdGroupPairs") or r.get("PrefixListIds") for r in letting),
        )


@dataclass(frozen=True, slots=True)
class OtherRegionsProbe(Probe[tuple[str, ...]]):
    """The regions that this machine has to do with, but for the registry's own."""

    def look(self, scene: Scene) -> tuple[str, ...]:
        """Read variables, ~/.aws and docker's configuration."""
        own = scene.target.registry.region if scene.target.registry else ""
        return tuple(region for region in regions_in_use(scene) if region != own)


def _is_about_https(rule: dict[str, Any]) -> bool:
    """Whether it lets TCP to port 443 in; the protocol -1 is all of them."""
    if rule.get("IpProtocol") == "-1":
        return True
    lowest, highest = rule.get("FromPort", 0), rule.get("ToPort", 0)
    return rule.get("IpProtocol") == "tcp" and lowest <= _HTTPS <= highest


def _networks(rule: dict[str, Any]) -> Iterator[str]:
    yield from (str(entry.get("CidrIp", "")) for entry in rule.get("IpRanges", ()))
    yield from (str(entry.get("CidrIpv6", "")) for entry in rule.get("Ipv6Ranges", ()))


def _own_address(towards: str) -> str:
    """The address this machine would send from; connecting by UDP sends nothing."""
    family = socket.AF_INET6 if ":" in towards else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((towards, _HTTPS))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
