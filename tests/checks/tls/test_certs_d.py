from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Status
from ecr_doctor.probes.certificate import Certificate
from ecr_doctor.probes.certsd import CertsDir, CertsDirProbe, CertsFile, FileProblem, FileRole
from ecr_doctor.probes.docker_endpoint import DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsProbe, TlsState
from ecr_doctor.testing import HOST, NOON, context
from ecr_doctor_checks.tls.certs_d import CertsD

PATH = f"/etc/docker/certs.d/{HOST}"
CORPORATE = "Corporate Inspection"
SHOWN = Certificate(subject=HOST, issuer=CORPORATE, not_before=NOON, not_after=NOON)
UNTRUSTED = TlsAnswer(host=HOST, state=TlsState.UNKNOWN_AUTHORITY, certificate=SHOWN)
TRUSTED = TlsAnswer(host=HOST, state=TlsState.OK)
NOT_CONNECTED = TlsAnswer(host=HOST, state=TlsState.NOT_CONNECTED)


def file(name: str, problem: FileProblem = FileProblem.NONE, *subjects: str) -> CertsFile:
    role = FileRole.AUTHORITY if name.endswith(".crt") else FileRole.IGNORED
    return CertsFile(path=f"{PATH}/{name}", role=role, problem=problem, subjects=subjects)


def folder(*files: CertsFile, lookalikes: tuple[str, ...] = ()) -> CertsDir:
    return CertsDir(path=PATH, exists=bool(files), files=files, lookalikes=lookalikes)


CA_PEM = file("ca.pem", FileProblem.WRONG_EXTENSION, CORPORATE)
OTHER_PEM = file("old.pem", FileProblem.WRONG_EXTENSION, "Another CA")
GARBAGE = file("ca.crt", FileProblem.GARBAGE)
NO_KEY = file("client.cert", FileProblem.NO_KEY)
WITH_PORT = (f"{PATH}:443",)


@pytest.mark.parametrize(
    ("seen", "tls", "status", "cause"),
    [
        pytest.param(folder(), TRUSTED, Status.PASS, None, id="no folder"),
        pytest.param(folder(file("ca.crt", FileProblem.NONE, CORPORATE)), TRUSTED, Status.PASS,
                     None, id="good"),
        pytest.param(folder(NO_KEY), TRUSTED, Status.FAIL, "certsd-broken", id="no key"),
        pytest.param(folder(NO_KEY), NOT_CONNECTED, Status.FAIL, "certsd-broken",
                     id="no key, no network"),
        pytest.param(folder(CA_PEM), UNTRUSTED, Status.FAIL, "certsd-broken", id="ca.pem"),
        pytest.param(folder(CA_PEM), TRUSTED, Status.WARN, "certsd-broken", id="ca.pem unneeded"),
        pytest.param(folder(OTHER_PEM), UNTRUSTED, Status.WARN, "certsd-broken",
                     id="the ignored authority is another"),
        pytest.param(folder(GARBAGE), UNTRUSTED, Status.FAIL, "certsd-broken", id="garbage"),
        pytest.param(folder(GARBAGE), TRUSTED, Status.WARN, "certsd-broken", id="idle garbage"),
        pytest.param(folder(GARBAGE), None, Status.WARN, "certsd-broken", id="cannot look"),
        pytest.param(folder(file("ca.crt", FileProblem.UNREADABLE)), UNTRUSTED,
                     Status.INCONCLUSIVE, None, id="not for our eyes"),
        pytest.param(folder(lookalikes=WITH_PORT), UNTRUSTED, Status.FAIL, "certsd-broken",
                     id="folder with a port"),
        pytest.param(folder(lookalikes=WITH_PORT), TRUSTED, Status.PASS, None,
                     id="folder with a port, unneeded"),
    ],
)  # fmt: skip
def test_verdict(seen: CertsDir, tls: TlsAnswer | None, status: Status, cause: str | None) -> None:
    given: dict[Any, Any] = {CertsDirProbe(HOST): seen}
    if tls is not None:
        given[TlsProbe(HOST, 443, Side.ENGINE)] = tls

    verdict = CertsD().run(context(given))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_the_cure_is_for_the_engine_that_reads_the_folder() -> None:
    endpoint = DockerEndpoint(url="unix:///run/user/1000/docker.sock", source="DOCKER_HOST")
    seen = {
        CertsDirProbe(HOST): folder(NO_KEY),
        EngineProbe(): Engine(endpoint=endpoint, rootless=True),
    }

    assert dict(CertsD().run(context(seen)).facts)["engine"] == "rootless"
