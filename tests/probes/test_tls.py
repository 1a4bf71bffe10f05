from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes import tls as module
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsProbe, TlsState
from ecr_doctor.testing import HOST
from probes.network_machine import (
    AUTHORITY,
    LOOPBACK,
    Talk,
    certified,
    closing,
    dead_port,
    listening,
    over_tls,
    resetting,
    saying,
    silent,
    stage,
    trusting,
)

if TYPE_CHECKING:
    from pathlib import Path

CORPORATE = trustme.CA(organization_name="Corporate Inspection")
NOW = datetime.now(UTC)


def shaken(port: int, side: Side = Side.ENGINE, **env: str) -> TlsAnswer:
    scene = stage(ConnectTo(HOST, LOOPBACK, port), env=env)
    return scene.observe(TlsProbe(HOST, side=side))


def leaf(
    *names: str, authority: trustme.CA = AUTHORITY, begins: int = -1, ends: int = 9
) -> trustme.LeafCert:
    return authority.issue_cert(
        *(names or (HOST,)),
        not_before=NOW + timedelta(days=begins),
        not_after=NOW + timedelta(days=ends),
    )


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    trusting(monkeypatch, tmp_path, AUTHORITY)
    return tmp_path


@pytest.mark.parametrize(
    ("certificate", "state"),
    [
        pytest.param(leaf(), TlsState.OK, id="good"),
        pytest.param(leaf("*.dkr.ecr.us-east-1.amazonaws.com"), TlsState.OK, id="wildcard"),
        pytest.param(leaf(authority=CORPORATE), TlsState.UNKNOWN_AUTHORITY, id="corporate"),
        pytest.param(leaf(begins=-9, ends=-2), TlsState.EXPIRED, id="expired"),
        pytest.param(leaf(begins=3), TlsState.NOT_YET_VALID, id="not yet valid"),
        pytest.param(leaf("wrong.example"), TlsState.WRONG_HOST, id="wrong host"),
    ],
)
def test_certificates(certificate: trustme.LeafCert, state: TlsState) -> None:
    with listening(over_tls(certified(certificate), closing)) as port:
        answer = shaken(port)

    assert answer.state is state
    assert (answer.certificate is None) is (state is TlsState.OK)


def test_names_who_signed_and_for_whom() -> None:
    with listening(over_tls(certified(leaf(authority=CORPORATE)), closing)) as port:
        answer = shaken(port)

    assert answer.certificate is not None
    assert "Corporate Inspection" in answer.certificate.issuer
    assert answer.certificate.names == (HOST,)
    assert answer.untrusted
    assert "issuer" in answer.detail


def test_self_signed() -> None:
    own = trustme.CA(organization_name=HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with own.private_key_pem.tempfile() as key, own.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    with listening(over_tls(context, closing)) as port:
        answer = shaken(port)

    assert answer.state is TlsState.SELF_SIGNED
    assert answer.certificate is not None
    assert answer.certificate.self_issued


@pytest.mark.parametrize(
    ("talk", "state"),
    [
        pytest.param(closing, TlsState.ENDED, id="closes"),
        pytest.param(resetting, TlsState.ENDED, id="resets"),
        pytest.param(saying(b"\x15\x03\x03\x00\x02\x02\x28"), TlsState.ENDED, id="alert"),
        pytest.param(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"), TlsState.NOT_TLS, id="http"),
        pytest.param(silent, TlsState.SILENT, id="silent"),
    ],
)
def test_no_handshake(monkeypatch: pytest.MonkeyPatch, talk: Talk, state: TlsState) -> None:
    monkeypatch.setattr(module, "HANDSHAKE_SECONDS", 0.3)
    with listening(talk) as port:
        answer = shaken(port)

    assert answer.state is state
    assert answer.detail
    assert answer.certificate is None


def test_not_connected() -> None:
    assert shaken(dead_port()).state is TlsState.NOT_CONNECTED


def test_certs_d_makes_an_authority_known_to_the_engine_alone(machine: Path) -> None:
    folder = machine / "certs.d" / HOST
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_bytes(CORPORATE.cert_pem.bytes())
    with listening(over_tls(certified(leaf(authority=CORPORATE)), closing)) as port:
        assert shaken(port, Side.ENGINE).verified
        assert not shaken(port, Side.CLIENT).verified


def test_aws_ca_bundle_counts_for_the_client_alone(machine: Path) -> None:
    own = machine / "own.pem"
    own.write_bytes(CORPORATE.cert_pem.bytes())
    with listening(over_tls(certified(leaf(authority=CORPORATE)), closing)) as port:
        assert shaken(port, Side.CLIENT, AWS_CA_BUNDLE=str(own)).verified
        assert not shaken(port, Side.ENGINE, AWS_CA_BUNDLE=str(own)).verified
    with listening(over_tls(certified(leaf()), closing)) as port:
        assert shaken(port, Side.CLIENT, AWS_CA_BUNDLE=str(own)).untrusted


def test_folders_are_read_where_the_bundle_does_not_do(machine: Path) -> None:
    folder = machine / "folder"
    folder.mkdir()
    (folder / "corp.pem").write_bytes(CORPORATE.cert_pem.bytes())
    with listening(over_tls(certified(leaf(authority=CORPORATE)), closing)) as port:
        assert shaken(port, Side.CLIENT, SSL_CERT_DIR=str(folder)).verified


def test_the_servers_clock_is_asked_where_dates_do_not_fit() -> None:
    talk = saying(
        b"HTTP/1.1 200 OK\r\nDate: Mon, 15 Jun 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
    )
    with listening(over_tls(certified(leaf(begins=-9, ends=-2)), talk)) as port:
        answer = shaken(port)

    assert answer.server_date == datetime(2026, 6, 15, 12, tzinfo=UTC)
