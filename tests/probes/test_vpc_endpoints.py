"""VPC endpoints and security groups, from a server that speaks as EC2 does."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from werkzeug import Request, Response

from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.vpc_endpoints import (
    GateProbe,
    OtherRegionsProbe,
    VpcEndpoint,
    VpcEndpointsProbe,
)
from probes.aws_machine import ENV_KEYS, AwsMachine

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

REGION = "us-east-1"
OWN = "vpce-1-abc.dkr.ecr.us-east-1.vpce.amazonaws.com"
ENDPOINT = f"""<vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><vpcId>vpc-1</vpcId>
<serviceName>com.amazonaws.us-east-1.ecr.dkr</serviceName><state>Available</state>
<privateDnsEnabled>true</privateDnsEnabled>
<groupSet><item><groupId>sg-1</groupId><groupName>g</groupName></item></groupSet>
<dnsEntrySet><item><dnsName>{OWN}</dnsName></item>
<item><dnsName>*.dkr.ecr.us-east-1.amazonaws.com</dnsName></item></dnsEntrySet>
</item></vpcEndpointSet>"""
REFUSAL = """<Response><Errors><Error><Code>UnauthorizedOperation</Code>
<Message>You are not authorized to perform this operation.</Message></Error></Errors>
<RequestID>1</RequestID></Response>"""


class FakeEc2:
    """Answers with what it was given, and remembers what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.result = ""
        self.denied = False
        server.expect_request("/ec2/").respond_with_handler(self.handle)

    def handle(self, request: Request) -> Response:
        form = parse_qs(request.get_data(as_text=True))
        self.asked.append(form)
        if self.denied:
            return Response(REFUSAL, status=403, content_type="text/xml")
        action = form["Action"][0]
        space = "http://ec2.amazonaws.com/doc/2016-11-15/"
        body = f'<{action}Response xmlns="{space}"><requestId>1</requestId>{self.result}'
        return Response(f"{body}</{action}Response>", content_type="text/xml")


def rule(protocol: str, ports: tuple[int, int], inside: str) -> str:
    lowest, highest = ports
    range_of_ports = f"<fromPort>{lowest}</fromPort><toPort>{highest}</toPort>"
    return f"<item><ipProtocol>{protocol}</ipProtocol>{range_of_ports}{inside}</item>"


def from_network(cidr: str) -> str:
    return f"<ipRanges><item><cidrIp>{cidr}</cidrIp></item></ipRanges>"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    return AwsMachine(monkeypatch)


@pytest.fixture
def ec2(httpserver: HTTPServer, machine: AwsMachine) -> FakeEc2:
    machine.setenv(**ENV_KEYS, AWS_ENDPOINT_URL_EC2=httpserver.url_for("/ec2/"))
    return FakeEc2(httpserver)


def test_endpoints(ec2: FakeEc2, machine: AwsMachine) -> None:
    ec2.result = ENDPOINT

    seen = machine.observe(VpcEndpointsProbe("ecr.dkr", REGION))

    assert seen.error is None
    assert seen.found == (
        VpcEndpoint(
            id="vpce-1",
            vpc="vpc-1",
            state="available",
            private_dns=True,
            groups=("sg-1",),
            names=(OWN,),
        ),
    )
    assert ec2.asked[0]["Filter.1.Value.1"] == [f"*.{REGION}.ecr.dkr"]


def test_a_refusal(ec2: FakeEc2, machine: AwsMachine) -> None:
    ec2.denied = True

    endpoints = machine.observe(VpcEndpointsProbe("ecr.api", REGION))
    gate = machine.observe(GateProbe(("sg-1",), REGION, "127.0.0.1"))

    for error in (endpoints.error, gate.error):
        assert error is not None
        assert error.kind is FailureKind.DENIED
    assert not gate.shut


@pytest.mark.parametrize(
    ("rules", "networks", "shut"),
    [
        ("", (), True),
        (rule("tcp", (443, 443), from_network("127.0.0.0/8")), ("127.0.0.0/8",), False),
        (rule("tcp", (0, 65535), from_network("0.0.0.0/0")), ("0.0.0.0/0",), False),
        (rule("tcp", (80, 80), from_network("0.0.0.0/0")), (), True),
        (rule("udp", (443, 443), from_network("0.0.0.0/0")), (), True),
        (rule("-1", (-1, -1), from_network("10.0.0.0/8")), ("10.0.0.0/8",), False),
        (rule("tcp", (443, 443), "<groups><item><groupId>sg-2</groupId></item></groups>"), (),
         False),
    ],
)  # fmt: skip
def test_whom_a_group_lets_in(
    ec2: FakeEc2,
    machine: AwsMachine,
    rules: str,
    networks: tuple[str, ...],
    shut: bool,  # noqa: FBT001
) -> None:
    permissions = f"<ipPermissions>{rules}</ipPermissions>"
    group = f"<item><groupId>sg-1</groupId>{permissions}</item>"
    ec2.result = f"<securityGroupInfo>{group}</securityGroupInfo>"

    gate = machine.observe(GateProbe(("sg-1",), REGION, "127.0.0.1"))

    assert (gate.source, gate.networks, gate.shut) == ("127.0.0.1", networks, shut)
    assert ec2.asked[0]["GroupId.1"] == ["sg-1"]


def test_no_groups_are_not_all_groups(ec2: FakeEc2, machine: AwsMachine) -> None:
    with pytest.raises(ProbeError, match="no security groups"):
        machine.observe(GateProbe((), REGION, "127.0.0.1"))

    assert ec2.asked == []


def test_other_regions(machine: AwsMachine) -> None:
    machine.setenv(AWS_REGION="eu-west-1", AWS_DEFAULT_REGION=REGION)

    assert machine.observe(OtherRegionsProbe()) == ("eu-west-1",)
