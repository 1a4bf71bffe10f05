from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.certificate import Certificate
from ecr_doctor.probes.certsd import CertsDir, CertsDirProbe, CertsFile, FileProblem, FileRole
from ecr_doctor.probes.dns import DnsAnswer, DnsProbe, DnsState
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsProbe, TlsState
from ecr_doctor.testing import HOST, NOON, context
from ecr_doctor_checks.tls.registry_certificate import RegistryCertificate

DAY = timedelta(days=1)
REACH = Reach(host=HOST, port=443, side=Side.ENGINE, state=ReachState.OPEN)
OVERRIDDEN = replace(
    REACH,
    dns=DnsAnswer(
        host=HOST, state=DnsState.RESOLVED, addresses=("10.0.0.9",), hosts_file="/etc/hosts:3"
    ),
)
FOLDER = CertsDir(path=f"/etc/docker/certs.d/{HOST}")
HIDDEN = CertsFile(path="/x/ca.crt", role=FileRole.AUTHORITY, problem=FileProblem.UNREADABLE)
INSECURE = Engine(
    endpoint=DockerEndpoint(url=DEFAULT_ENDPOINT, source="default"), insecure_registries=(HOST,)
)


def certificate(begins: datetime = NOON - DAY, ends: datetime = NOON + DAY) -> Certificate:
    return Certificate(
        subject="x", issuer="Corporate Inspection", not_before=begins, not_after=ends, names=("y",)
    )


def tls(
    state: TlsState, shown: Certificate | None = None, date: datetime | None = None
) -> TlsAnswer:
    return TlsAnswer(host=HOST, state=state, certificate=shown, detail="words", server_date=date)


LATER = certificate(NOON + 3 * DAY, NOON + 9 * DAY)
PAST = certificate(NOON - 9 * DAY, NOON - 3 * DAY)


@pytest.mark.parametrize(
    ("seen", "reach", "status", "cause"),
    [
        pytest.param(tls(TlsState.OK), REACH, Status.PASS, None, id="trusted"),
        pytest.param(tls(TlsState.NOT_CONNECTED), REACH, Status.INCONCLUSIVE, None, id="no line"),
        pytest.param(tls(TlsState.UNKNOWN_AUTHORITY, certificate()), REACH, Status.FAIL,
                     "tls-untrusted-ca", id="corporate"),
        pytest.param(tls(TlsState.SELF_SIGNED, certificate()), REACH, Status.FAIL,
                     "tls-untrusted-ca", id="self-signed"),
        pytest.param(tls(TlsState.UNTRUSTED), REACH, Status.FAIL, "tls-untrusted-ca", id="revoked"),
        pytest.param(tls(TlsState.WRONG_HOST, certificate()), REACH, Status.FAIL,
                     "tls-wrong-host", id="wrong host"),
        pytest.param(tls(TlsState.WRONG_HOST, certificate()), OVERRIDDEN, Status.FAIL,
                     "hosts-file-override", id="wrong host by the hosts file"),
        pytest.param(tls(TlsState.EXPIRED, PAST), REACH, Status.FAIL,
                     "tls-certificate-expired", id="expired"),
        pytest.param(tls(TlsState.EXPIRED, PAST, NOON), REACH, Status.FAIL,
                     "tls-certificate-expired", id="expired, by the server's clock too"),
        pytest.param(tls(TlsState.NOT_YET_VALID, LATER, NOON + 5 * DAY), REACH, Status.FAIL,
                     "clock-skew", id="our clock is behind"),
        pytest.param(tls(TlsState.EXPIRED, PAST, NOON - 5 * DAY), REACH, Status.FAIL,
                     "clock-skew", id="our clock is ahead"),
        pytest.param(tls(TlsState.EXPIRED), REACH, Status.FAIL, "tls-certificate-expired",
                     id="expired, not read"),
        pytest.param(tls(TlsState.ENDED), REACH, Status.FAIL, "connection-reset", id="ended"),
        pytest.param(tls(TlsState.SILENT), REACH, Status.FAIL, "network-timeout", id="silent"),
        pytest.param(tls(TlsState.NOT_TLS), REACH, Status.FAIL, "captive-portal", id="not TLS"),
    ],
)  # fmt: skip
def test_verdict(seen: TlsAnswer, reach: Reach, status: Status, cause: str | None) -> None:
    verdict = judged(seen, reach)

    assert (verdict.status, verdict.cause) == (status, cause)


def judged(seen: TlsAnswer, reach: Reach = REACH, **more: Any) -> Any:
    given: dict[Any, Any] = {
        ReachProbe(HOST, 443, Side.ENGINE): reach,
        TlsProbe(HOST, 443, Side.ENGINE): seen,
        CertsDirProbe(HOST): more.get("folder", FOLDER),
        EngineProbe(): more.get("engine", ProbeError("none")),
        DnsProbe(HOST): more.get("dns", ProbeError("not asked")),
    }
    return RegistryCertificate().run(context(given))


def test_names_the_issuer() -> None:
    verdict = judged(tls(TlsState.UNKNOWN_AUTHORITY, certificate()))

    assert "Corporate Inspection" in verdict.summary
    assert dict(verdict.facts)["issuer"] == "Corporate Inspection"


@pytest.mark.parametrize(
    "folder", [ProbeError("another machine"), replace(FOLDER, exists=True, files=(HIDDEN,))]
)
def test_dockers_own_authorities_may_be_hidden_from_us(folder: object) -> None:
    verdict = judged(tls(TlsState.UNKNOWN_AUTHORITY, certificate()), folder=folder)

    assert verdict.status is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    ("state", "status"),
    [(TlsState.UNKNOWN_AUTHORITY, Status.INCONCLUSIVE), (TlsState.ENDED, Status.FAIL)],
)
def test_docker_does_not_check_an_insecure_registry(state: TlsState, status: Status) -> None:
    assert judged(tls(state, certificate()), engine=INSECURE).status is status


@pytest.mark.parametrize(
    ("network", "status"),
    [
        ("10.0.0.0/24", Status.INCONCLUSIVE),
        ("10.0.1.0/24", Status.FAIL),
        ("nonsense", Status.FAIL),
    ],
)
def test_a_network_may_be_insecure(network: str, status: Status) -> None:
    engine = replace(INSECURE, insecure_registries=(network,))
    resolved = DnsAnswer(host=HOST, state=DnsState.RESOLVED, addresses=("10.0.0.9",))
    seen = tls(TlsState.UNKNOWN_AUTHORITY, certificate())

    assert judged(seen, engine=engine, dns=resolved).status is status
