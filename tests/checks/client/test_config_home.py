from __future__ import annotations

import pytest

from checks.client.views import EU, Seen, config, helper, stored
from ecr_doctor.model import Status
from ecr_doctor.probes.auth_variable import AuthVariable, AuthVariableProbe
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_config import (
    ConfigState,
    DockerConfigFile,
    DockerConfigProbe,
    OtherConfig,
)
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.config_home import ConfigHome

HIT = "credHelpers entry, helper ecr-login"


def other(serves: str = HIT, *, own: bool = True, closed: bool = False) -> OtherConfig:
    state = ConfigState.UNREADABLE if closed else ConfigState.OK
    path = "/root/.docker/config.json" if closed else "/home/ann/.docker/config.json"
    whose = "root" if closed else "user ann (SUDO_USER)"
    return OtherConfig(path=path, whose=whose, state=state, own=own, serves=serves)


@pytest.mark.parametrize(
    ("file", "status", "cause"),
    [
        pytest.param(config(helper()), Status.PASS, None, id="docker's own file has it"),
        pytest.param(
            config(helper(), others=(other(),)), Status.PASS, None, id="both files have it"
        ),
        pytest.param(
            config({}, others=(other(),)),
            Status.FAIL,
            "config-wrong-home-or-user",
            id="the caller of sudo has it",
        ),
        pytest.param(
            config(None, others=(other(own=False),)),
            Status.FAIL,
            "config-wrong-home-or-user",
            id="docker has no file at all, another user has it",
        ),
        pytest.param(
            config({}, others=(other(own=False),)), Status.PASS, None, id="a stranger has it"
        ),
        pytest.param(
            config(helper(host=f"https://{HOST}"), others=(other(),)),
            Status.PASS,
            None,
            id="docker's own file was meant, with a wrong key",
        ),
        pytest.param(
            config({}, others=(other("", own=False, closed=True),)),
            Status.INCONCLUSIVE,
            None,
            id="root's cannot be read",
        ),
        pytest.param(config({}, others=(other(""),)), Status.PASS, None, id="nobody has it"),
        pytest.param(config(helper(host="ghcr.io")), Status.PASS, None, id="another registry"),
    ],
)
def test_verdict(file: DockerConfigFile, status: Status, cause: str | None) -> None:
    verdict = ConfigHome().run(context({DockerConfigProbe(): file}))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_a_login_in_the_variable_makes_the_file_irrelevant() -> None:
    variable = AuthVariable(present=True, version="28.5.2", obeyed=True, login=stored())
    seen: Seen = {
        DockerConfigProbe(): config({}, others=(other(),)),
        AuthVariableProbe(): variable,
    }

    assert ConfigHome().run(context(seen)).status is Status.NOT_APPLICABLE


def test_the_snap_does_not_read_the_file() -> None:
    cli = DockerCli(path="/snap/bin/docker", version="28.1.1", snap=True)
    seen: Seen = {DockerConfigProbe(): config(helper()), DockerCliProbe(): cli}
    verdict = ConfigHome().run(context(seen))
    without: Seen = {DockerConfigProbe(): config(helper(host=EU)), DockerCliProbe(): cli}

    assert verdict.cause == "docker-snap-confinement"
    assert ConfigHome().run(context(without)).status is Status.PASS
