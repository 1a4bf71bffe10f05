from __future__ import annotations

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe, EngineProblem
from ecr_doctor.testing import context
from ecr_doctor_checks.host.docker_engine import DockerEngine

DEFAULT = DockerEndpoint(url=DEFAULT_ENDPOINT, source="default")
NAMED = DockerEndpoint(url="tcp://10.0.0.9:2375", source="DOCKER_HOST")
SSH = DockerEndpoint(url="ssh://me@far", source="DOCKER_HOST")
INSTALLED = DockerCli(path="/usr/bin/docker")
ABSENT = DockerCli(path="")


def engine(endpoint: DockerEndpoint, problem: EngineProblem = EngineProblem.NONE) -> Engine:
    return Engine(endpoint=endpoint, problem=problem, server_version="28.2.2")


@pytest.mark.parametrize(
    ("seen", "cli", "status", "cause"),
    [
        pytest.param(engine(DEFAULT), INSTALLED, Status.PASS, None, id="answers"),
        pytest.param(engine(DEFAULT, EngineProblem.NO_SOCKET), INSTALLED, Status.FAIL,
                     "docker-daemon-unreachable", id="not started"),
        pytest.param(engine(DEFAULT, EngineProblem.REFUSED), INSTALLED, Status.FAIL,
                     "docker-daemon-unreachable", id="dead socket"),
        pytest.param(engine(DEFAULT, EngineProblem.PERMISSION), INSTALLED, Status.FAIL,
                     "docker-socket-permission", id="forbidden"),
        pytest.param(engine(NAMED, EngineProblem.REFUSED), INSTALLED, Status.FAIL,
                     "docker-host-wrong", id="DOCKER_HOST"),
        pytest.param(engine(NAMED, EngineProblem.UNREACHABLE), ABSENT, Status.FAIL,
                     "docker-host-wrong", id="DOCKER_HOST, without the command"),
        pytest.param(engine(DEFAULT, EngineProblem.NO_SOCKET), ABSENT, Status.NOT_APPLICABLE,
                     None, id="no docker here"),
        pytest.param(engine(SSH, EngineProblem.BAD_ENDPOINT), INSTALLED, Status.INCONCLUSIVE,
                     None, id="over ssh"),
        pytest.param(engine(SSH, EngineProblem.NO_PROGRAM), INSTALLED, Status.FAIL,
                     "docker-host-wrong", id="over ssh, without ssh"),
    ],
)  # fmt: skip
def test_verdict(seen: Engine, cli: DockerCli, status: Status, cause: str | None) -> None:
    verdict = DockerEngine().run(context({EngineProbe(): seen, DockerCliProbe(): cli}))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_without_a_pull_an_engine_is_not_needed() -> None:
    seen = {EngineProbe(): engine(DEFAULT, EngineProblem.NO_SOCKET), DockerCliProbe(): INSTALLED}

    verdict = DockerEngine().run(context(seen, settings=Settings(pull=False)))

    assert verdict.status is Status.WARN


def test_podman_needs_no_engine() -> None:
    verdict = DockerEngine().run(context(settings=Settings(client="podman")))

    assert verdict.status is Status.NOT_APPLICABLE


def test_names_what_decided() -> None:
    seen = engine(NAMED, EngineProblem.REFUSED)

    verdict = DockerEngine().run(context({EngineProbe(): seen, DockerCliProbe(): INSTALLED}))

    assert (
        verdict.summary
        == "no docker engine answers at tcp://10.0.0.9:2375, which DOCKER_HOST names"
    )
