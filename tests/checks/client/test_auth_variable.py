from __future__ import annotations

import pytest

from checks.client.views import LATE, Seen, config, helper, stored
from ecr_doctor.model import Status
from ecr_doctor.probes.auth_variable import AuthVariable, AuthVariableProbe
from ecr_doctor.probes.docker_config import DockerConfigFile, DockerConfigProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.client.auth_variable import AuthVariableCheck

NEW = AuthVariable(present=True, version="28.5.2", obeyed=True, login=stored())
OLD = AuthVariable(present=True, version="28.2.2", obeyed=False, login=stored())
BROKEN = AuthVariable(present=True, version="28.5.2", obeyed=True, problem="unexpected EOF")
STALE = AuthVariable(present=True, version="28.5.2", obeyed=True, login=stored(expires=LATE))
HALF = AuthVariable(
    present=True, version="28.5.2", obeyed=True, login=stored(password_kind="", expires=None)
)
UNKNOWN = AuthVariable(present=True, obeyed=True, login=stored())
SHADOWS = "docker-auth-config-shadows"
WITH, WITHOUT = config(helper()), config({})


@pytest.mark.parametrize(
    ("variable", "file", "status", "cause"),
    [
        pytest.param(AuthVariable(), WITH, Status.NOT_APPLICABLE, None, id="unset"),
        pytest.param(NEW, WITHOUT, Status.PASS, None, id="good"),
        pytest.param(STALE, WITH, Status.FAIL, SHADOWS, id="stale, hides a helper"),
        pytest.param(STALE, WITHOUT, Status.FAIL, "stored-login-expired", id="stale, alone"),
        pytest.param(HALF, WITHOUT, Status.FAIL, SHADOWS, id="no password: nothing is sent"),
        pytest.param(BROKEN, WITH, Status.WARN, SHADOWS, id="dropped, the file helps"),
        pytest.param(BROKEN, WITHOUT, Status.FAIL, SHADOWS, id="dropped"),
        pytest.param(OLD, WITH, Status.PASS, None, id="ignored, the file helps"),
        pytest.param(OLD, WITHOUT, Status.FAIL, "docker-auth-config-unsupported", id="ignored"),
        pytest.param(UNKNOWN, WITH, Status.INCONCLUSIVE, None, id="no docker to be asked"),
        pytest.param(
            AuthVariable(present=True, version="28.5.2", obeyed=True, keys=("ghcr.io",)),
            WITH,
            Status.PASS,
            None,
            id="another registry",
        ),
    ],
)
def test_verdict(
    variable: AuthVariable, file: DockerConfigFile, status: Status, cause: str | None
) -> None:
    seen: Seen = {AuthVariableProbe(): variable, DockerConfigProbe(): file}
    verdict = AuthVariableCheck().run(context(seen))

    assert (verdict.status, verdict.cause) == (status, cause)
