"""What oras and crane send: each row was measured with oras 1.2 and 1.3 and crane 0.20."""

from __future__ import annotations

import json

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, PaperMachine, auth
from ecr_doctor.clients import crane, oras
from ecr_doctor.clients.machine import FileState
from ecr_doctor.clients.resolution import Outcome, Resolution

FILE = auth("u-file", "p-file")
AUTHS = {"auths": {HOST: FILE}}
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ERROR = "(error)"


def sent(found: Resolution) -> str | None:
    if found.outcome is Outcome.ERROR:
        return ERROR
    return found.login.user if found.outcome is Outcome.CREDENTIAL else None


def by_both(machine: PaperMachine, version: str = "") -> tuple[str | None, str | None]:
    return (
        sent(oras.resolve(machine, HOST, "team/app", version=version)),
        sent(crane.resolve(machine, HOST, "team/app")),
    )


@pytest.mark.parametrize(
    ("content", "by_oras", "by_crane"),
    [
        pytest.param(AUTHS, "u-file", "u-file", id="auth"),
        pytest.param({"auths": {f"https://{HOST}/v2/": FILE}}, "u-file", "u-file", id="loose"),
        pytest.param({"Auths": AUTHS["auths"]}, None, "u-file", id="letter case"),
        pytest.param({"auths": {HOST: {"username": "u"}}}, ERROR, None, id="half a login"),
        pytest.param({"auths": {HOST: {"registrytoken": "t"}}}, ERROR, "", id="bearer token"),
        pytest.param({"auths": {HOST: {}}}, None, None, id="empty entry"),
        pytest.param({"auths": {HOST: FILE, EU: {"auth": "!"}}}, "u-file", ERROR, id="another's"),
        pytest.param({"auths": {HOST: {"auth": "!"}}}, ERROR, ERROR, id="no base64"),
        pytest.param({"auths": []}, ERROR, ERROR, id="a list"),
        pytest.param({**AUTHS, "HttpHeaders": 1}, "u-file", ERROR, id="wrong type elsewhere"),
        pytest.param({**AUTHS, "credsStore": []}, ERROR, ERROR, id="store is a list"),
        pytest.param({**AUTHS, "credHelpers": {HOST: 5}}, ERROR, ERROR, id="helper is a number"),
        pytest.param("{nonsense", ERROR, ERROR, id="no JSON"),
        pytest.param("null", None, None, id="null"),
        pytest.param(FileState.UNREADABLE, ERROR, None, id="closed"),
        pytest.param(FileState.MISSING, None, None, id="missing"),
    ],
)  # fmt: skip
def test_contents(content: object, by_oras: str | None, by_crane: str | None) -> None:
    machine = PaperMachine({CONFIG: content}, {"s": "ok"})

    assert by_both(machine) == (by_oras, by_crane)


def test_an_empty_helpers_name_leaves_the_store_to_oras() -> None:
    config = {"credsStore": "s", "credHelpers": {HOST: ""}}

    assert by_both(PaperMachine({CONFIG: config}, {"s": "ok"}))[0] == "u-helper"


def test_an_empty_file() -> None:
    machine = PaperMachine({CONFIG: ""})

    assert by_both(machine, "1.2.0") == (ERROR, None)
    assert by_both(machine, "1.3.0") == (None, None)


@pytest.mark.parametrize(
    ("kind", "by_oras", "by_crane"),
    [
        ("ok", "u-helper", "u-helper"),
        ("notfound", None, None),
        ("emptyobject", None, None),
        ("emptyuser", ERROR, None),
        ("token", ERROR, None),
        ("error", ERROR, ERROR),
        ("missing", ERROR, ERROR),
        ("garbage", ERROR, ERROR),
    ],
)
def test_no_fallback_to_auths(kind: str, by_oras: str | None, by_crane: str | None) -> None:
    config = {**AUTHS, "credHelpers": {HOST: "x"}}

    assert by_both(PaperMachine({CONFIG: config}, {"x": kind})) == (by_oras, by_crane)


def test_crane_asks_for_the_repository_first() -> None:
    config = {"credHelpers": {f"{HOST}/team/app": "x"}}
    machine = PaperMachine({CONFIG: config}, {"x": "ok"})

    assert by_both(machine) == (None, "u-helper")


def test_crane_asks_the_store_before_the_hosts_helper() -> None:
    config = {"credHelpers": {HOST: "x"}, "credsStore": "s"}

    assert by_both(PaperMachine({CONFIG: config}, {"x": "ok", "s": "error"})) == (
        "u-helper",
        ERROR,
    )
    assert by_both(PaperMachine({CONFIG: config}, {"x": "ok", "s": "notfound"}))[1] == "u-helper"


