"""Every remedy as a table: what it changes for which case, or what it says instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.cure.case import HelperSeen
from ecr_doctor.cure.changes import (
    Change,
    DropContext,
    KeepStore,
    RemoveLogins,
    RepairJson,
    SetHelper,
    SetMode,
)
from ecr_doctor.cure.plan import known_remedies, make_plan
from ecr_doctor.engine import catalog_folders
from ecr_doctor.testing import HOST

from .cases import (
    DUAL,
    EU,
    FAILS,
    GONE,
    OURS,
    OURS_FAILS,
    PATH,
    WORKS,
    ailment,
    case,
    login,
    token,
)

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case

LOGIN = SetHelper(HOST, "ecr-login")
DOCTOR = SetHelper(HOST, "ecr-doctor")
OLD, NEW = login(token(-1)), login(token(5))


def gone(*keys: str) -> RemoveLogins:
    return RemoveLogins(HOST, frozenset(keys))


@pytest.mark.parametrize(
    ("patient", "ill", "wanted"),
    [
        pytest.param(case(None, WORKS), ailment("never-logged-in"), [LOGIN], id="nothing there"),
        pytest.param(case({}, FAILS, OURS), ailment("never-logged-in"), [DOCTOR], id="ours works"),
        pytest.param(case({}, GONE, OURS), ailment("never-logged-in"), [DOCTOR], id="ours alone"),
        pytest.param(
            case({}, GONE, OURS_FAILS), ailment("never-logged-in"), [DOCTOR], id="ours does no harm"
        ),
        pytest.param(case({}, FAILS), ailment("never-logged-in"), [], id="theirs would"),
        pytest.param(case({}, GONE), ailment("never-logged-in"), [], id="no helper"),
        pytest.param(
            case({}, WORKS, host="ghcr.io"), ailment("never-logged-in"), [], id="not Amazon's"
        ),
        pytest.param(
            case({"credHelpers": {f"https://{HOST}": "ecr-login"}}, WORKS),
            ailment("credhelpers-key-mismatch", helper="ecr-login"), [LOGIN], id="scheme",
        ),
        pytest.param(
            case({"credHelpers": {EU: "ecr-login"}}, FAILS),
            ailment("credhelpers-key-mismatch", helper="ecr-login"), [LOGIN], id="meant, AWS down",
        ),
        pytest.param(
            case({"credHelpers": {"*.amazonaws.com": "ecr-login"}}, WORKS),
            ailment("credhelpers-wildcard-key", helper="ecr-login"), [LOGIN], id="wildcard",
        ),
        pytest.param(
            case({"credHelpers": {HOST: "ecr-login"}}, FAILS, OURS, host=DUAL),
            ailment("dual-stack-host-not-configured", helper="ecr-login"),
            [SetHelper(DUAL, "ecr-doctor")], id="dual stack, old helper",
        ),
        pytest.param(
            case({"credHelpers": {HOST: "docker-credential-ecr-login"}}, WORKS),
            ailment("helper-name-wrong", meant="ecr-login"), [LOGIN], id="full name",
        ),
        pytest.param(
            case({"auths": {HOST: OLD}}, WORKS), ailment("stored-login-expired"),
            [LOGIN, gone(HOST)], id="expired",
        ),
        pytest.param(
            case({"auths": {HOST: OLD}}, GONE), ailment("stored-login-expired"), [],
            id="expired, no helper",
        ),
        pytest.param(
            case({"auths": {HOST: OLD, f"https://{HOST}": NEW}}, GONE),
            ailment("duplicate-stored-logins"), [gone(HOST)], id="two, no helper",
        ),
        pytest.param(
            case({"auths": {HOST: OLD, f"https://{HOST}": NEW}}, WORKS),
            ailment("duplicate-stored-logins"), [LOGIN, gone(HOST)], id="two and a helper",
        ),
        pytest.param(
            case({"auths": {HOST: NEW, EU: OLD}}, WORKS), ailment("login-for-other-registry"),
            [LOGIN, gone(HOST)], id="another region's token",
        ),
        pytest.param(
            case({"auths": {EU: NEW}}, WORKS), ailment("login-for-other-registry"), [LOGIN],
            id="another region's login stays",
        ),
        pytest.param(
            case({"auths": {HOST: {"auth": "bm9jb2xvbg=="}}}, WORKS),
            ailment("stored-login-malformed"), [LOGIN, gone(HOST)], id="malformed",
        ),
        pytest.param(
            case({"auths": {EU: {"auth": "bm9jb2xvbg=="}, HOST: NEW}}, WORKS),
            ailment("stored-login-malformed"), [LOGIN, gone(HOST)], id="another's malformed stays",
        ),
        pytest.param(
            case({"auths": {HOST: login(token(5), "me")}}, WORKS),
            ailment("stored-login-wrong-user"), [LOGIN, gone(HOST)], id="wrong user",
        ),
        pytest.param(
            case({"auths": {"public.ecr.aws": OLD}}, WORKS, host="public.ecr.aws"),
            ailment("public-ecr-stale-login"),
            [RemoveLogins("public.ecr.aws", frozenset({"public.ecr.aws"}))], id="public",
        ),
        pytest.param(
            case({"credsStore": "pass", "auths": {HOST: NEW}}, WORKS),
            ailment("creds-store-shadows-login"), [LOGIN], id="store",
        ),
        pytest.param(
            case({"credsStore": "pass", "auths": {HOST: NEW}}, GONE),
            ailment("creds-store-shadows-login"), [SetHelper(HOST, "")], id="store, no helper",
        ),
        pytest.param(
            case({"credsStore": "desktop"}, WORKS), ailment("helper-not-on-path"), [LOGIN],
            id="store that is not there",
        ),
        pytest.param(
            case({"credHelpers": {HOST: "ecr-login"}}, GONE, OURS),
            ailment("helper-not-on-path", helper="ecr-login"), [DOCTOR], id="helper gone",
        ),
        pytest.param(
            case({"credHelpers": {HOST: "ecr-login"}, "auths": {HOST: OLD}}, GONE, OURS),
            ailment("helper-not-on-path"), [DOCTOR, gone(HOST)], id="helper gone, stale login",
        ),
        pytest.param(
            case({"credHelpers": {HOST: "ecr-login"}}, FAILS, OURS_FAILS),
            ailment("helper-hides-aws-error"), [], id="AWS is to blame",
        ),
        pytest.param(
            case('{"credHelpers": {"' + HOST + '": "ecr-login",}}', WORKS),
            ailment("config-json-invalid"), [RepairJson()], id="comma",
        ),
        pytest.param(
            case('{"x": 1,}', WORKS), ailment("config-json-invalid"), [RepairJson(), LOGIN],
            id="comma, and nothing for the host",
        ),
        pytest.param(
            case('{"credHelpers": ["ecr-login"]}', WORKS), ailment("config-json-invalid"), [LOGIN],
            id="wrong type",
        ),
        pytest.param(case('{"x": ', WORKS), ailment("config-json-invalid"), [], id="cut off"),
        pytest.param(
            case(None, state="unreadable", closed=PATH, owner=1000, mode=0o200),
            ailment("config-json-unreadable"), [SetMode(PATH, 0o600)], id="own, closed",
        ),
        pytest.param(
            case(None, state="unreadable", closed="/home/dev/.docker", owner=1000, mode=0o600),
            ailment("config-json-unreadable"), [SetMode("/home/dev/.docker", 0o700)], id="folder",
        ),
        pytest.param(
            case(None, state="unreadable", closed="/home/dev", owner=1000, mode=0o600),
            ailment("config-json-unreadable"), [], id="home",
        ),
        pytest.param(
            case(None, state="unreadable", closed=PATH, owner=0),
            ailment("config-json-unreadable"), [], id="another's",
        ),
        pytest.param(
            case(None, WORKS, state="directory", empty_folder=True),
            ailment("config-is-not-a-file"), [LOGIN], id="empty folder",
        ),
        pytest.param(
            case(None, WORKS, state="directory"), ailment("config-is-not-a-file"), [],
            id="full folder",
        ),
        pytest.param(
            case(None, WORKS, state="dangling", link="/x/y"), ailment("config-is-not-a-file"),
            [LOGIN], id="link to nothing",
        ),
        pytest.param(
            case({"currentContext": "r"}), ailment("docker-host-wrong", source=PATH),
            [DropContext()], id="no such context",
        ),
        pytest.param(
            case({"currentContext": "r"}), ailment("docker-host-wrong", source=PATH, endpoint="x"),
            [], id="dead context",
        ),
        pytest.param(
            case({}, WORKS, reason="DOCKER_CONFIG"), ailment("config-wrong-home-or-user"), [LOGIN],
            id="another folder",
        ),
        pytest.param(
            case({}, WORKS, env={"SUDO_USER": "dev"}), ailment("config-wrong-home-or-user"), [],
            id="sudo",
        ),
    ],
)  # fmt: skip
def test_changes(patient: Case, ill: Ailment, wanted: list[Change]) -> None:
    plan = make_plan(patient, [ill])

    assert list(plan.changes) == wanted
    assert plan.steps[0].changes or plan.steps[0].say


@pytest.mark.parametrize(
    ("patient", "ill", "words"),
    [
        (case({}, GONE), ailment("never-logged-in"), "install amazon-ecr-credential-helper"),
        (case({}, GONE), ailment("never-logged-in"), "get-login-password --region us-east-1"),
        (
            case({}, HelperSeen(name="ecr-login", elsewhere="/opt/x y/docker-credential-x")),
            ailment("helper-not-on-path"), "export PATH='/opt/x y':$PATH",
        ),
        (case({}, FAILS), ailment("never-logged-in"), "NoCredentialProviders"),
        (
            case(None, WORKS, reason="DOCKER_CONFIG", has_folder=False),
            ailment("never-logged-in"), "unset DOCKER_CONFIG",
        ),
        (
            case(None, WORKS, reason="DOCKER_CONFIG", has_folder=False, state="directory"),
            ailment("config-is-not-a-file"), "'/home/dev/.docker', which is no folder",
        ),
        (
            case({}, env={"DOCKER_AUTH_CONFIG": "x"}), ailment("docker-auth-config-shadows"),
            "unset DOCKER_AUTH_CONFIG",
        ),
        (
            case({}, env={"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}),
            ailment("aws-env-shadows-profile"), "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
        ),
        (case({}), ailment("docker-host-wrong", source="DOCKER_HOST"), "unset DOCKER_HOST"),
        (
            case({"currentContext": "r"}),
            ailment("docker-host-wrong", source=PATH, endpoint="tcp://x"),
            "docker context use default",
        ),
        (
            case(None, state="unreadable", closed=PATH, owner=0, owner_name="root"),
            ailment("config-json-unreadable"), f"sudo chown dev {PATH}",
        ),
        (
            case({}, env={"SUDO_USER": "dev", "HOME": "/root"}),
            ailment("config-wrong-home-or-user"), "sudo --preserve-env=HOME docker pull",
        ),
        (
            case({}, GONE), ailment("config-wrong-home-or-user", other="/a b/config.json"),
            "export DOCKER_CONFIG='/a b'",
        ),
        (case('{"x": ', WORKS, place="p:1"), ailment("config-json-invalid"), "p:1: unexpected EOF"),
        (case({}, host="ghcr.io"), ailment("never-logged-in"), "docker login"),
    ],
)  # fmt: skip
def test_words(patient: Case, ill: Ailment, words: str) -> None:
    plan = make_plan(patient, [ill])

    assert plan.changes == ()
    assert words in "\n".join(plan.steps[0].say)


def test_causes_are_those_of_the_catalog() -> None:
    catalog = load_catalog(catalog_folders())

    assert [cause for cause in known_remedies() if catalog.get(cause) is None] == []


def test_a_default_store_is_kept_for_the_others() -> None:
    patient = case({}, WORKS)
    config = patient.config.config
    seen = replace(patient.config, config=replace(config, default_store="pass"))

    plan = make_plan(replace(patient, config=seen), [ailment("never-logged-in")])

    assert plan.changes == (KeepStore("pass"), LOGIN)


def test_the_old_file_is_left_alone() -> None:
    plan = make_plan(case(None, WORKS, legacy="/home/dev/.dockercfg"), [ailment("never-logged-in")])

    assert plan.changes == ()
    assert ".dockercfg" in plan.obstacle


def test_causes_without_a_remedy_are_passed_over() -> None:
    plan = make_plan(case({}, WORKS), [ailment("scp-deny"), ailment("never-logged-in")])

    assert [step.ailment.cause for step in plan.steps] == ["never-logged-in"]
