"""A registry container on the docker engine of this host, brought up by pytest-docker."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import urllib3

from .engine import engine, why_not
from .registry_image import write_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_docker.plugin import Services


@pytest.fixture(scope="session")
def docker_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The engine's address, also in the environment, where pytest-docker's compose looks."""
    reason = why_not()
    if reason and not os.environ.get("CI"):
        pytest.skip(reason)
    assert not reason, reason
    with engine(tmp_path_factory.mktemp("engine")) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", url)
        yield url


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A free port for the registry, and the context that its image is built from."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    context = tmp_path_factory.mktemp("registry")
    write_context(context, number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_BUILD_CONTEXT", str(context))
        patch.setenv("DOCKER_BUILDKIT", "0")
        yield number


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    """The composition that pytest-docker brings up."""
    return str(Path(__file__).with_name("docker-compose.yml"))


@pytest.fixture(scope="session")
def docker_compose_command() -> str:
    """Compose as a plugin of docker, or the older program of its own."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)  # noqa: S607
    if plugin.returncode == 0 or not shutil.which("docker-compose"):
        return "docker compose"
    return "docker-compose"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    """Build and start without waiting: the old compose knows no --wait."""
    return ["up --build -d"]


@pytest.fixture(scope="session")
def registry(docker_host: str, port: int, docker_services: Services) -> str:
    """The registry's `host:port`; it answers."""
    address = f"127.0.0.1:{port}"

    def answers() -> bool:
        try:
            answer = urllib3.request("GET", f"http://{address}/v2/", timeout=1.0, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200

    docker_services.wait_until_responsive(answers, timeout=60.0, pause=0.1)
    assert docker_host
    return address
