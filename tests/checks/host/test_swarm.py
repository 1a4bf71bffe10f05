from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.host.swarm import Swarm


@pytest.mark.parametrize(
    ("swarm", "error", "status"),
    [
        ("active", "", Status.NOT_APPLICABLE),
        ("active", "no basic auth credentials", Status.NOT_APPLICABLE),
        ("active", "docker service create: No such image: x", Status.FAIL),
        ("active", "level=error module=node/agent/taskmanager", Status.FAIL),
        ("inactive", "docker service create: No such image: x", Status.NOT_APPLICABLE),
        ("", "", Status.NOT_APPLICABLE),
    ],
)
def test_verdict(swarm: str, error: str, status: Status) -> None:
    endpoint = DockerEndpoint(url=DEFAULT_ENDPOINT, source="default")
    given: dict[Any, Any] = {EngineProbe(): Engine(endpoint=endpoint, swarm=swarm)}

    verdict = Swarm().run(context(given, settings=Settings(error_text=error)))

    assert verdict.status is status
    assert verdict.cause == ("swarm-registry-auth" if status is Status.FAIL else None)


def test_other_clients() -> None:
    assert Swarm().run(context(settings=Settings(client="podman"))).status is (
        Status.NOT_APPLICABLE
    )
