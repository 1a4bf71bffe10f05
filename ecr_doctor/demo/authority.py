"""A throw-away certificate authority, and certificates that are right or wrong in one way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ecr_doctor.errors import EcrDoctorError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_DAY = timedelta(days=1)
_FINE, _OVER = (-_DAY, 2 * _DAY), (-30 * _DAY, -2 * _DAY)
"""Begin and end of a certificate's life, counted from now."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority that lives as long as this process."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    def pem(self) -> bytes:
        """The certificate, for clients to trust."""
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, names: Iterable[str], *, expired: bool = False) -> bytes:
        """Key and certificate of a server, in one PEM text."""
        from cryptography import x509  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        names = list(names)
        key = ec.generate_private_key(ec.SECP256R1())
        life = _OVER if expired else _FINE
        builder = _builder(_name(names[0]), self.certificate.subject, key, life)
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        usage = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        for extension in (alternatives, usage, issuer):
            builder = builder.add_extension(extension, critical=False)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return private + _signed(builder, self.key).public_bytes(Encoding.PEM)


def make_authority(common_name: str) -> Authority:
    """A new authority.

    Raises:
        EcrDoctorError: the package `cryptography` is not installed.

    """
    try:
        from cryptography import x509  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    except ImportError as error:
        hint = "Install it with: pip install 'ecr-doctor[demo]'"
        raise EcrDoctorError("the demo needs the package cryptography", hint) from error
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(common_name)
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    builder = _builder(name, name, key, _FINE).add_extension(constraints, critical=True)
    # Python 3.13 and later refuse authorities without the key usage of one.
    signs = dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True)
    nothing = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    builder = builder.add_extension(x509.KeyUsage(**signs, **nothing), critical=True)
    return Authority(_signed(builder, key), key)


def _name(common_name: str) -> x509.Name:
    from cryptography import x509  # noqa: PLC0415

    short = common_name[:64]  # RFC 5280, ub-common-name
    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, short)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    life: tuple[timedelta, timedelta],
) -> x509.CertificateBuilder:
    from cryptography import x509  # noqa: PLC0415

    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(), now + life[0], now + life[1]
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False)


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> x509.Certificate:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    return builder.sign(key, SHA256())
