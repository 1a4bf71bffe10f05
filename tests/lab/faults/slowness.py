"""Long ways: what is slow and works, and what is too slow."""

from __future__ import annotations

from lab import names
from lab.faults.combined import with_login, with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection

_HOST = names.HOST
_GLOBAL_STS = "sts.amazonaws.com"


def _latency(seconds: float) -> Injection:
    return lambda lab: lab.update(latency=seconds)


def _delay(host: str, seconds: float) -> Injection:
    return lambda lab: lab.update(http=[{"host": host, "delay": seconds}])


FAULTS = (
    *(
        Fault(f"latency-{ms}", "none", f"{ms} ms of latency", _latency(ms / 1000), pull_works=True)
        for ms in (100, 200, 400)
    ),
    Fault(
        "latency-300-login",
        "none",
        "300 ms of latency and a stored login",
        with_login(_latency(0.3)),
        pull_works=True,
    ),
    Fault(
        "sts-silent", "none", "STS accepts and never answers", _delay("sts*", 3600), pull_works=True
    ),
    Fault(
        "sts-unknown-ca",
        "none",
        "a corporate CA signed STS's certificate; it is not needed",
        lambda lab: lab.update(tls={names.STS_HOST: "unknown-ca", _GLOBAL_STS: "unknown-ca"}),
        pull_works=True,
    ),
    Fault(
        "sts-unknown-ca-role",
        "tls",
        "a corporate CA signed STS's certificate",
        with_role(
            lambda lab: lab.update(tls={names.STS_HOST: "unknown-ca", _GLOBAL_STS: "unknown-ca"})
        ),
        ("tls-untrusted-ca",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-slow",
        "none",
        "the API answers after 2 s",
        _delay(names.API_HOST, 2.0),
        pull_works=True,
    ),
    Fault(
        "dkr-slow", "none", "the registry answers after 1 s", _delay(_HOST, 1.0), pull_works=True
    ),
    Fault(
        "s3-slow",
        "none",
        "the bucket answers after 2 s",
        _delay(names.S3_HOST, 2.0),
        pull_works=True,
    ),
    Fault(
        "api-silent",
        "network",
        "the API accepts and never answers",
        _delay(names.API_HOST, 3600),
        ("network-timeout", "ecr-service-side"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "s3-silent",
        "network",
        "the bucket accepts and never answers",
        _delay(names.S3_HOST, 3600),
        ("s3-layer-unreachable", "network-timeout", "ecr-service-side"),
        slow=True,
    ),
)
