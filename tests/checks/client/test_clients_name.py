"""Every sentence on logins names the client that pulls, and none names docker for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checks.client.views import LATE, Seen, answered, config, helper, program, stored
from ecr_doctor.model import Settings
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigProbe, OtherConfig
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.config_file import ConfigFile
from ecr_doctor_checks.client.config_home import ConfigHome
from ecr_doctor_checks.client.helper_answers import HelperAnswers
from ecr_doctor_checks.client.helper_cache import HelperCacheCheck
from ecr_doctor_checks.client.helper_installed import HelperInstalled
from ecr_doctor_checks.client.registry_configured import RegistryConfigured
from ecr_doctor_checks.client.stored_login import StoredLoginCheck

if TYPE_CHECKING:
    from ecr_doctor.sdk import Check

AUTHS = {"auths": {HOST: {"auth": "QVdTOnNlY3JldA=="}}}
OTHER = OtherConfig(
    path="/root/.docker/config.json", whose="root", serves="auths", own=True, state=ConfigState.OK
)
SCHEME = stored(key=f"https://{HOST}", used=False)
HELPED: Seen = {DockerConfigProbe(): config(helper())}
SILENT = answered(HelperStatus.NOT_FOUND, stderr="x")
CASES: dict[str, tuple[Check, Seen]] = {
    "can be started": (HelperInstalled(), {**HELPED, HelperProbe("ecr-login"): program()}),
    "falls back": (
        HelperInstalled(),
        {
            DockerConfigProbe(): config(helper() | AUTHS),
            HelperProbe("ecr-login"): program(ProgramState.MISSING),
        },
    ),
    "reads": (ConfigHome(), {DockerConfigProbe(): config(helper())}),
    "other home": (ConfigHome(), {DockerConfigProbe(): config({}, others=(OTHER,))}),
    "no file": (ConfigFile(), {DockerConfigProbe(): config({}, state=ConfigState.UNREADABLE)}),
    "empty": (ConfigFile(), {DockerConfigProbe(): config({}, state=ConfigState.EMPTY)}),
    "dangling": (ConfigFile(), {DockerConfigProbe(): config({}, state=ConfigState.DANGLING)}),
    "no helper": (HelperCacheCheck(), {DockerConfigProbe(): config(AUTHS)}),
    "says nothing": (HelperAnswers(), {**HELPED, HelperRunProbe("ecr-login", HOST): SILENT}),
    "nothing set": (RegistryConfigured(), {DockerConfigProbe(): config({})}),
    "a way": (RegistryConfigured(), HELPED),
    "two entries": (
        StoredLoginCheck(),
        {DockerConfigProbe(): config(AUTHS, logins=(stored(expires=LATE), SCHEME))},
    ),
}


def words(case: str, client: str) -> str:
    check, seen = CASES[case]
    verdict = check.run(context(seen, settings=Settings(client=client)))
    said = [verdict.summary, *(f"{e.what} {e.value}" for e in verdict.evidence)]
    return "\n".join(said).replace("/.docker/", "").replace("docker-credential-", "")


@pytest.mark.parametrize("client", ["docker", "docker-build", "docker-py"])
@pytest.mark.parametrize("case", CASES)
def test_docker_s_commands_are_docker(case: str, client: str) -> None:
    assert f"{client}-" not in words(case, client)
    assert "docker" in words(case, client)


@pytest.mark.parametrize("client", ["skopeo", "podman", "buildah", "crane", "oras"])
@pytest.mark.parametrize("case", CASES)
def test_another_client_is_not_docker(case: str, client: str) -> None:
    assert "docker" not in words(case, client)
