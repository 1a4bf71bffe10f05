"""Faults of names, routes and proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing

if TYPE_CHECKING:
    from lab.world import Lab

_PORTAL = "<html><head><title>Guest WiFi</title></head><body>Please log in</body></html>"
_DENIED_BY_S3 = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
    "<Message>Access Denied</Message><RequestId>LAB0000000000001</RequestId>"
    "<HostId>lab</HostId></Error>"
)


def _dns(host: str, *answers: str) -> Injection:
    """Return an injection that makes a name resolve otherwise, or not at all."""
    return lambda lab: lab.update(dns={host: list(answers) if len(answers) > 1 else answers[0]})


def _http(host: str, **rule: object) -> Injection:
    """Return an injection in which a rule answers in a service's place."""
    return lambda lab: lab.update(http=[{"host": host, **rule}])


def _dead_resolver(lab: Lab) -> None:
    lab.rewrite_etc("resolv.conf", f"nameserver {names.REFUSING}\n")


def _stale_hosts(lab: Lab) -> None:
    lab.rewrite_etc("hosts", f"127.0.0.1 localhost\n{names.REFUSING} {names.HOST}\n")


def _refused(host: str) -> Injection:
    return _dns(host, names.REFUSING)


FAULTS = (
    Fault(
        "dns-nxdomain",
        "dns",
        "the registry's name does not exist",
        _dns(names.HOST, "nxdomain"),
        ("dns-failure",),
        says="no such host",
    ),
    Fault(
        "dns-servfail",
        "dns",
        "the name server fails for the registry's name",
        _dns(names.HOST, "servfail"),
        ("dns-failure",),
        says="server misbehaving",
    ),
    Fault(
        "dns-timeout",
        "dns",
        "the name server does not answer for the registry's name",
        _dns(names.HOST, "timeout"),
        ("dns-failure",),
        slow=True,
    ),
    Fault(
        "dns-api-nxdomain",
        "dns",
        "the API's name does not exist",
        _dns(names.API_HOST, "nxdomain"),
        ("dns-failure", "vpc-endpoint-api-missing"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "dns-s3-nxdomain",
        "dns",
        "the layer bucket's name does not exist",
        _dns(names.S3_HOST, "nxdomain"),
        ("dns-failure", "s3-layer-unreachable"),
        says="no such host",
    ),
    Fault(
        "resolv-conf-dead",
        "dns",
        "/etc/resolv.conf names a server that refuses",
        _dead_resolver,
        ("dns-failure",),
        says="read: connection refused",
    ),
    Fault(
        "hosts-override",
        "dns",
        "/etc/hosts sends the registry's name to a dead address",
        _stale_hosts,
        ("hosts-file-override", "connection-refused"),
        says="connection refused",
    ),
    Fault(
        "dkr-refused",
        "network",
        "the registry's address refuses the connection",
        _refused(names.HOST),
        ("connection-refused",),
        says="connect: connection refused",
    ),
    Fault(
        "api-refused",
        "network",
        "the API's address refuses the connection",
        _refused(names.API_HOST),
        ("connection-refused", "vpc-endpoint-api-missing"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "s3-refused",
        "network",
        "the layer bucket's address refuses the connection",
        _refused(names.S3_HOST),
        ("connection-refused", "s3-layer-unreachable"),
        says="connect: connection refused",
    ),
    Fault(
        "dkr-blackhole",
        "network",
        "packets to the registry vanish",
        _dns(names.HOST, names.BLACK_HOLE),
        ("network-timeout", "vpc-endpoint-dkr-missing"),
        slow=True,
    ),
    Fault(
        "api-blackhole",
        "network",
        "packets to the API vanish",
        _dns(names.API_HOST, names.BLACK_HOLE),
        ("network-timeout", "vpc-endpoint-api-missing"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "s3-blackhole",
        "network",
        "packets to the layer bucket vanish",
        _dns(names.S3_HOST, names.BLACK_HOLE),
        ("network-timeout", "s3-layer-unreachable"),
        slow=True,
    ),
    Fault(
        "dkr-reset",
        "network",
        "a middlebox resets connections to the registry",
        _dns(names.HOST, names.RESETTING),
        ("connection-reset",),
        says="connection reset by peer",
    ),
    Fault(
        "dkr-closed",
        "network",
        "a middlebox ends connections to the registry",
        _dns(names.HOST, names.CLOSING),
        ("connection-reset",),
        says="EOF",
    ),
    Fault(
        "dkr-no-route",
        "network",
        "there is no route to the registry's address",
        _dns(names.HOST, "192.0.2.1"),
        ("network-no-route", "network-timeout"),
        says="network is unreachable",
    ),
    Fault(
        "dkr-first-address-dead",
        "none",
        "the first of the registry's two addresses refuses, the second is good",
        _dns(names.HOST, names.REFUSING, names.address(names.HOST) or ""),
        pull_works=True,
    ),
    Fault(
        "s3-reset",
        "network",
        "a middlebox resets connections to the layer bucket",
        _dns(names.S3_HOST, names.RESETTING),
        ("connection-reset", "s3-layer-unreachable", "s3-layer-blocked"),
        says="connection reset by peer",
    ),
    Fault(
        "s3-403",
        "network",
        "the S3 endpoint's policy forbids the layer bucket",
        _http(names.S3_HOST, status=403, body=_DENIED_BY_S3),
        ("s3-layer-policy-deny",),
        says="error parsing HTTP 403 response body",
    ),
    Fault(
        "captive-portal",
        "network",
        "a portal's page answers in the registry's place",
        _http(names.HOST, status=200, body=_PORTAL, headers={"Content-Type": "text/html"}),
        ("captive-portal",),
        says="invalid character '<'",
    ),
    Fault(
        "client-proxy-refused",
        "environment",
        "the shell's HTTPS_PROXY is dead: helper and aws use it, dockerd does not",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": f"http://{names.REFUSING}:3128"},
    ),
)
