"""EC2's API, as far as a diagnosis asks it: VPC endpoints, and the rules of security groups."""

from __future__ import annotations

import fnmatch
import uuid
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from aiohttp import web

from lab.servers import query, sigv4

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lab import names
    from lab.servers.cloud import Cloud

_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
_CODES = {
    "missing": "MissingAuthenticationToken",
    "unknown": "AuthFailure",
    "expired": "RequestExpired",
    "signature": "AuthFailure",
}


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer one call."""
    signed, form = await query.read_call(request)
    action = form.get("Action", "")
    try:
        caller = sigv4.verify(signed, cloud.keys(), cloud.now())
    except sigv4.SignatureError as refusal:
        return _error(403, _CODES[refusal.kind], refusal.message)
    denied = cloud.denial(caller.arn, f"ec2:{action}", site)
    if denied:
        return _error(403, "UnauthorizedOperation", f"You are not authorized. {denied}")
    if action == "DescribeVpcEndpoints":
        found = [e for e in cloud.state["vpc_endpoints"] if _is_wanted(e, form, site)]
        return _answer(action, _set("vpcEndpointSet", map(_endpoint, found)))
    if action == "DescribeSecurityGroups":
        wanted = [value for key, value in form.items() if key.startswith("GroupId.")]
        groups = cloud.state["security_groups"]
        return _answer(action, _set("securityGroupInfo", (_group(n, groups[n]) for n in wanted)))
    return _error(400, "InvalidAction", f"The action {action} is not valid for this web service.")


def _is_wanted(endpoint: Mapping[str, Any], form: Mapping[str, str], site: names.Site) -> bool:
    """Whether it lies in the region and has the service that the filter names."""
    pattern = form.get("Filter.1.Value.1", "*")
    return endpoint["region"] == site.region and fnmatch.fnmatchcase(_service(endpoint), pattern)


def _service(endpoint: Mapping[str, Any]) -> str:
    return f"com.amazonaws.{endpoint['region']}.{endpoint['service']}"


def _endpoint(endpoint: Mapping[str, Any]) -> str:
    groups = (f"<groupId>{name}</groupId>" for name in endpoint["groups"])
    entries = (f"<dnsName>{name}</dnsName>" for name in endpoint["names"])
    private = str(endpoint["private_dns"]).lower()
    return (
        f"<vpcEndpointId>{endpoint['id']}</vpcEndpointId><vpcEndpointType>Interface"
        f"</vpcEndpointType><vpcId>vpc-0lab</vpcId><serviceName>{_service(endpoint)}</serviceName>"
        f"<state>available</state><privateDnsEnabled>{private}</privateDnsEnabled>"
        + _set("groupSet", groups)
        + _set("dnsEntrySet", entries)
    )


def _group(name: str, networks: list[str]) -> str:
    """Return a group that lets HTTPS in from these networks."""
    ranges = _set("ipRanges", (f"<cidrIp>{network}</cidrIp>" for network in networks))
    rule = f"<ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort>{ranges}"
    return f"<groupId>{name}</groupId>" + _set("ipPermissions", [rule] if networks else [])


def _set(name: str, items: Iterable[str]) -> str:
    return f"<{name}>" + "".join(f"<item>{item}</item>" for item in items) + f"</{name}>"


def _answer(action: str, result: str) -> web.Response:
    body = (
        f'<{action}Response xmlns="{_NAMESPACE}"><requestId>{uuid.uuid4()}</requestId>'
        f"{result}</{action}Response>"
    )
    return web.Response(text=body, content_type="text/xml")


def _error(status: int, code: str, message: str) -> web.Response:
    body = (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        f"</Errors><RequestID>{uuid.uuid4()}</RequestID></Response>"
    )
    return web.Response(status=status, text=body, content_type="text/xml")
