"""Names without addresses, dead addresses and missing families: what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.combined import with_login, with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_V4 = {host: names.address(host) or "" for host in (_HOST, names.API_HOST, names.S3_HOST)}
_V6 = {host: names.six(address) for host, address in _V4.items()}
_NOWHERE = "0.0.0.0"  # noqa: S104 - an answer of name servers that filter
_NO_ROUTE6 = "2600:1f18::1"
_GLOBAL_STS = "sts.amazonaws.com"


def _dns(**more: object) -> Injection:
    return lambda lab: lab.update(dns=more)


def _names(answers: dict[str, object]) -> Injection:
    return lambda lab: lab.update(dns=answers)


def _sts(answer: object) -> Injection:
    return _names({names.STS_HOST: answer, _GLOBAL_STS: answer})


def _hosts(*lines: str) -> Injection:
    return lambda lab: lab.rewrite_etc("hosts", "\n".join(("127.0.0.1 localhost", *lines, "")))


def _second_server(lab: Lab) -> None:
    servers = (names.REFUSING, names.NAME_SERVER)
    lab.rewrite_etc("resolv.conf", "".join(f"nameserver {one}\n" for one in servers))


def _silent_server(lab: Lab) -> None:
    servers = (names.BLACK_HOLE, names.NAME_SERVER)
    lab.rewrite_etc("resolv.conf", "".join(f"nameserver {one}\n" for one in servers))


def _empty_resolv_conf(lab: Lab) -> None:
    lab.rewrite_etc("resolv.conf", "")


FAULTS = (
    Fault(
        "dkr-first-address-black-hole",
        "none",
        "packets to the first of the registry's two addresses vanish",
        _names({_HOST: [names.BLACK_HOLE, _V4[_HOST]]}),
        pull_works=True,
        slow=True,
    ),
    Fault(
        "s3-first-address-black-hole",
        "none",
        "packets to the first of the bucket's two addresses vanish",
        _names({names.S3_HOST: [names.BLACK_HOLE, _V4[names.S3_HOST]]}),
        pull_works=True,
        slow=True,
    ),
    Fault(
        "api-first-address-black-hole",
        "none",
        "packets to the first of the API's two addresses vanish",
        _names({names.API_HOST: [names.BLACK_HOLE, _V4[names.API_HOST]]}),
        pull_works=True,
        slow=True,
    ),
    Fault(
        "api-first-address-refuses",
        "none",
        "the first of the API's two addresses refuses",
        _names({names.API_HOST: [names.REFUSING, _V4[names.API_HOST]]}),
        pull_works=True,
    ),
    Fault(
        "s3-first-address-refuses",
        "none",
        "the first of the bucket's two addresses refuses",
        _names({names.S3_HOST: [names.REFUSING, _V4[names.S3_HOST]]}),
        pull_works=True,
    ),
    Fault(
        "dkr-last-address-dead",
        "none",
        "the second of the registry's addresses is dead, and never needed",
        _names({_HOST: [_V4[_HOST], names.BLACK_HOLE]}),
        pull_works=True,
    ),
    Fault(
        "ipv6-without-route",
        "none",
        "every name has an IPv6 address too, and there is no route to it",
        _names({host: [_NO_ROUTE6, v4] for host, v4 in _V4.items()}),
        pull_works=True,
    ),
    Fault(
        "ipv6-works",
        "none",
        "every name has an IPv6 address too, which works",
        _names({host: [_V6[host], v4] for host, v4 in _V4.items()}),
        pull_works=True,
    ),
    Fault(
        "ipv6-only",
        "none",
        "every name has an IPv6 address only, which works",
        _names({host: [v6] for host, v6 in _V6.items()}),
        pull_works=True,
    ),
    Fault(
        "ipv6-only-without-route",
        "network",
        "the registry has an IPv6 address only, and there is no route to it",
        _names({_HOST: [_NO_ROUTE6]}),
        ("network-no-route",),
        says="unreachable",
    ),
    Fault(
        "dns-no-address",
        "dns",
        "the registry's name exists and has no address",
        _names({_HOST: []}),
        ("dns-failure",),
        says="no such host",
        slow=True,  # docker asks again for more than a minute
    ),
    Fault(
        "dns-zero-address",
        "dns",
        "a filtering name server answers 0.0.0.0 for the registry",
        _names({_HOST: _NOWHERE}),
        ("dns-failure", "connection-refused", "hosts-file-override"),
        says="connection refused",
    ),
    Fault(
        "sts-nxdomain",
        "none",
        "STS has no name, and is not needed",
        _sts("nxdomain"),
        pull_works=True,
    ),
    Fault(
        "sts-refused",
        "none",
        "STS refuses, and is not needed",
        _sts(names.REFUSING),
        pull_works=True,
    ),
    Fault(
        "sts-black-hole",
        "none",
        "packets to STS vanish, and it is not needed",
        _sts(names.BLACK_HOLE),
        pull_works=True,
    ),
    Fault(
        "sts-nxdomain-role",
        "network",
        "STS has no name, and gives the role's keys",
        with_role(_sts("nxdomain")),
        ("dns-failure",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "sts-refused-role",
        "network",
        "STS refuses, and gives the role's keys",
        with_role(_sts(names.REFUSING)),
        ("connection-refused",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "sts-black-hole-role",
        "network",
        "packets to STS vanish, and it gives the role's keys",
        with_role(_sts(names.BLACK_HOLE)),
        ("network-timeout",),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "api-down-beside-login",
        "none",
        "packets to the API vanish, and a login is stored",
        with_login(_names({names.API_HOST: names.BLACK_HOLE})),
        pull_works=True,
    ),
    Fault(
        "api-nxdomain-beside-login",
        "none",
        "the API has no name, and a login is stored",
        with_login(_names({names.API_HOST: "nxdomain"})),
        pull_works=True,
    ),
    Fault(
        "hosts-s3",
        "dns",
        "/etc/hosts sends the bucket to a dead address",
        _hosts(f"{names.REFUSING} {names.S3_HOST}"),
        ("hosts-file-override", "connection-refused", "s3-layer-unreachable"),
        says="connection refused",
    ),
    Fault(
        "hosts-api",
        "dns",
        "/etc/hosts sends the API to a dead address",
        _hosts(f"{names.REFUSING} {names.API_HOST}"),
        ("hosts-file-override", "connection-refused"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "hosts-api-elsewhere",
        "dns",
        "/etc/hosts sends the API to the registry's address",
        _hosts(f"{names.address(names.OTHER_ACCOUNT_HOST)} {_HOST}"),
        pull_works=True,
    ),
    Fault(
        "hosts-right",
        "none",
        "/etc/hosts has the right address of the registry",
        _hosts(f"{_V4[_HOST]} {_HOST}"),
        pull_works=True,
    ),
    Fault(
        "resolv-conf-first-refuses",
        "none",
        "the first of two name servers refuses",
        _second_server,
        pull_works=True,
    ),
    Fault(
        "resolv-conf-first-silent",
        "none",
        "the first of two name servers is silent",
        _silent_server,
        pull_works=True,
        slow=True,
    ),
    Fault(
        "resolv-conf-empty",
        "dns",
        "/etc/resolv.conf is empty",
        _empty_resolv_conf,
        ("dns-failure",),
    ),
    Fault(
        "dns-api-servfail",
        "dns",
        "the name server fails for the API",
        _names({names.API_HOST: "servfail"}),
        ("dns-failure",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "dns-s3-timeout",
        "dns",
        "the name server is silent about the bucket",
        _names({names.S3_HOST: "timeout"}),
        ("dns-failure", "s3-layer-unreachable"),
        slow=True,
    ),
    Fault(
        "dns-all-nxdomain",
        "dns",
        "no name exists: the machine is off line",
        _dns(**{"*": "nxdomain"}),
        ("dns-failure",),
        says="no such host",
    ),
    Fault(
        "dns-all-timeout",
        "dns",
        "the name server is silent",
        _dns(**{"*": "timeout"}),
        ("dns-failure",),
        slow=True,
    ),
    Fault(
        "all-black-hole",
        "network",
        "packets to everything vanish",
        _dns(**{"*": names.BLACK_HOLE}),
        ("network-timeout", "vpc-endpoint-dkr-missing"),
        slow=True,
    ),
    Fault(
        "all-no-route",
        "network",
        "there is no route to anything",
        _dns(**{"*": "192.0.2.1"}),
        ("network-no-route",),
        says="unreachable",
    ),
    Fault(
        "api-reset",
        "network",
        "a middlebox resets connections to the API",
        _names({names.API_HOST: names.RESETTING}),
        ("connection-reset",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "s3-closed",
        "network",
        "a middlebox ends connections to the bucket",
        _names({names.S3_HOST: names.CLOSING}),
        ("connection-reset", "s3-layer-blocked", "s3-layer-unreachable"),
        says="EOF",
    ),
    Fault(
        "s3-no-route",
        "network",
        "there is no route to the bucket",
        _names({names.S3_HOST: "192.0.2.1"}),
        ("network-no-route", "s3-layer-unreachable"),
        says="unreachable",
    ),
    Fault(
        "api-no-route",
        "network",
        "there is no route to the API",
        _names({names.API_HOST: "192.0.2.1"}),
        ("network-no-route",),
        says=NO_CREDENTIALS,
    ),
)