def test_crane_sends_a_registry_token_as_bearer() -> None:
    machine = PaperMachine({CONFIG: {"auths": {HOST: {"registrytoken": "t"}}}})
    found = crane.resolve(machine, HOST, "team/app")

    assert (found.login.bearer, found.login.secret.reveal()) == (True, "t")


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({"REGISTRY_AUTH_FILE": "/a.json"}, "/a.json"),
        ({"XDG_RUNTIME_DIR": "/xr"}, "/xr/containers/auth.json"),
    ],
)
def test_crane_reads_podmans_file_where_docker_has_none(env: dict[str, str], path: str) -> None:
    env = {"HOME": HOME, **env}

    assert by_both(PaperMachine({path: AUTHS}, env=env)) == (None, "u-file")
    assert by_both(PaperMachine({path: AUTHS, CONFIG: {}}, env=env)) == (None, None)


def test_oras_has_a_flag_and_wants_a_home() -> None:
    machine = PaperMachine({"/a.json": AUTHS}, env={})

    assert sent(oras.resolve(machine, HOST, auth_file="/a.json")) == "u-file"
    assert sent(oras.resolve(machine, HOST)) == ERROR


def test_loose_keys_are_a_matter_of_chance() -> None:
    auths = {f"https://{HOST}": auth("a", "p"), f"{HOST}/v2/": auth("b", "p")}
    machine = PaperMachine({CONFIG: {"auths": auths}})

    assert {login.user for login in oras.resolve(machine, HOST).candidates} == {"a", "b"}
    assert {login.user for login in crane.resolve(machine, HOST, "x").candidates} == {"a", "b"}


def test_oras_allows_nothing_after_a_helpers_json() -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}}}, {"x": "trailer"})

    assert by_both(machine) == (ERROR, "u-helper")


def test_of_several_keys_one_may_make_oras_stop() -> None:
    auths = {f"https://{HOST}": {"username": "u"}, f"{HOST}/v2/": FILE}
    found = oras.resolve(PaperMachine({CONFIG: {"auths": auths}}), HOST)

    assert {login.user for login in found.candidates} == {"", "u-file"}
    assert sent(found) == "u-file"


def test_of_several_keys_one_may_be_half_to_crane() -> None:
    auths = {f"https://{HOST}": {"username": "u"}, f"{HOST}/v2/": FILE}
    found = crane.resolve(PaperMachine({CONFIG: {"auths": auths}}), HOST, "x")

    assert {login.user for login in found.candidates} == {"", "u-file"}


@pytest.mark.parametrize("kind", ["emptysecret", "emptyuser", "token"])
def test_half_an_answer_is_nothing_to_crane(kind: str) -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}}}, {"x": kind})

    assert sent(crane.resolve(machine, HOST, "x")) is None


@pytest.mark.parametrize(
    ("version", "key", "user"),
    [
        ("0.20.1", f"HTTPS://{HOST}", None),
        ("0.20.2", f"HTTPS://{HOST}", "u-file"),
        ("", f"HTTPS://{HOST}", "u-file"),
        ("0.20.1", f"https://{HOST}", "u-file"),
    ],
)
def test_crane_reads_keys_as_the_docker_it_is_built_with(
    version: str, key: str, user: str | None
) -> None:
    machine = PaperMachine({CONFIG: {"auths": {key: FILE}}})

    assert sent(crane.resolve(machine, HOST, "x", version=version)) == user


@pytest.mark.parametrize(
    ("version", "key", "user"),
    [
        ("0.20.6", HOST, "u-file"),
        ("0.20.7", HOST, "u-variable"),
        ("0.20.7", f"{HOST}/team/app", "u-variable"),
        ("0.20.7", f"https://{HOST}", "u-file"),
        ("", HOST, "u-variable"),
    ],
)
def test_cranes_variable(version: str, key: str, user: str) -> None:
    value = json.dumps({"auths": {key: auth("u-variable", "p")}})
    machine = PaperMachine({CONFIG: AUTHS}, env={"HOME": HOME, "DOCKER_AUTH_CONFIG": value})

    assert sent(crane.resolve(machine, HOST, "team/app", version=version)) == user


def test_crane_reads_no_variable_where_there_is_no_file() -> None:
    env = {"HOME": HOME, "DOCKER_AUTH_CONFIG": json.dumps(AUTHS)}
    elsewhere = {**env, "DOCKER_CONFIG": "/none"}

    assert sent(crane.resolve(PaperMachine(env=env), HOST, "x")) is None
    assert sent(crane.resolve(PaperMachine({CONFIG: {}}, env=elsewhere), HOST, "x")) == "u-file"


@pytest.mark.parametrize(("version", "user"), [("0.21.7", None), ("0.21.8", "u-file")])
def test_crane_and_podmans_file_below_config(version: str, user: str | None) -> None:
    machine = PaperMachine({f"{HOME}/.config/containers/auth.json": AUTHS})

    assert sent(crane.resolve(machine, HOST, "x", version=version)) == user


def test_offline_it_depends() -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}}}, offline=True)

    assert oras.resolve(machine, HOST).outcome is Outcome.DEPENDS
    assert crane.resolve(machine, HOST, "x").outcome is Outcome.DEPENDS
