from __future__ import annotations

import pytest

from checks.client.views import Seen, config, helper, program
from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe, HelperProgram
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.helper_installed import HelperInstalled

MISSING = ProgramState.MISSING


@pytest.mark.parametrize(
    ("name", "found", "cause"),
    [
        pytest.param("ecr-login", program(), None, id="runnable"),
        pytest.param("ecr-login", program(MISSING), "helper-not-on-path", id="missing"),
        pytest.param(
            "ecr-login",
            program(MISSING, elsewhere=("/opt/x/docker-credential-ecr-login",), similar=("ecr",)),
            "helper-not-on-path",
            id="in a folder outside PATH",
        ),
        pytest.param(
            "docker-credential-ecr-login", program(MISSING), "helper-name-wrong", id="full name"
        ),
        pytest.param("ecr-login.exe", program(MISSING), "helper-name-wrong", id="suffix"),
        pytest.param(
            "ecr_login", program(MISSING, similar=("ecr-login",)), "helper-name-wrong", id="typo"
        ),
        *(
            pytest.param("ecr-login", program(state), "helper-not-runnable", id=state)
            for state in ProgramState
            if state not in {MISSING, ProgramState.RUNNABLE}
        ),
    ],
)
def test_verdict(name: str, found: HelperProgram, cause: str | None) -> None:
    seen: Seen = {DockerConfigProbe(): config(helper(name)), HelperProbe(name): found}
    verdict = HelperInstalled().run(context(seen))

    assert verdict.cause == cause
    assert verdict.status is (Status.FAIL if cause else Status.PASS)


def test_says_that_docker_falls_back() -> None:
    content = {**helper(), "auths": {HOST: {"auth": "QVdTOnNlY3JldA=="}}}
    seen: Seen = {DockerConfigProbe(): config(content), HelperProbe("ecr-login"): program(MISSING)}
    verdict = HelperInstalled().run(context(seen))

    assert verdict.evidence[-1].what == "instead"


@pytest.mark.parametrize(
    ("client", "falls_back"), [("docker", True), ("crane", True), ("skopeo", False)]
)
def test_a_client_that_gives_up_takes_no_stored_login(client: str, *, falls_back: bool) -> None:
    content = {**helper(), "auths": {HOST: {"auth": "QVdTOnNlY3JldA=="}}}
    seen: Seen = {DockerConfigProbe(): config(content), HelperProbe("ecr-login"): program(MISSING)}
    verdict = HelperInstalled().run(context(seen, settings=Settings(client=client)))

    told = [e.value for e in verdict.evidence if e.what == "instead"]
    assert told == ([f"{client} silently takes the stored login {HOST}"] if falls_back else [])


def test_no_helper_is_asked() -> None:
    assert HelperInstalled().run(context({DockerConfigProbe(): config({})})).status is (
        Status.NOT_APPLICABLE
    )
