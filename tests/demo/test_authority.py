from __future__ import annotations

import sys

import pytest

from ecr_doctor.demo.authority import make_authority
from ecr_doctor.errors import EcrDoctorError
from ecr_doctor.probes.certificate import pem_blocks, read_certificate


def test_a_certificate_for_several_names() -> None:
    authority = make_authority("an authority")

    (der,) = pem_blocks(authority.issue(["a.example.com", "b.example.com"]))

    certificate = read_certificate(der)
    assert (certificate.issuer, certificate.subject) == ("an authority", "a.example.com")
    assert certificate.names == ("a.example.com", "b.example.com")
    assert certificate.not_before < certificate.not_after


def test_long_names_fit() -> None:
    host = "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com.example"

    (der,) = pem_blocks(make_authority("an authority").issue([host]))

    assert read_certificate(der).names == (host,)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)

    with pytest.raises(EcrDoctorError, match="cryptography") as caught:
        make_authority("an authority")

    assert caught.value.hint == "Install it with: pip install 'ecr-doctor[demo]'"
