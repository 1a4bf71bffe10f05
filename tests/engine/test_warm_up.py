"""What is begun before the checks are there, and when nothing is."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.engine.observe import Observer
from ecr_doctor.engine.warm_up import warm_up
from ecr_doctor.model import Settings, parse_target
from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.testing import IMAGE

if TYPE_CHECKING:
    from ecr_doctor.probes.base import Probe


@dataclass
class Credentials:
    usable: bool


class Asked(Observer):
    """Looks at nothing: it writes down what it is asked."""

    def __init__(self, image: str, settings: Settings, *, usable: bool = True) -> None:
        super().__init__(parse_target(image), settings)
        self.names: set[str] = set()
        self.usable = usable

    def observe(self, probe: Probe[Any]) -> Any:
        self.names.add(type(probe).__name__)
        if probe == AwsCredentialsProbe():
            return Credentials(self.usable)
        raise ProbeError("not here")


def asked(image: str = IMAGE, *, usable: bool = True, **options: Any) -> set[str]:
    scene = Asked(image, Settings(env={}, **options), usable=usable)
    warm_up(scene)
    for _ in range(3):  # a thread may start others
        for thread in threading.enumerate():
            if thread.name == "warm-up":
                thread.join(5)
    return scene.names


DOCKER = {"DockerCredentialProbe", "EngineProbe", "ManifestProbe", "ReachProbe", "LoginProbe"}
AWS = {"AwsCredentialsProbe", "AwsIdentityProbe", "EcrTokenProbe", "EcrImageProbe"}


def test_docker_and_aws_are_asked_at_once() -> None:
    assert asked() == DOCKER | AWS


def test_without_credentials_no_service_of_aws_is_asked() -> None:
    assert asked(usable=False) == DOCKER | {"AwsCredentialsProbe"}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"only": ("reference.*",)}, id="only"),
        pytest.param({"skip": ("registry.*",)}, id="skip"),
        pytest.param({"client": "skopeo"}, id="another client"),
    ],
)
def test_a_part_of_the_checks_decides_alone(options: dict[str, Any]) -> None:
    assert asked(**options) == set()


def test_an_image_elsewhere() -> None:
    assert asked("docker.io/library/busybox") == set()
