from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.platforms import Platform, rank, read_platform, wanted_platform
from probes.network_machine import ENGINE, stage


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("linux/amd64", Platform(os="linux", architecture="amd64")),
        ("linux/arm64/v8", Platform(os="linux", architecture="arm64", variant="v8")),
        ("arm64", Platform(os="linux", architecture="arm64")),
        ("Linux/x86_64", Platform(os="linux", architecture="amd64")),
    ],
)
def test_read(text: str, platform: Platform) -> None:
    assert read_platform(text) == platform


@pytest.mark.parametrize(
    ("wanted", "offered", "serves"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/amd64", "linux/386", True),
        ("linux/amd64", "linux/arm64", False),
        ("linux/amd64", "windows/amd64", False),
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm64", "linux/arm/v7", True),
        ("linux/arm/v6", "linux/arm/v7", False),
        ("linux/arm/v7", "linux/arm/v6", True),
        ("linux/arm", "linux/arm/v7", True),
        ("linux/386", "linux/amd64", False),
        ("linux/s390x", "linux/s390x", True),
    ],
)
def test_serves(wanted: str, offered: str, *, serves: bool) -> None:
    assert (rank(read_platform(wanted), read_platform(offered)) is not None) is serves


def test_the_exact_one_comes_first() -> None:
    wanted = read_platform("linux/amd64")
    exact, near = rank(wanted, read_platform("linux/amd64")), rank(wanted, read_platform("386"))

    assert exact is not None
    assert near is not None
    assert exact < near


@pytest.mark.parametrize(
    ("asked", "engine", "platform", "source"),
    [
        ("linux/arm64", ENGINE, "linux/arm64", "--platform"),
        ("", ENGINE, "linux/amd64", "docker engine"),
        ("", replace(ENGINE, os="windows"), "windows/amd64", "docker engine"),
    ],
)
def test_wanted(asked: str, engine: object, platform: str, source: str) -> None:
    scene = stage(given={EngineProbe(): engine}, platform=asked)

    wanted = wanted_platform(scene)

    assert (str(wanted.platform), wanted.source) == (platform, source)


def test_without_an_engine_the_machine_itself() -> None:
    assert wanted_platform(stage(given={EngineProbe(): ProbeError("no")})).source == "this machine"


@pytest.mark.parametrize(
    ("asked", "client", "source"),
    [
        ("", "docker", "DOCKER_DEFAULT_PLATFORM"),
        ("linux/arm64", "docker", "--platform"),
        ("", "docker-py", "docker engine"),
        ("", "podman", "podman on this machine"),
        ("", "crane", "this machine"),
    ],
)
def test_the_variable_is_for_docker_and_gives_way(asked: str, client: str, source: str) -> None:
    scene = stage(
        given={EngineProbe(): ENGINE},
        platform=asked,
        client=client,
        env={"DOCKER_DEFAULT_PLATFORM": "linux/s390x"},
    )

    assert wanted_platform(scene).source == source
