from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme

from ecr_doctor.probes.side import Side
from ecr_doctor.probes.trust import (
    BundleState,
    CaVariablesProbe,
    TrustProbe,
    look_at,
    tls_settings,
)
from ecr_doctor.testing import HOST
from probes.network_machine import AUTHORITY, stage, trusting

if TYPE_CHECKING:
    from pathlib import Path

CORPORATE = trustme.CA(organization_name="Corporate Inspection")


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (AUTHORITY.cert_pem.bytes(), BundleState.OK),
        (b"", BundleState.NO_CERTIFICATES),
        (b"not a certificate", BundleState.NO_CERTIFICATES),
        (None, BundleState.MISSING),
    ],
)
def test_what_a_file_is(tmp_path: Path, content: bytes | None, state: BundleState) -> None:
    path = tmp_path / "bundle"
    if content is not None:
        path.write_bytes(content)

    assert look_at(str(path), "AWS_CA_BUNDLE").state is state


def test_a_folder_is_no_bundle(tmp_path: Path) -> None:
    assert look_at(str(tmp_path), "AWS_CA_BUNDLE").state is BundleState.DIRECTORY


def test_an_empty_path_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    assert not look_at(str(tmp_path / "file" / "x"), "AWS_CA_BUNDLE").good


def test_aws_variable_replaces_the_systems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)
    env = {"AWS_CA_BUNDLE": str(tmp_path / "bundle.crt"), "SSL_CERT_FILE": "/none"}

    trust = stage(env=env).observe(TrustProbe(Side.CLIENT))

    assert trust.bundle is not None
    assert trust.bundle.source == "AWS_CA_BUNDLE"
    assert trust.folders == ()


def test_the_profiles_bundle(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[profile ci]\nca_bundle = ~/ci.pem\n")
    env = {"HOME": str(tmp_path), "AWS_PROFILE": "ci"}

    (bundle,) = stage(env=env).observe(CaVariablesProbe()).bundles

    assert bundle.source == "ca_bundle of profile ci"
    assert bundle.path == f"{tmp_path}/ci.pem"


def test_an_unparsable_aws_config_names_no_bundle(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_bytes(b"no section\n\xff")

    assert stage(env={"HOME": str(tmp_path)}).observe(CaVariablesProbe()).bundles == ()


def test_the_engine_does_not_have_the_clients_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)
    folder = tmp_path / "certs.d" / HOST
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(CORPORATE.cert_pem.bytes())

    trust = stage(env={"AWS_CA_BUNDLE": "/none"}).observe(TrustProbe(Side.ENGINE))

    assert trust.bundle is not None
    assert trust.bundle.source == "system"
    assert trust.extra == (str(folder / "ca.crt"),)
    assert len(tls_settings(trust).get_ca_certs()) == 2


def test_broken_certificates_of_a_bundle_are_skipped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)
    bundle = tmp_path / "bundle.crt"
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    bundle.write_bytes(broken + CORPORATE.cert_pem.bytes())

    trust = stage().observe(TrustProbe(Side.ENGINE))

    assert len(tls_settings(trust).get_ca_certs()) == 1


def test_a_changed_bundle_is_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)
    trust = stage().observe(TrustProbe(Side.ENGINE))
    before = tls_settings(trust)

    (tmp_path / "bundle.crt").write_bytes(CORPORATE.cert_pem.bytes())

    assert tls_settings(trust).get_ca_certs() != before.get_ca_certs()


@pytest.mark.parametrize(("client", "source"), [("docker", "system"), ("skopeo", "SSL_CERT_FILE")])
def test_clients_without_an_engine_heed_their_own_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, client: str, source: str
) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)
    own = tmp_path / "own.crt"
    own.write_bytes(CORPORATE.cert_pem.bytes())

    trust = stage(env={"SSL_CERT_FILE": str(own)}, client=client).observe(TrustProbe(Side.ENGINE))

    assert trust.bundle is not None
    assert trust.bundle.source == source
