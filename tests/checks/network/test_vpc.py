"""Which VPC endpoint a host's silence is due to, if any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.model import Status, parse_target
from ecr_doctor.probes.api_endpoint import ApiEndpoint, ApiEndpointProbe
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.dns import DnsAnswer, DnsProbe, DnsState
from ecr_doctor.probes.proxy import ProxyChoice
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tcp import TcpAttempt, TcpState
from ecr_doctor.probes.vpc_endpoints import (
    Gate,
    GateProbe,
    OtherRegionsProbe,
    VpcEndpoint,
    VpcEndpoints,
    VpcEndpointsProbe,
)
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.network.api_reachable import ApiReachable
from ecr_doctor_checks.network.registry_reachable import RegistryReachable

if TYPE_CHECKING:
    from ecr_doctor.sdk import Verdict

HERE, ELSEWHERE = "us-east-1", "eu-west-1"
PUBLIC, PRIVATE = "52.94.0.1", "10.1.0.1"
OWN = "vpce-1.dkr.ecr.us-east-1.vpce.amazonaws.com"
API = "api.ecr.us-east-1.amazonaws.com"
TIMEOUT = "network-timeout"
OFF = VpcEndpoint(id="vpce-1", vpc="vpc-1", state="available", names=(OWN,), groups=("sg-1",))
ON = replace(OFF, private_dns=True)
DENIED = AwsError(kind=FailureKind.DENIED, message="no")


def reach(host: str, address: str, state: TcpState, side: Side = Side.ENGINE) -> Reach:
    dns = DnsAnswer(host=host, state=DnsState.RESOLVED, addresses=(address,))
    ends = ReachState.OPEN if state is TcpState.OPEN else ReachState(state.value)
    attempts = (TcpAttempt(address, state),)
    return Reach(host=host, port=443, side=side, state=ends, dns=dns, attempts=attempts)


def judged(address: str, *endpoints: VpcEndpoint, **more: Any) -> Verdict:
    """The verdict on a registry that is silent at this address."""
    answer = more.get("answer") or VpcEndpoints(found=endpoints)
    own = more.get("own") or reach(OWN, PRIVATE, TcpState.OPEN)
    seen: dict[Any, Any] = {
        ReachProbe(HOST, 443, Side.ENGINE): reach(HOST, address, TcpState.TIMEOUT),
        VpcEndpointsProbe("ecr.dkr", HERE): answer,
        ReachProbe(OWN, 443, Side.ENGINE): own,
        DnsProbe(OWN): own.dns,
        **more.get("others", {}),
    }
    return RegistryReachable().run(context(seen))


@pytest.mark.parametrize(
    ("endpoint", "own", "cause"),
    [
        pytest.param(OFF, reach(OWN, PRIVATE, TcpState.OPEN), "vpc-endpoint-private-dns-off",
                     id="answers, DNS off"),
        pytest.param(ON, reach(OWN, PRIVATE, TcpState.OPEN), "dns-server-bypasses-vpc",
                     id="answers, DNS on"),
        pytest.param(OFF, reach(OWN, PRIVATE, TcpState.TIMEOUT), TIMEOUT, id="another VPC's"),
        pytest.param(OFF, reach(OWN, PUBLIC, TcpState.OPEN), TIMEOUT, id="at no private address"),
        pytest.param(OFF, replace(reach(OWN, PRIVATE, TcpState.OPEN), proxy=ProxyChoice(host="p")),
                     TIMEOUT, id="only through a proxy"),
        pytest.param(replace(OFF, state="pending"), None, TIMEOUT, id="not available"),
        pytest.param(replace(OFF, names=()), None, TIMEOUT, id="without a name"),
    ],
)  # fmt: skip
def test_a_name_that_leads_past_an_endpoint(
    endpoint: VpcEndpoint, own: Reach | None, cause: str
) -> None:
    verdict = judged(PUBLIC, endpoint, own=own)

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)


@pytest.mark.parametrize(
    ("gate", "cause"),
    [
        pytest.param(Gate(source="10.1.0.9"), "vpc-endpoint-security-group", id="nobody"),
        pytest.param(Gate(), "vpc-endpoint-security-group", id="nobody, whoever we are"),
        pytest.param(Gate(source="172.17.0.2", networks=("10.0.0.0/16",)), TIMEOUT,
                     id="others, of whom our host may be one"),
        pytest.param(Gate(source="10.1.0.9", networks=("10.1.0.0/16",)), TIMEOUT, id="us"),
        pytest.param(Gate(source="10.1.0.9", by_reference=True), TIMEOUT, id="members of a group"),
        pytest.param(Gate(error=DENIED), TIMEOUT, id="not allowed to look"),
        pytest.param(None, TIMEOUT, id="could not look"),
    ],
)  # fmt: skip
def test_an_endpoint_that_is_silent(gate: Gate | None, cause: str) -> None:
    others = {GateProbe(("sg-1",), HERE, PRIVATE): gate} if gate else {}
    verdict = judged(PRIVATE, ON, others=others)

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)
    assert any(e.what == "VPC endpoint" and "vpce-1 in vpc-1" in e.value for e in verdict.evidence)


def test_the_address_that_may_be_translated_is_shown_and_not_let_in() -> None:
    key = GateProbe(("sg-1",), HERE, PRIVATE)
    other = judged(PRIVATE, ON, others={key: Gate(source="172.17.0.2", networks=("10.0.0.0/16",))})
    shut = judged(PRIVATE, ON, others={key: Gate(source="172.17.0.2")})

    assert any(e.value == "172.17.0.2" for e in other.evidence)
    assert "172.17.0.2" not in f"{shut.summary} {dict(shut.facts)}"


def test_a_private_address_that_is_no_endpoints() -> None:
    own = reach(OWN, "10.9.9.9", TcpState.OPEN)

    assert judged(PRIVATE, ON, own=own).cause == TIMEOUT


@pytest.mark.parametrize(
    ("state", "cause"), [(TcpState.OPEN, "vpc-endpoint-cross-region"), (TcpState.TIMEOUT, TIMEOUT)]
)
def test_an_endpoint_for_another_region(state: TcpState, cause: str) -> None:
    others: dict[Any, Any] = {
        OtherRegionsProbe(): (ELSEWHERE, "ap-south-1"),
        VpcEndpointsProbe("ecr.dkr", ELSEWHERE): VpcEndpoints(found=(ON,)),
    }

    assert judged(PUBLIC, own=reach(OWN, PRIVATE, state), others=others).cause == cause


@pytest.mark.parametrize(
    ("image", "cause"),
    [
        ("123456789012.dkr-ecr.us-east-1.on.aws/a:1", "dual-stack-over-privatelink"),
        ("public.ecr.aws/a/b:1", "public-ecr-over-privatelink"),
    ],
)
@pytest.mark.parametrize("region", [HERE, ELSEWHERE])
def test_hosts_that_no_endpoint_serves(image: str, cause: str, region: str) -> None:
    target = parse_target(image)
    seen: dict[Any, Any] = {
        ReachProbe(target.host, 443, Side.ENGINE): reach(target.host, PUBLIC, TcpState.TIMEOUT),
        VpcEndpointsProbe("ecr.dkr", HERE): VpcEndpoints(found=(ON,) if region == HERE else ()),
        VpcEndpointsProbe("ecr.dkr", ELSEWHERE): VpcEndpoints(found=(ON,)),
        OtherRegionsProbe(): (ELSEWHERE,),
        ReachProbe(OWN, 443, Side.ENGINE): reach(OWN, PRIVATE, TcpState.OPEN),
    }
    if region == ELSEWHERE and cause.startswith("dual"):
        cause = "vpc-endpoint-cross-region"

    verdict = RegistryReachable().run(context(seen, target=target))

    assert verdict.cause == cause
    assert "is in a VPC" not in verdict.summary


def test_what_may_not_be_looked_at_is_said() -> None:
    verdict = judged(PUBLIC, answer=VpcEndpoints(error=DENIED))

    assert verdict.cause == TIMEOUT
    assert any(e.value == "ec2:DescribeVpcEndpoints" for e in verdict.evidence)


def test_the_api_has_an_endpoint_of_its_own() -> None:
    own = OWN.replace(".dkr.", ".api.")
    seen: dict[Any, Any] = {
        ApiEndpointProbe(): ApiEndpoint(API),
        ReachProbe(API, 443, Side.CLIENT): reach(API, PUBLIC, TcpState.TIMEOUT, Side.CLIENT),
        VpcEndpointsProbe("ecr.api", HERE): VpcEndpoints(found=(replace(OFF, names=(own,)),)),
        ReachProbe(own, 443, Side.CLIENT): reach(own, PRIVATE, TcpState.OPEN, Side.CLIENT),
    }

    assert ApiReachable().run(context(seen)).cause == "vpc-endpoint-private-dns-off"
