from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.clients.machine import FileState
from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.daemon_config import DaemonConfig as Config
from ecr_doctor.probes.daemon_config import DaemonConfigProbe
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe, EngineProblem
from ecr_doctor.testing import context
from ecr_doctor_checks.host.daemon_config import DaemonConfig

PATH = "/etc/docker/daemon.json"
UP = Engine(endpoint=DockerEndpoint(url=DEFAULT_ENDPOINT, source="default"))
DOWN = Engine(endpoint=UP.endpoint, problem=EngineProblem.NO_SOCKET)
FAR = Engine(endpoint=DockerEndpoint(url="tcp://h:2375", source="DOCKER_HOST"))
BAD = Config(path=PATH, state=FileState.OK, problem="invalid character '}'", line=3)
GOOD = Config(path=PATH, state=FileState.OK, mirrors=("https://m",), containerd_store=True)
NONE = Config(path=PATH, state=FileState.MISSING)
HIDDEN = Config(path=PATH, state=FileState.UNREADABLE)


def verdict(engine: Engine, config: Config, cli: str = "/usr/bin/docker", **settings: Any) -> Any:
    given = {
        EngineProbe(): engine,
        DaemonConfigProbe(): config,
        DockerCliProbe(): DockerCli(path=cli),
    }
    return DaemonConfig().run(context(given, settings=Settings(**settings)))


@pytest.mark.parametrize(
    ("engine", "config", "status", "cause"),
    [
        pytest.param(DOWN, BAD, Status.FAIL, "docker-daemon-unreachable", id="does not start"),
        pytest.param(UP, BAD, Status.WARN, "docker-daemon-unreachable", id="still runs"),
        pytest.param(UP, GOOD, Status.PASS, None, id="good"),
        pytest.param(DOWN, GOOD, Status.PASS, None, id="down for another reason"),
        pytest.param(UP, NONE, Status.PASS, None, id="none"),
        pytest.param(UP, HIDDEN, Status.NOT_APPLICABLE, None, id="not readable"),
        pytest.param(FAR, BAD, Status.NOT_APPLICABLE, None, id="elsewhere"),
    ],
)
def test_verdict(engine: Engine, config: Config, status: Status, cause: str | None) -> None:
    found = verdict(engine, config)

    assert (found.status, found.cause) == (status, cause)


def test_the_line_is_shown() -> None:
    assert verdict(DOWN, BAD).evidence[0].source == f"{PATH}:3"


def test_settings_are_shown() -> None:
    shown = {(e.what, e.value) for e in verdict(UP, GOOD).evidence}

    assert shown == {("registry mirrors", "https://m"), ("containerd image store", "true")}


def test_without_docker_nothing_is_wrong() -> None:
    assert verdict(DOWN, BAD, cli="").status is Status.NOT_APPLICABLE
    assert verdict(DOWN, BAD, client="podman").status is Status.NOT_APPLICABLE
    assert verdict(DOWN, BAD, pull=False).status is Status.WARN
