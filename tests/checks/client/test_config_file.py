from __future__ import annotations

import pytest

from checks.client.views import config, helper
from ecr_doctor.model import Status
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigFile, DockerConfigProbe
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.config_file import ConfigFile


def state(of: ConfigState) -> DockerConfigFile:
    return config(None, state=of, problem="open config.json: as the system says")


@pytest.mark.parametrize(
    ("file", "status", "cause"),
    [
        pytest.param(config(helper()), Status.PASS, None, id="good"),
        pytest.param(config(None), Status.NOT_APPLICABLE, None, id="missing"),
        pytest.param(state(ConfigState.EMPTY), Status.PASS, None, id="empty"),
        pytest.param(
            state(ConfigState.UNREADABLE), Status.FAIL, "config-json-unreadable", id="closed"
        ),
        pytest.param(
            state(ConfigState.DIRECTORY), Status.FAIL, "config-is-not-a-file", id="folder"
        ),
        pytest.param(
            state(ConfigState.DANGLING), Status.FAIL, "config-is-not-a-file", id="dangling link"
        ),
        pytest.param(config('{"auths": {},}'), Status.FAIL, "config-json-invalid", id="comma"),
        pytest.param(config({"auths": []}), Status.FAIL, "config-json-invalid", id="wrong type"),
        pytest.param(
            config({**helper(), "experimental": True}),
            Status.WARN,
            "config-json-invalid",
            id="wrong type elsewhere, the helper was read",
        ),
        pytest.param(
            config({"auths": {HOST: {"auth": "!!"}}}), Status.PASS, None, id="a login's own fault"
        ),
    ],
)
def test_verdict(file: DockerConfigFile, status: Status, cause: str | None) -> None:
    verdict = ConfigFile().run(context({DockerConfigProbe(): file}))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_names_line_and_column() -> None:
    file = config('{\n  "auths": {},\n}')
    verdict = ConfigFile().run(context({DockerConfigProbe(): file}))

    assert verdict.evidence[0].source.endswith("config.json:3:1")
    assert "invalid character '}'" in verdict.evidence[0].value


def test_docker_config_names_the_file_in_place_of_its_folder() -> None:
    file = config(
        None,
        state=ConfigState.DIRECTORY,
        reason="DOCKER_CONFIG",
        problem="open /home/dev/.docker/config.json/config.json: not a directory",
    )
    verdict = ConfigFile().run(context({DockerConfigProbe(): file}))

    assert verdict.cause == "config-wrong-home-or-user"
