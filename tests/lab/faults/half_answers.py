"""Handshakes without an answer, and name servers that know half of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lab import names
from lab.faults.answers import rule
from lab.faults.model import NO_CREDENTIALS, Injection, fails, works

if TYPE_CHECKING:
    from lab.world import Lab


_HOST, _API, _S3 = names.HOST, names.API_HOST, names.S3_HOST

_ADDRESS = {host: names.address(host) or "" for host in (_HOST, _API, _S3)}


def _dns(answers: dict[str, object]) -> Injection:
    return lambda lab: lab.update(dns=answers)


def _six(answer: object) -> Injection:
    """Return an injection of an answer to questions for IPv6 addresses alone."""
    return _dns({host: {"A": v4, "AAAA": answer} for host, v4 in _ADDRESS.items()})


def _hosts(*lines: str) -> Injection:
    return lambda lab: lab.rewrite_etc("hosts", "\n".join(("127.0.0.1 localhost", *lines, "")))


def _without_head(lab: Lab) -> None:
    rule(_HOST, path="/v2/*/manifests/*", method="HEAD", status=405)(lab)


_fails = partial(fails, "network")

FAULTS = (
    _fails(
        "dkr-handshake-unanswered",
        "the registry accepts and does not answer the greeting: large packets vanish",
        _dns({_HOST: names.MUTE}),
        "network-timeout",
        "connection-reset",
        says="TLS handshake timeout",
        slow=True,
    ),
    _fails(
        "api-handshake-unanswered",
        "the API accepts and does not answer the greeting",
        _dns({_API: names.MUTE}),
        "network-timeout",
        "vpc-endpoint-api-missing",
        "connection-reset",
        says=NO_CREDENTIALS,
        slow=True,
    ),
    _fails(
        "s3-handshake-unanswered",
        "the bucket accepts and does not answer the greeting",
        _dns({_S3: names.MUTE}),
        "network-timeout",
        "s3-layer-unreachable",
        "s3-layer-blocked",
        "connection-reset",
        slow=True,
    ),
    _fails(
        "dns-refused",
        "the name server refuses to say where the registry is",
        _dns({_HOST: "refused"}),
        "dns-failure",
    ),
    works("dns-six-servfail", "the name server fails for IPv6", _six("servfail")),
    works("dns-six-nxdomain", "the name server knows no name with IPv6", _six("nxdomain")),
    works(
        "hosts-two-lines",
        "/etc/hosts has a dead and a good address of the registry",
        _hosts(f"{names.REFUSING} {_HOST}", f"{_ADDRESS[_HOST]} {_HOST}"),
    ),
    works(
        "registry-without-head",
        "a proxy lets no HEAD through, and docker asks again",
        _without_head,
    ),
)
