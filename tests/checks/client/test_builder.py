"""The login of docker's classic builder beside that of `docker pull`."""

from __future__ import annotations

from typing import Any

import pytest

from checks.client.views import Seen, answered, config, helper
from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.redact import Secret
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.registry_configured import RegistryConfigured

STORE = {"credsStore": "ecr-login"}
REPOSITORY = {"credHelpers": {f"{HOST}/team/app": "ecr-login"}}
FOUND = DockerCredential(kind=SourceKind.HELPER, client="docker-build", secret=Secret("t"))
NOTHING = DockerCredential(client="docker-build")
NEEDS_LIST = "classic-build-needs-list"


@pytest.mark.parametrize(
    ("content", "credential", "get", "status", "cause"),
    [
        pytest.param(STORE, NOTHING, HelperStatus.ANSWERED, Status.FAIL, NEEDS_LIST,
                     id="answers, and does not list it"),
        pytest.param(STORE, NOTHING, HelperStatus.NOT_FOUND, Status.PASS, None,
                     id="does not answer either: not the builder's fault"),
        pytest.param(STORE, FOUND, HelperStatus.ANSWERED, Status.PASS, None, id="lists it"),
        pytest.param(helper(), FOUND, HelperStatus.ANSWERED, Status.PASS, None, id="helper"),
        pytest.param(REPOSITORY, FOUND, HelperStatus.ANSWERED, Status.PASS, None,
                     id="a key that only the builder takes"),
        pytest.param(REPOSITORY, NOTHING, HelperStatus.ANSWERED, Status.FAIL,
                     "credhelpers-key-mismatch", id="whose helper gives nothing"),
    ],
)  # fmt: skip
def test_verdict(
    content: dict[str, Any],
    credential: DockerCredential,
    get: HelperStatus,
    status: Status,
    cause: str | None,
) -> None:
    seen: Seen = {
        DockerConfigProbe(): config(content),
        DockerCredentialProbe(): credential,
        HelperRunProbe("ecr-login", HOST): answered(get),
    }

    verdict = RegistryConfigured().run(context(seen, settings=Settings(client="docker-build")))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_pulls_do_not_need_the_list() -> None:
    seen: Seen = {DockerConfigProbe(): config(STORE), DockerCredentialProbe(): NOTHING}

    assert RegistryConfigured().run(context(seen)).status is Status.PASS
