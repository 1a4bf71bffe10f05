"""What is handed on of a pull under way; the pull itself is tested by the laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from ecr_doctor.model.progress import LayerStep, Step
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.probes.test_pull import PullEnd, TestPullProbe, _Watch
from ecr_doctor.testing import FixedScene

if TYPE_CHECKING:
    from ecr_doctor.probes.base import Scene

EVENTS: list[dict[str, Any]] = [
    {"status": "Pulling from team/app", "id": "latest"},
    {"status": "Pulling fs layer", "progressDetail": {}, "id": "a1"},
    {"status": "Downloading", "progressDetail": {"current": 5, "total": 20}, "id": "a1"},
    {"status": "Downloading", "progressDetail": {"current": "5", "total": None}, "id": "a1"},
    {"status": "Extracting", "progressDetail": None, "id": "a1" * 500},
    {"status": "Pull complete", "id": "a1"},
    {"status": "Digest: sha256:0"},
]


class Watched:
    """A scene that keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def progress(self, step: Step) -> None:
        self.steps.append(step)

    def time_left(self) -> float:
        return 60.0


def test_each_layer_is_handed_on() -> None:
    scene = Watched()
    watch = _Watch(cast("Scene", scene))

    watch.follow(iter(EVENTS))

    assert scene.steps == [
        LayerStep("a1", "Pulling fs layer"),
        LayerStep("a1", "Downloading", 5, 20),
        LayerStep("a1", "Downloading"),
        LayerStep("a1" * 32, "Extracting"),
        LayerStep("a1", "Pull complete"),
    ]
    assert watch.end is PullEnd.DONE
    assert watch.fetched == {"a1"}


def test_nothing_is_pulled_while_docker_would_wait_for_its_helper() -> None:
    """An anonymous pull would be refused, which docker's own is not."""
    engine = Engine(endpoint=DockerEndpoint(url=DEFAULT_ENDPOINT, source="default"))
    seen = {EngineProbe(): engine, DockerCredentialProbe(): DockerCredential(hangs=True)}

    with pytest.raises(ProbeError, match="docker would still wait for its credential helper"):
        TestPullProbe().look(FixedScene(seen))
