"""Names and addresses once more: hosts files, name servers, and several answers."""

from __future__ import annotations

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, works

_HOST, _API, _S3 = names.HOST, names.API_HOST, names.S3_HOST
_DEAD, _GONE = names.REFUSING, names.BLACK_HOLE
_RIGHT = names.address(_HOST) or ""
_NOWHERE = "0.0.0.0"  # noqa: S104 - an answer of name servers that filter
_LOCAL = "127.0.0.1 localhost"


def _dns(host: str, *answers: str) -> Injection:
    return lambda lab: lab.update(dns={host: list(answers)})


def _hosts(*lines: str) -> Injection:
    return lambda lab: lab.rewrite_etc("hosts", "\n".join((_LOCAL, *lines, "")))


def _resolver(*lines: str) -> Injection:
    return lambda lab: lab.rewrite_etc("resolv.conf", "\n".join((*lines, "")))


FAULTS = (
    Fault(
        "dkr-two-dead",
        "network",
        "both addresses of the registry refuse",
        _dns(_HOST, _DEAD, "10.77.0.100"),
        ("connection-refused", "network-no-route"),
    ),
    Fault(
        "dkr-refused-and-gone",
        "network",
        "one address of the registry refuses, one is silent",
        _dns(_HOST, _DEAD, _GONE),
        ("connection-refused", "network-timeout"),
        slow=True,
    ),
    Fault(
        "api-two-dead",
        "network",
        "both addresses of the API are silent",
        _dns(_API, _GONE, _GONE),
        ("network-timeout", "vpc-endpoint-api-missing"),
        slow=True,
    ),
    works(
        "dkr-many-addresses",
        "the registry has 20 addresses, of which one refuses",
        _dns(_HOST, _DEAD, *(_RIGHT,) * 19),
    ),
    Fault(
        "s3-six-without-route",
        "network",
        "the bucket has an IPv6 address only, without a route",
        _dns(_S3, "2600:1f18::1"),
        ("network-no-route", "s3-layer-unreachable"),
        says="unreachable",
    ),
    Fault(
        "api-six-without-route",
        "network",
        "the API has an IPv6 address only, without a route",
        _dns(_API, "2600:1f18::1"),
        ("network-no-route",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "dns-loopback",
        "dns",
        "a filtering name server answers 127.0.0.1 for the registry",
        _dns(_HOST, "127.0.0.1"),
        ("dns-failure", "connection-refused", "hosts-file-override"),
    ),
    Fault(
        "dns-zero-api",
        "dns",
        "a filtering name server answers 0.0.0.0 for the API",
        _dns(_API, _NOWHERE),
        ("dns-failure", "connection-refused"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "dns-zero-s3",
        "dns",
        "a filtering name server answers 0.0.0.0 for the bucket",
        _dns(_S3, _NOWHERE),
        ("dns-failure", "connection-refused", "s3-layer-unreachable", "s3-layer-blocked"),
    ),
    Fault(
        "dns-sinkhole",
        "dns",
        "a filtering name server leads the registry to its page",
        _dns(_HOST, names.INTERCEPTOR),
        ("tls-untrusted-ca",),
        says="x509",
    ),
    Fault(
        "hosts-six",
        "dns",
        "/etc/hosts sends the registry to ::1",
        _hosts(f"::1 {_HOST}"),
        ("hosts-file-override", "connection-refused"),
    ),
    Fault(
        "hosts-capitals",
        "dns",
        "/etc/hosts has the registry in capitals, with tabs",
        _hosts(f"{_DEAD}\t\tother.example\t{_HOST.upper()}"),
        ("hosts-file-override", "connection-refused"),
    ),
    Fault(
        "hosts-gone",
        "dns",
        "/etc/hosts sends the registry to an address that is silent",
        _hosts(f"{_GONE} {_HOST}"),
        ("hosts-file-override", "network-timeout"),
        slow=True,
    ),
    Fault(
        "hosts-last-of-many",
        "dns",
        "the registry is the last of the names on a line",
        _hosts(f"{_DEAD} a.example b.example {_HOST} # old"),
        ("hosts-file-override", "connection-refused"),
    ),
    works(
        "hosts-comment",
        "/etc/hosts has the registry in a comment",
        _hosts(f"# {_DEAD} {_HOST}", f"{_DEAD} other.example # {_HOST}"),
    ),
    works(
        "hosts-sub-domain",
        "/etc/hosts has a name that ends as the registry's",
        _hosts(f"{_DEAD} x.{_HOST}", f"{_DEAD} {_HOST}.example"),
    ),
    works(
        "hosts-sts",
        "/etc/hosts sends STS, which nobody needs, to a dead address",
        _hosts(f"{_DEAD} sts.amazonaws.com {names.STS_HOST}"),
    ),
    works(
        "resolver-options",
        "/etc/resolv.conf has a search list and options",
        _resolver(
            "search corp.example lab.example",
            f"nameserver {names.NAME_SERVER}",
            "options ndots:5 timeout:1 attempts:1 rotate",
        ),
    ),
    works(
        "resolver-strange-lines",
        "/etc/resolv.conf has lines that mean nothing",
        _resolver(
            "; made by hand",
            "nameserver",
            "nameserver not-an-address",
            "bogus yes",
            f"nameserver {names.NAME_SERVER}",
        ),
    ),
    Fault(
        "resolver-closed-port",
        "dns",
        "the name server is this machine's, which runs none",
        _resolver("nameserver 127.0.0.53"),
        ("dns-failure",),
        says="127.0.0.53:53",
    ),
    Fault(
        "resolver-gone",
        "dns",
        "the only name server is silent",
        _resolver(f"nameserver {_GONE}"),
        ("dns-failure",),
        slow=True,
    ),
)
