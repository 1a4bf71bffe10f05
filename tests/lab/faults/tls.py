"""Faults of certificates and of dockerd's certs.d."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection

if TYPE_CHECKING:
    from lab.world import Lab

_UNKNOWN = "x509: certificate signed by unknown authority"
_INVALID = "x509: certificate has expired or is not yet valid"


def _tls(variant: str, host: str = names.HOST) -> Injection:
    """Return an injection that gives a host a wrong certificate."""
    return lambda lab: lab.update(tls={host: variant})


def _certsd(name: str, content: str = "") -> Injection:
    """Return an injection that also puts a file, else the corporate CA, into certs.d."""

    def inject(lab: Lab) -> None:
        folder = lab.etc("docker") / "certs.d" / names.HOST
        folder.mkdir(parents=True)
        corporate = (lab.folder / "tls/corporate.crt").read_text()
        (folder / name).write_text(content or corporate, encoding="utf-8")

    return inject


def _inspected(name: str, content: str = "") -> Injection:
    """Return an injection of a certificate by the corporate CA, with a file in certs.d."""

    def inject(lab: Lab) -> None:
        _tls("unknown-ca")(lab)
        _certsd(name, content)(lab)

    return inject


FAULTS = (
    Fault(
        "tls-unknown-ca",
        "tls",
        "a corporate CA signed the registry's certificate",
        _tls("unknown-ca"),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
    ),
    Fault(
        "tls-unknown-ca-all",
        "tls",
        "a corporate CA signed every certificate",
        _tls("unknown-ca", "*"),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
    ),
    Fault(
        "tls-unknown-ca-api",
        "tls",
        "a corporate CA signed the API's certificate",
        _tls("unknown-ca", names.API_HOST),
        ("tls-untrusted-ca",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "tls-unknown-ca-s3",
        "tls",
        "a corporate CA signed the layer bucket's certificate",
        _tls("unknown-ca", names.S3_HOST),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
    ),
    Fault(
        "tls-self-signed",
        "tls",
        "the registry's certificate is signed by itself",
        _tls("self-signed"),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
    ),
    Fault(
        "tls-certsd-fixes-badca",
        "none",
        "the corporate CA is in certs.d, so dockerd trusts the registry",
        _inspected("ca.crt"),
        pull_works=True,
    ),
    Fault(
        "tls-expired",
        "tls",
        "the registry's certificate has expired",
        _tls("expired"),
        ("tls-certificate-expired", "clock-skew"),
        says=_INVALID,
    ),
    Fault(
        "tls-not-yet-valid",
        "tls",
        "the registry's certificate becomes valid in 3 days",
        _tls("not-yet-valid"),
        ("tls-certificate-expired", "clock-skew"),
        says=_INVALID,
    ),
    Fault(
        "tls-wrong-host",
        "tls",
        "the registry's certificate is another host's",
        _tls("wrong-host"),
        ("tls-wrong-host",),
        says="x509: certificate is valid for wrong.host.example, not",
    ),
    Fault(
        "tls-handshake-refused",
        "tls",
        "the registry refuses the handshake",
        lambda lab: lab.update(dns={names.HOST: names.ALERTING}),
        ("connection-reset",),
        says="handshake failure",
    ),
    Fault(
        "certsd-client-cert-without-key",
        "tls",
        "certs.d holds a client certificate without its key",
        _certsd("client.cert"),
        ("certsd-broken",),
        says="missing key client.key for client certificate client.cert",
    ),
    Fault(
        "certsd-wrong-extension",
        "tls",
        "the corporate CA was saved as ca.pem in certs.d, which docker ignores",
        _inspected("ca.pem"),
        ("certsd-broken", "tls-untrusted-ca"),
        says=_UNKNOWN,
    ),
    Fault(
        "certsd-garbage",
        "tls",
        "ca.crt in certs.d is no certificate, which docker ignores",
        _inspected("ca.crt", "this is not a certificate\n"),
        ("certsd-broken", "tls-untrusted-ca"),
        says=_UNKNOWN,
    ),
)
