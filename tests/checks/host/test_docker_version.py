from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.docker_api import DockerApi, DockerApiProbe
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigFile, DockerConfigProbe
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.host.docker_version import DockerVersion

HELPERS = f'{{"credHelpers": {{"{HOST}": "ecr-login"}}}}'
NONE = DockerApi()
STORE = '{"credsStore": "ecr-login"}'


def verdict(cli: str, server: str, config: str, api: DockerApi = NONE, **settings: Any) -> Any:
    endpoint = DockerEndpoint(url=DEFAULT_ENDPOINT, source="default")
    file = DockerConfigFile(
        path="config.json",
        reason="HOME",
        state=ConfigState.OK,
        config=parse_config(config.encode()),
    )
    given = {
        DockerCliProbe(): DockerCli(path="/usr/bin/docker" if cli else "", version=cli),
        EngineProbe(): Engine(endpoint=endpoint, server_version=server),
        DockerConfigProbe(): file,
        DockerApiProbe(): api,
    }
    return DockerVersion().run(context(given, settings=Settings(**settings)))


@pytest.mark.parametrize(
    ("cli", "server", "config", "status"),
    [
        ("28.2.2", "28.2.2", HELPERS, Status.PASS),
        ("1.13.1", "1.13.1", HELPERS, Status.PASS),
        ("1.12.6", "1.12.6", HELPERS, Status.FAIL),
        ("1.12.6", "1.12.6", STORE, Status.PASS),
        ("1.10.3", "1.10.3", STORE, Status.FAIL),
        ("1.10.3", "1.10.3", "{}", Status.PASS),
        ("28.2.2", "1.9.1", "{}", Status.FAIL),
        ("", "28.2.2", "{}", Status.PASS),
        ("28.2.2", "library-import", HELPERS, Status.PASS),
        ("", "", HELPERS, Status.NOT_APPLICABLE),
    ],
)
def test_verdict(cli: str, server: str, config: str, status: Status) -> None:
    found = verdict(cli, server, config)

    assert found.status is status
    assert found.cause == ("docker-too-old" if status is Status.FAIL else None)


def test_other_clients_have_versions_of_their_own() -> None:
    assert verdict("1.9", "1.9", HELPERS, client="podman").status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("api", "status"),
    [
        (DockerApi(), Status.PASS),
        (DockerApi(asked=(1, 41), newest=(1, 41), oldest=(1, 12)), Status.PASS),
        (DockerApi(asked=(1, 99), newest=(1, 41), oldest=(1, 12)), Status.FAIL),
        (DockerApi(asked=(1, 9), newest=(1, 41), oldest=(1, 12)), Status.FAIL),
        (DockerApi(asked=(1, 99)), Status.PASS),
    ],
)
def test_the_api_that_the_user_asks_for(api: DockerApi, status: Status) -> None:
    found = verdict("28.2.2", "28.2.2", HELPERS, api=api)

    assert found.status is status
