"""Certificate authorities, and server certificates that are right or wrong in one way."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.timedelta(days=1)
_SUBJECTS = {
    "wrong-host": "wrong.host.example",
    "wildcard": "*.{1}",
    "wildcard-of-domain": "*.amazonaws.com",
    "address": "10.77.0.10",
}
"""The name in a certificate that is not the host's; {0} is the host, {1} its domain."""
_BELOW = ("intermediate", "no-intermediate")
"""Signed below the root: the first sends its authority along, the second does not."""


@dataclass(frozen=True)
class Authority:
    """A certificate authority that can sign."""

    name: x509.Name
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> str:
        """Return the authority's certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def save(self, folder: Path, name: str) -> None:
        """Write certificate and key, for the server process to sign with."""
        (folder / f"{name}.crt").write_text(self.pem(), encoding="ascii")
        (folder / f"{name}.key").write_bytes(_private(self.key))


def load_authority(folder: Path, name: str) -> Authority:
    """Read what `save` wrote."""
    certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the laboratory's keys are elliptic")
    return Authority(certificate.subject, certificate, key)


def make_authority(common_name: str) -> Authority:
    """Make a new authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    builder = _builder(name, name, key, -DAY, 365 * DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Authority(name, builder.sign(key, hashes.SHA256()), key)


def issue(host: str, variant: str, lab: Authority, corporate: Authority) -> bytes:
    """Return key and certificate for `host`, wrong in the way `variant` says."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _SUBJECTS.get(variant, "{}").format(host, host.partition(".")[2])
    begins, ends = {
        "expired": (-30 * DAY, -2 * DAY),
        "not-yet-valid": (3 * DAY, 30 * DAY),
    }.get(variant, (-DAY, 30 * DAY))
    signer = corporate if variant == "unknown-ca" else lab
    if variant == "self-signed":
        signer = Authority(_name(subject), corporate.certificate, key)
    if variant in _BELOW:
        signer = _intermediate(lab)
    builder = _builder(_name(subject), signer.name, key, begins, ends)
    if variant != "no-names":
        names = x509.SubjectAlternativeName([_alternative(subject)])
        builder = builder.add_extension(names, critical=False)
    certificate = builder.sign(signer.key, hashes.SHA256())
    more = signer.pem().encode() if variant == "intermediate" else b""
    return _private(key) + certificate.public_bytes(serialization.Encoding.PEM) + more


def _intermediate(root: Authority) -> Authority:
    """Return an authority below another one, which clients know only if they are sent it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Laboratory Intermediate CA")
    builder = _builder(name, root.name, key, -DAY, 60 * DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Authority(name, builder.sign(root.key, hashes.SHA256()), key)


def _alternative(subject: str) -> x509.GeneralName:
    """Return a subject alternative name for a host or an address."""
    try:
        return x509.IPAddress(ipaddress.ip_address(subject))
    except ValueError:
        return x509.DNSName(subject)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins: dt.timedelta,
    ends: dt.timedelta,
) -> x509.CertificateBuilder:
    """Return a certificate that lacks only its extensions and its signature."""
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
    )


def _name(common_name: str) -> x509.Name:
    """Return a name; X.509 allows a common name of 64 characters at most."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key as PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
