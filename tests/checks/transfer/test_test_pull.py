from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Stage, Status
from ecr_doctor.probes.blob import BlobAnswer, BlobProbe, BlobState
from ecr_doctor.probes.content_trust import ContentTrust, ContentTrustProbe
from ecr_doctor.probes.docker_api import DockerApi, DockerApiProbe
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_endpoint import DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.probes.manifest import Blob, Manifest, ManifestProbe
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.registry_api import RegistryAnswer, Whose
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tcp import TcpAttempt, TcpState
from ecr_doctor.probes.test_pull import PullAttempt, PullEnd, TestPullProbe
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.transfer.test_pull import TestPull, judge

REFUSED = "Error: pull access denied\ndenied: Your authorization token has expired."


@pytest.mark.parametrize(
    ("end", "fetched", "present", "status"),
    [
        pytest.param(PullEnd.DONE, 3, 0, Status.PASS, id="pulled"),
        pytest.param(PullEnd.DONE, 0, 3, Status.PASS, id="all there before"),
        pytest.param(PullEnd.REFUSED, 0, 0, Status.FAIL, id="refused"),
        pytest.param(PullEnd.STALLED, 0, 0, Status.INCONCLUSIVE, id="silent"),
        pytest.param(PullEnd.RETRYING, 0, 0, Status.FAIL, id="cannot fetch a layer"),
        pytest.param(PullEnd.UNFINISHED, 2, 0, Status.PASS, id="half-way, and under way"),
        pytest.param(PullEnd.UNFINISHED, 0, 0, Status.INCONCLUSIVE, id="nothing came in time"),
        pytest.param(PullEnd.TOO_LARGE, 0, 0, Status.NOT_APPLICABLE, id="too large"),
        pytest.param(PullEnd.WOULD_CHANGE, 0, 0, Status.NOT_APPLICABLE, id="would move a tag"),
    ],
)
def test_verdict(end: PullEnd, fetched: int, present: int, status: Status) -> None:
    attempt = PullAttempt(
        end=end, reference="HOST/app@DIGEST", layers_fetched=fetched, layers_present=present
    )

    assert judge(attempt, 1).status is status


def test_a_real_pull_proves_every_stage() -> None:
    attempt = PullAttempt(end=PullEnd.DONE, reference="r", layers_fetched=1)

    assert judge(attempt, 1).proves == tuple(Stage)


@pytest.mark.parametrize(
    ("other", "stage"),
    [
        ({DockerApiProbe(): DockerApi(asked=(1, 99), newest=(1, 41))}, Stage.HOST),
        ({ContentTrustProbe(): ContentTrust(wanted=True, value="1")}, Stage.HOST),
        ({DockerCliProbe(): DockerCli(path="/snap/bin/docker", snap=True)}, Stage.CLIENT),
    ],
)
def test_a_pull_by_the_engine_proves_nothing_about_a_command_that_does_otherwise(
    other: dict[Any, Any], stage: Stage
) -> None:
    engine = Engine(endpoint=DockerEndpoint(url="unix:///x", source="default"))
    attempt = PullAttempt(end=PullEnd.DONE, reference="r", layers_fetched=1)
    seen: dict[Any, Any] = {EngineProbe(): engine, TestPullProbe(): attempt, **other}

    verdict = TestPull().run(context(seen))

    assert verdict.status is Status.PASS
    assert set(Stage) - set(verdict.proves) == {stage}


def test_layers_that_were_there_prove_nothing_about_the_layer_store() -> None:
    attempt = PullAttempt(end=PullEnd.DONE, reference="r", layers_present=1)

    assert Stage.TRANSFER not in judge(attempt, 1).proves


def test_a_refusal_is_a_symptom_and_not_a_cause() -> None:
    verdict = judge(PullAttempt(end=PullEnd.REFUSED, reference="r", error=REFUSED), 1)

    assert verdict.cause is None
    assert verdict.symptom == REFUSED
    assert verdict.summary.endswith("denied: Your authorization token has expired.")


DIGEST = "sha256:" + "1" * 64
DEAD, LIVING = "192.0.2.1", "192.0.2.2"


def reach(host: str, *addresses: tuple[str, TcpState]) -> Reach:
    attempts = tuple(TcpAttempt(address, state) for address, state in addresses)
    return Reach(host=host, port=443, side=Side.ENGINE, state=ReachState.OPEN, attempts=attempts)


@pytest.mark.parametrize(
    ("dead", "whose", "came", "status"),
    [
        pytest.param("registry", Whose.DOCKER, BlobState.VERIFIED, Status.WARN, id="registry"),
        pytest.param("bucket", Whose.DOCKER, BlobState.VERIFIED, Status.WARN, id="bucket"),
        pytest.param("", Whose.DOCKER, BlobState.VERIFIED, Status.INCONCLUSIVE, id="no reason"),
        pytest.param(
            "bucket", Whose.FETCHED, BlobState.VERIFIED, Status.INCONCLUSIVE, id="another login"
        ),
        pytest.param("bucket", Whose.DOCKER, BlobState.BROKEN, Status.INCONCLUSIVE, id="broken"),
    ],
)
def test_an_engine_that_waits_for_a_dead_address_is_slow_and_pulls(
    dead: str, whose: Whose, came: BlobState, status: Status
) -> None:
    two = ((DEAD, TcpState.TIMEOUT), (LIVING, TcpState.OPEN))
    ways = {
        name: reach(name, *(two if name == dead else two[1:])) for name in ("registry", "bucket")
    }
    answer = RegistryAnswer(status=200)
    blob = BlobAnswer(
        digest=DIGEST, size=1, whose=whose, state=came, answer=answer, reach=ways["bucket"]
    )
    manifest = Manifest(whose=whose, answer=answer, config=Blob(digest=DIGEST, size=1))
    scene = context(
        {
            EngineProbe(): Engine(
                endpoint=DockerEndpoint(url="unix:///run/docker.sock", source="default")
            ),
            TestPullProbe(): PullAttempt(end=PullEnd.STALLED, reference="r"),
            ManifestProbe(): manifest,
            BlobProbe(DIGEST, 1): blob,
            ReachProbe(HOST, 443, Side.ENGINE): ways["registry"],
        }
    )

    verdict = TestPull().run(scene)

    assert verdict.status is status
    assert (verdict.cause == "network-timeout") is (status is Status.WARN)
