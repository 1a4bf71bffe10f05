"""Certificates of other shapes, old TLS, and servers that want more than a greeting."""

from __future__ import annotations

from functools import partial

from lab import names
from lab.faults.model import NO_CREDENTIALS, Injection, fails, works

_HOST = names.HOST
_UNKNOWN = "x509: certificate signed by unknown authority"
_INVALID = "x509: certificate has expired or is not yet valid"
_DATES = ("tls-certificate-expired", "clock-skew")


def _tls(variant: str, host: str = _HOST) -> Injection:
    return lambda lab: lab.update(tls={host: variant})


def _leads(host: str, address: str) -> Injection:
    return lambda lab: lab.update(dns={host: address})


_fails = partial(fails, "tls")

FAULTS = (
    works("chain-complete", "an intermediate authority is sent along", _tls("intermediate", "*")),
    _fails(
        "chain-incomplete",
        "the registry does not send its intermediate authority",
        _tls("no-intermediate"),
        "tls-untrusted-ca",
        says=_UNKNOWN,
    ),
    _fails(
        "chain-incomplete-api",
        "the API does not send its intermediate authority",
        _tls("no-intermediate", names.API_HOST),
        "tls-untrusted-ca",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "chain-incomplete-s3",
        "the bucket does not send its intermediate authority",
        _tls("no-intermediate", names.S3_HOST),
        "tls-untrusted-ca",
        says=_UNKNOWN,
    ),
    works("names-wildcard", "certificates are for *.DOMAIN, as AWS's are", _tls("wildcard", "*")),
    _fails(
        "names-wildcard-of-domain",
        "the registry's certificate is for *.amazonaws.com, one level only",
        _tls("wildcard-of-domain"),
        "tls-wrong-host",
        says="x509: certificate is valid for *.amazonaws.com, not",
    ),
    _fails(
        "names-none",
        "the registry's certificate has no names but its subject",
        _tls("no-names"),
        "tls-wrong-host",
        says="x509",
    ),
    _fails(
        "names-address",
        "the registry's certificate is for an address",
        _tls("address"),
        "tls-wrong-host",
        says="x509",
    ),
    _fails(
        "names-wrong-api",
        "the API's certificate is another host's",
        _tls("wrong-host", names.API_HOST),
        "tls-wrong-host",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "names-wrong-s3",
        "the bucket's certificate is another host's",
        _tls("wrong-host", names.S3_HOST),
        "tls-wrong-host",
        says="x509: certificate is valid for",
    ),
    _fails(
        "dates-expired-api",
        "the API's certificate has expired",
        _tls("expired", names.API_HOST),
        *_DATES,
        says=NO_CREDENTIALS,
    ),
    _fails(
        "dates-expired-s3",
        "the bucket's certificate has expired",
        _tls("expired", names.S3_HOST),
        *_DATES,
        says=_INVALID,
    ),
    _fails(
        "dates-early-everywhere",
        "no certificate is valid yet",
        _tls("not-yet-valid", "*"),
        *_DATES,
        says=_INVALID,
    ),
    _fails(
        "self-signed-api",
        "the API's certificate is signed by itself",
        _tls("self-signed", names.API_HOST),
        "tls-untrusted-ca",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "old-tls",
        "a middlebox speaks TLS 1.1 at most in the registry's place",
        _leads(_HOST, names.OLD_TLS),
        "connection-reset",
        says="EOF",
    ),
    _fails(
        "old-tls-api",
        "a middlebox speaks TLS 1.1 at most in the API's place",
        _leads(names.API_HOST, names.OLD_TLS),
        "connection-reset",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "old-tls-s3",
        "a middlebox speaks TLS 1.1 at most in the bucket's place",
        _leads(names.S3_HOST, names.OLD_TLS),
        "connection-reset",
        "s3-layer-blocked",
        "s3-layer-unreachable",
        says="EOF",
    ),
    _fails(
        "client-certificate-wanted",
        "a middlebox wants a certificate of its clients in the registry's place",
        _leads(_HOST, names.MUTUAL_TLS),
        "connection-reset",
        "certsd-broken",
        says="EOF",
    ),
    _fails(
        "client-certificate-wanted-api",
        "a middlebox wants a certificate of its clients in the API's place",
        _leads(names.API_HOST, names.MUTUAL_TLS),
        "connection-reset",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "no-tls",
        "port 443 of the registry speaks plain HTTP",
        _leads(_HOST, names.PLAIN),
        "connection-reset",
        "captive-portal",
        says="server gave HTTP response to HTTPS client",
    ),
    _fails(
        "no-tls-api",
        "port 443 of the API speaks plain HTTP",
        _leads(names.API_HOST, names.PLAIN),
        "connection-reset",
        "captive-portal",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "no-tls-s3",
        "port 443 of the bucket speaks plain HTTP",
        _leads(names.S3_HOST, names.PLAIN),
        "connection-reset",
        "captive-portal",
        "s3-layer-blocked",
        "s3-layer-unreachable",
        says="server gave HTTP response to HTTPS client",
    ),
    _fails(
        "handshake-refused-api",
        "the API refuses the handshake",
        _leads(names.API_HOST, names.ALERTING),
        "connection-reset",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "handshake-refused-s3",
        "the bucket refuses the handshake",
        _leads(names.S3_HOST, names.ALERTING),
        "connection-reset",
        "s3-layer-blocked",
        "s3-layer-unreachable",
        says="handshake failure",
    ),
)
