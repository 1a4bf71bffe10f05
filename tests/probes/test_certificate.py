from __future__ import annotations

import ipaddress
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.probes.certificate import CertificateError, pem_blocks, read_certificate
from probes.network_machine import AUTHORITY

LEAF = AUTHORITY.issue_cert(
    "registry.example", "*.example", "10.0.0.1", "2001:db8::1", common_name="Läden"
)
PEM = LEAF.cert_chain_pems[0].bytes()


def test_agrees_with_the_cryptography_package() -> None:
    theirs = x509.load_pem_x509_certificate(PEM)

    ours = read_certificate(theirs.public_bytes(Encoding.DER))

    assert ours.not_before == theirs.not_valid_before_utc
    assert ours.not_after == theirs.not_valid_after_utc
    assert ours.names == ("registry.example", "*.example", "10.0.0.1", "2001:db8::1")
    assert "Läden" in ours.subject
    assert "Lab CA" in ours.issuer
    assert not ours.is_authority
    assert not ours.self_issued


def test_an_authority_is_its_own_issuer() -> None:
    (der,) = pem_blocks(AUTHORITY.cert_pem.bytes())

    found = read_certificate(der)

    assert found.self_issued
    assert found.is_authority
    assert found.subject == found.issuer


def test_years_from_2050_on() -> None:
    leaf = trustme.CA().issue_cert("a.example", not_after=datetime(2060, 1, 2, 3, 4, 5, tzinfo=UTC))
    (der,) = pem_blocks(leaf.cert_chain_pems[0].bytes())

    assert read_certificate(der).not_after == datetime(2060, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_broken_blocks_of_a_bundle_are_skipped() -> None:
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    garbled = PEM.replace(b"MII", b"!!!", 1)

    assert len(list(pem_blocks(broken + b"# text\n" + PEM + garbled + PEM))) == 2


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b" ", b"x"])
def test_a_block_within_a_line_is_none_to_go(before: bytes) -> None:
    assert len(list(pem_blocks(before + PEM + PEM))) == 1


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 30, 120, 400])
def test_a_cut_certificate_is_refused(cut: int) -> None:
    (der,) = pem_blocks(PEM)

    with pytest.raises(CertificateError):
        read_certificate(der[:cut])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(CertificateError):
        assert read_certificate(data).subject


@given(st.integers(0, 700), st.integers(0, 255))
def test_a_changed_byte_never_breaks_the_reader(place: int, value: int) -> None:
    (der,) = pem_blocks(PEM)
    changed = bytearray(der)
    changed[place % len(der)] = value
    try:
        found = read_certificate(bytes(changed))
    except CertificateError:
        return
    assert found.subject.isprintable()


def test_addresses_are_addresses() -> None:
    (der,) = pem_blocks(PEM)

    assert ipaddress.ip_address(read_certificate(der).names[3]).version == 6
