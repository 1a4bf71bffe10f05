from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks.client.views import EU, LATE, OTHER, Seen, answered, config, helper
from ecr_doctor.model import Status
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.helper_run import HelperRun, HelperRunProbe, HelperStatus
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.creds_store import CredsStore

LOGIN = {"auth": "QVdTOnNlY3JldA=="}
REFUSED = answered(HelperStatus.FAILED, exit_code=1, message="Cannot autolaunch D-Bus")


@pytest.mark.parametrize(
    ("auths", "run", "status", "cause"),
    [
        pytest.param({}, answered(), Status.PASS, None, id="has it"),
        pytest.param({}, answered(expires=LATE), Status.FAIL, "stored-login-expired", id="stale"),
        pytest.param({}, answered(user="x"), Status.FAIL, "stored-login-wrong-user", id="user"),
        pytest.param({}, answered(HelperStatus.NOT_FOUND), Status.FAIL, "never-logged-in",
                     id="knows nothing"),
        pytest.param({HOST: LOGIN}, answered(HelperStatus.NOT_FOUND), Status.FAIL,
                     "creds-store-shadows-login", id="hides a login"),
        pytest.param({HOST: LOGIN}, answered(HelperStatus.INCOMPLETE), Status.FAIL,
                     "creds-store-shadows-login", id="empty answer hides a login"),
        pytest.param({HOST: {}}, answered(HelperStatus.INCOMPLETE), Status.FAIL,
                     "credential-store-refuses", id="pass was never set up"),
        pytest.param({EU: {}}, answered(HelperStatus.NOT_FOUND), Status.FAIL,
                     "login-for-other-registry", id="logged in to another region"),
        pytest.param({OTHER: {}}, answered(HelperStatus.NOT_FOUND), Status.FAIL,
                     "registry-without-login", id="logged in to another account"),
        pytest.param({}, REFUSED, Status.FAIL, "credential-store-refuses", id="refuses"),
        pytest.param({HOST: LOGIN}, REFUSED, Status.WARN, "credential-store-refuses",
                     id="refuses, the login in the file is taken"),
        pytest.param({}, answered(HelperStatus.BROKEN), Status.FAIL, "helper-protocol-broken",
                     id="garbage"),
        pytest.param({}, answered(HelperStatus.HUNG), Status.FAIL, "helper-hangs", id="hangs"),
    ],
)  # fmt: skip
def test_verdict(auths: dict[str, Any], run: HelperRun, status: Status, cause: str | None) -> None:
    seen: Seen = {
        DockerConfigProbe(): config({"credsStore": "secretservice", "auths": auths}),
        HelperRunProbe("secretservice", HOST): run,
    }
    verdict = CredsStore().run(context(seen))

    assert (verdict.status, verdict.cause) == (status, cause)
    assert verdict.doubtful is (run.status is HelperStatus.HUNG)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (helper(), Status.NOT_APPLICABLE),
        ({"credsStore": "ecr-login"}, Status.PASS),
        ({"credsStore": "ecr-login", "auths": {"ghcr.io": LOGIN}}, Status.WARN),
    ],
)
def test_ecrs_own_helper(content: dict[str, Any], status: Status) -> None:
    assert CredsStore().run(context({DockerConfigProbe(): config(content)})).status is status


@pytest.mark.parametrize("status", [HelperStatus.NOT_FOUND, HelperStatus.INCOMPLETE,
                                    HelperStatus.FAILED])  # fmt: skip
def test_a_store_that_docker_found_by_itself(status: HelperStatus) -> None:
    file = config({})
    seen: Seen = {
        DockerConfigProbe(): replace(file, config=replace(file.config, default_store="pass")),
        HelperRunProbe("pass", HOST): answered(status),
    }

    assert CredsStore().run(context(seen)).cause == "never-logged-in"
