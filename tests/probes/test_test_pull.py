"""What is handed on of a pull under way; the pull itself is tested by the laboratory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ecr_doctor.model.progress import LayerStep, Step
from ecr_doctor.probes.test_pull import PullEnd, _Watch

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
