"""VPC endpoints that are there: names lead past them, or they are closed to this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.faults.places import PUBLIC
from lab.state import PULL_POLICY, allow, policy

if TYPE_CHECKING:
    from lab.world import Lab

_GROUP = "sg-0lab"
_REGISTRY = names.address(names.HOST) or ""
_SERVICES = {
    names.HOST: "ecr.dkr",
    names.API_HOST: "ecr.api",
    names.OTHER_REGION_HOST: "ecr.dkr",
    names.DUAL_STACK_HOST: "ecr.dkr",
    names.PUBLIC_HOST: "ecr.dkr",
}
_MAY_LOOK = ["ec2:DescribeVpcEndpoints", "ec2:DescribeSecurityGroups"]


def _own_name(service: str, region: str = names.REGION) -> str:
    """Return the name that belongs to the endpoint alone."""
    return f"vpce-0lab-abcd1234.{service.removeprefix('ecr.')}.ecr.{region}.vpce.amazonaws.com"


@dataclass(frozen=True)
class _Endpoint:
    """How the one endpoint is, in the user's region."""

    private_dns: bool = False
    lets_in: str = "0.0.0.0/0"
    """One network; nobody where it is empty."""
    may_look: bool = True


def _endpoint(
    host: str, leads_to: str, own_address: str, made: _Endpoint = _Endpoint()
) -> Injection:
    """Return an injection of an endpoint, and of what the host's and its own name lead to."""
    service = _SERVICES[host]

    def inject(lab: Lab) -> None:
        described = {
            "id": "vpce-0lab",
            "region": names.REGION,
            "service": service,
            "private_dns": made.private_dns,
            "groups": [_GROUP],
            "names": [_own_name(service)],
        }
        rights = policy(*PULL_POLICY["Statement"], allow(_MAY_LOOK if made.may_look else []))
        lab.state["principals"][state.USER_ARN] = {"policies": [rights]}
        lab.user.write_config({"credHelpers": dict.fromkeys(_SERVICES, "ecr-login")})
        lab.update(
            vpc_endpoints=[described],
            security_groups={_GROUP: [made.lets_in] if made.lets_in else []},
            dns={host: leads_to, _own_name(service): own_address},
        )

    return inject


def _registry(*, private_dns: bool) -> Injection:
    """Return one in which the registry's name leads past an endpoint that works."""
    return _endpoint(names.HOST, names.FAR_BLACK_HOLE, _REGISTRY, _Endpoint(private_dns))


def _behind_group(lets_in: str, *, may_look: bool = True) -> Injection:
    """Return one in which the registry's name leads to the endpoint, which is silent."""
    made = _Endpoint(private_dns=True, lets_in=lets_in, may_look=may_look)
    return _endpoint(names.HOST, names.BLACK_HOLE, names.BLACK_HOLE, made)


def _fault(name: str, summary: str, inject: Injection, *accept: str, **more: Any) -> Fault:
    return Fault(f"vpce-{name}", "network", summary, inject, accept, slow=True, **more)


FAULTS = (
    _fault(
        "private-dns-off",
        "there is an endpoint for the registry, its private DNS is off, and there is no way out",
        _registry(private_dns=False),
        "vpc-endpoint-private-dns-off",
    ),
    _fault(
        "dns-bypassed",
        "there is an endpoint with private DNS, and the name server does not know it",
        _registry(private_dns=True),
        "dns-server-bypasses-vpc",
    ),
    _fault(
        "api-private-dns-off",
        "there is an endpoint for the API, its private DNS is off, and there is no way out",
        _endpoint(names.API_HOST, names.FAR_BLACK_HOLE, names.address(names.API_HOST) or ""),
        "vpc-endpoint-private-dns-off",
        says=NO_CREDENTIALS,
    ),
    _fault(
        "group-shut",
        "the endpoint's security group lets nobody in",
        _behind_group(""),
        "vpc-endpoint-security-group",
    ),
    _fault(
        "group-narrow",
        "the endpoint's security group lets another network in, as which this machine may be seen",
        _behind_group("10.99.0.0/16"),
        "network-timeout",
    ),
    _fault(
        "group-open",
        "the endpoint is silent, though its security group lets everybody in",
        _behind_group("0.0.0.0/0"),
        "network-timeout",
    ),
    _fault(
        "may-not-look",
        "the endpoint's security group is shut, and the user may not look",
        _behind_group("10.99.0.0/16", may_look=False),
        "network-timeout",
    ),
    _fault(
        "other-region",
        "the endpoint is for the machine's region, the registry in another one",
        _endpoint(names.OTHER_REGION_HOST, names.FAR_BLACK_HOLE, _REGISTRY),
        "vpc-endpoint-cross-region",
        image=f"{names.OTHER_REGION_HOST}/team/app:latest",
    ),
    _fault(
        "for-api-alone",
        "the endpoint for the registry cannot be reached either, that for the API can",
        _endpoint(names.HOST, names.FAR_BLACK_HOLE, "nxdomain"),
        "vpc-endpoint-dkr-missing",
    ),
    _fault(
        "public",
        "ECR Public in a VPC that has endpoints and no way out",
        _endpoint(names.PUBLIC_HOST, names.FAR_BLACK_HOLE, _REGISTRY),
        "public-ecr-over-privatelink",
        image=PUBLIC,
    ),
    _fault(
        "dual-stack",
        "the dual-stack host in a VPC that has endpoints and no way out",
        _endpoint(
            names.DUAL_STACK_HOST, names.FAR_BLACK_HOLE, _REGISTRY, _Endpoint(private_dns=True)
        ),
        "dual-stack-over-privatelink",
        "helper-outdated",
        image=f"{names.DUAL_STACK_HOST}/team/app:latest",
    ),
    Fault(
        "vpce-not-used",
        "none",
        "the endpoint's private DNS is off, and the public address answers",
        _endpoint(names.HOST, _REGISTRY, names.BLACK_HOLE),
        pull_works=True,
    ),
)
