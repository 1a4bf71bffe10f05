"""The kind of an engine, from what it says and where its socket is."""

from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine
from ecr_doctor.probes.engine_kind import EngineKind, engine_kind

OWN = "unix:///run/user/1000/docker.sock"


@pytest.mark.parametrize(
    ("url", "said", "kind"),
    [
        (DEFAULT_ENDPOINT, {}, EngineKind.ORDINARY),
        (OWN, {"rootless": True}, EngineKind.ROOTLESS),
        ("tcp://docker:2375", {"rootless": True}, EngineKind.ORDINARY),
        ("unix:///run/user/1000/podman/podman.sock", {"rootless": True, "podman": True},
         EngineKind.PODMAN),
        (DEFAULT_ENDPOINT, {"podman": True}, EngineKind.PODMAN),
        (DEFAULT_ENDPOINT, {"operating_system": "Docker Desktop"}, EngineKind.DESKTOP),
        ("unix:///Users/a/.docker/run/docker.sock",
         {"operating_system": "Docker Desktop (containerized)"}, EngineKind.DESKTOP),
        ("unix:///Users/a/.colima/default/docker.sock", {}, EngineKind.COLIMA),
        ("unix:///home/a/.config/colima/work/docker.sock", {}, EngineKind.COLIMA),
        ("unix:///home/colima-fan/docker.sock", {}, EngineKind.ORDINARY),
        (DEFAULT_ENDPOINT, {"data_root": "/var/snap/docker/common/var-lib-docker"},
         EngineKind.SNAP),
    ],
)  # fmt: skip
def test_the_kind(url: str, said: dict[str, Any], kind: EngineKind) -> None:
    engine = Engine(endpoint=DockerEndpoint(url=url, source="DOCKER_HOST"), **said)

    assert engine_kind(engine) is kind
