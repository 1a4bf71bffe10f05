from __future__ import annotations

from dataclasses import replace

import pytest

from checks.client.views import EU, LATE, SOON, Seen, config, helper, program, stored
from ecr_doctor.model import Settings, Status, parse_target
from ecr_doctor.probes.docker_config import DockerConfigProbe, StoredLogin
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.stored_login import StoredLoginCheck

AUTHS = {"auths": {HOST: {"auth": "QVdTOnNlY3JldA=="}}}
STALE = stored(expires=LATE)
SCHEME = stored(key=f"https://{HOST}", used=False)


@pytest.mark.parametrize(
    ("logins", "status", "cause"),
    [
        pytest.param((stored(),), Status.PASS, None, id="good"),
        pytest.param((STALE,), Status.FAIL, "stored-login-expired", id="expired"),
        pytest.param((stored(expires=None, password_kind="other"),), Status.INCONCLUSIVE, None,
                     id="does not say"),
        pytest.param((stored(user="dev"),), Status.FAIL, "stored-login-wrong-user", id="user"),
        pytest.param((stored(user="AKIAABCDEFGHIJKLMNOP"),), Status.FAIL, "login-password-wrong",
                     id="key id as user"),
        pytest.param((stored(password_kind="aws-secret-key"),), Status.FAIL,
                     "login-password-wrong", id="secret key as password"),
        pytest.param((stored(password_kind="line-break"),), Status.FAIL, "login-password-wrong",
                     id="carriage return"),
        pytest.param((stored(password_kind="cut-off-token"),), Status.FAIL,
                     "login-password-wrong", id="cut off"),
        pytest.param((stored(problem="illegal base64 data"),), Status.FAIL,
                     "stored-login-malformed", id="no base64"),
        pytest.param((stored(token_only=True),), Status.FAIL, "stored-login-malformed",
                     id="identity token"),
        pytest.param((stored(user="", password_kind=""),), Status.FAIL, "never-logged-in",
                     id="empty entry"),
        pytest.param((stored(password_kind=""),), Status.FAIL, "login-password-wrong",
                     id="user without password"),
        pytest.param((STALE, SCHEME), Status.FAIL, "duplicate-stored-logins",
                     id="the stale entry wins"),
        pytest.param((stored(), replace(SCHEME, expires=LATE)), Status.PASS, None,
                     id="the fresh entry wins"),
        pytest.param((STALE, replace(SCHEME, expires=LATE)), Status.FAIL, "stored-login-expired",
                     id="both are stale"),
        pytest.param((replace(SCHEME, used=True, expires=LATE), stored(key=f"{HOST}/")),
                     Status.FAIL, "duplicate-stored-logins", id="chance decides"),
        pytest.param((), Status.NOT_APPLICABLE, None, id="none"),
    ],
)  # fmt: skip
def test_verdict(logins: tuple[StoredLogin, ...], status: Status, cause: str | None) -> None:
    seen: Seen = {DockerConfigProbe(): config(AUTHS, logins=logins)}
    verdict = StoredLoginCheck().run(context(seen))

    assert (verdict.status, verdict.cause) == (status, cause)


@pytest.mark.parametrize(
    ("state", "login", "status"),
    [
        (ProgramState.RUNNABLE, STALE, Status.WARN),
        (ProgramState.RUNNABLE, stored(), Status.NOT_APPLICABLE),
        (ProgramState.RUNNABLE, stored(user="", password_kind=""), Status.NOT_APPLICABLE),
        (ProgramState.MISSING, STALE, Status.FAIL),
        (ProgramState.MISSING, stored(expires=SOON), Status.PASS),
    ],
)
def test_beside_a_helper(state: ProgramState, login: StoredLogin, status: Status) -> None:
    seen: Seen = {
        DockerConfigProbe(): config({**AUTHS, **helper()}, logins=(login,)),
        HelperProbe("ecr-login"): program(state),
    }

    assert StoredLoginCheck().run(context(seen)).status is status


def test_anothers_broken_entry() -> None:
    content = {"auths": {**AUTHS["auths"], EU: {"auth": "!!"}}}
    ours: Seen = {DockerConfigProbe(): config(content, logins=(stored(),))}
    none: Seen = {DockerConfigProbe(): config(content)}

    assert StoredLoginCheck().run(context(ours)).cause == "stored-login-malformed"
    assert StoredLoginCheck().run(context(none)).status is Status.WARN


def test_a_stale_login_of_the_public_registry() -> None:
    target = parse_target("public.ecr.aws/docker/library/alpine")
    login = stored(key="public.ecr.aws", expires=LATE)
    content = {"auths": {"public.ecr.aws": {"auth": "QVdTOnNlY3JldA=="}}}
    seen: Seen = {DockerConfigProbe(): config(content, logins=(login,))}

    assert StoredLoginCheck().run(context(seen, target=target)).cause == "public-ecr-stale-login"


@pytest.mark.parametrize(
    ("client", "status"),
    [("docker", Status.FAIL), ("podman", Status.PASS), ("skopeo", Status.PASS)],
)
def test_another_registry_s_entry_stops_docker_alone(client: str, status: Status) -> None:
    content = {"auths": {"other.example": {"auth": "%%%"}, **AUTHS["auths"]}}
    seen: Seen = {DockerConfigProbe(): config(content, logins=(stored(),))}
    verdict = StoredLoginCheck().run(context(seen, settings=Settings(client=client)))

    assert verdict.status is status
