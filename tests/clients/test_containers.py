"""What skopeo, podman and buildah send: each row was measured with the real programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, PaperMachine, auth
from ecr_doctor.clients import buildah, podman, skopeo
from ecr_doctor.clients.machine import FileState
from ecr_doctor.clients.resolution import Outcome, Resolution

if TYPE_CHECKING:
    from types import ModuleType

FILE = auth("u-file", "p-file")
AUTHS = {"auths": {HOST: FILE}}
RUN = "/run/containers/1000/auth.json"
OWN = f"{HOME}/.config/containers/auth.json"
CONF = "/etc/containers/registries.conf"
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ERROR = "(error)"


def one(name: str) -> dict[str, object]:
    return {"auths": {HOST: auth(name, "p")}}


def sent(found: Resolution) -> str | None:
    if found.outcome is Outcome.ERROR:
        return ERROR
    return found.login.user if found.outcome is Outcome.CREDENTIAL else None


def by_skopeo(machine: PaperMachine, **options: str) -> str | None:
    return sent(skopeo.resolve(machine, HOST, "team/app", **options))


@pytest.mark.parametrize(
    ("key", "matches"),
    [
        (HOST, True),
        (f"{HOST}/team", True),
        (f"{HOST}/team/app", True),
        (f"{HOST}/team/app:v1", False),
        (f"{HOST}/tea", False),
        (f"{HOST}/", False),
        (f"{HOST}/v2/", False),
        (f"https://{HOST}/v2/", True),
        (f"https://{HOST}/any", True),
        (HOST.upper(), False),
        (f"{HOST}:443", False),
        ("*.amazonaws.com", False),
    ],
)
def test_keys(key: str, *, matches: bool) -> None:
    assert by_skopeo(PaperMachine({RUN: {"auths": {key: FILE}}})) == ("u-file" if matches else None)


def test_order_of_files() -> None:
    files = {
        RUN: one("run"),
        OWN: one("own"),
        CONFIG: one("docker"),
        f"{HOME}/.dockercfg": {f"https://{HOST}/v1/": auth("legacy", "p")},
    }
    for name in ("run", "own", "docker", "legacy"):
        assert by_skopeo(PaperMachine(files)) == name
        files.pop(next(iter(files)))
    assert by_skopeo(PaperMachine(files)) is None


def test_the_runtime_folder_replaces_run() -> None:
    env = {"HOME": HOME, "XDG_RUNTIME_DIR": "/xr"}
    runtime = {"/xr/containers/auth.json": one("runtime")}

    assert by_skopeo(PaperMachine({**runtime, RUN: one("run")}, env=env)) == "runtime"
    assert by_skopeo(PaperMachine({RUN: one("run")}, env=env)) is None


def test_the_longest_key_wins_within_a_file_and_the_file_before_the_key() -> None:
    keys = {HOST: auth("bare", "p"), f"{HOST}/team": auth("team", "p")}
    both = {RUN: {"auths": keys}, CONFIG: {"auths": {f"{HOST}/team/app": auth("app", "p")}}}

    assert by_skopeo(PaperMachine(both)) == "team"


def test_an_empty_entry_hides_the_bare_one_and_not_the_next_file() -> None:
    hidden = {"auths": {HOST: FILE, f"{HOST}/team/app": {}}}

    assert by_skopeo(PaperMachine({RUN: hidden})) is None
    assert by_skopeo(PaperMachine({RUN: hidden, CONFIG: one("docker")})) == "docker"


@pytest.mark.parametrize(
    ("kind", "user"),
    [
        ("ok", "u-helper"),
        ("notfound", "docker"),
        ("emptyobject", "docker"),
        ("emptyuser", ""),
        ("token", None),
        ("error", ERROR),
        ("missing", ERROR),
        ("garbage", ERROR),
        ("hangs", ERROR),
    ],
)
def test_a_helper_and_the_next_file(kind: str, user: str | None) -> None:
    config = {**AUTHS, "credHelpers": {HOST: "x"}}
    machine = PaperMachine({RUN: config, CONFIG: one("docker")}, {"x": kind})

    assert by_skopeo(machine) == user


@pytest.mark.parametrize(
    ("content", "user"),
    [
        pytest.param({"credsStore": "s"}, None, id="credsStore is ignored"),
        pytest.param({"auths": {HOST: {"username": "u", "password": "p"}}}, None, id="no auth"),
        pytest.param({"auths": {HOST: {"identitytoken": "t"}}}, None, id="identity token"),
        pytest.param({**AUTHS, "HttpHeaders": 1}, "u-file", id="wrong type elsewhere"),
        pytest.param({"auths": {HOST: FILE, EU: {"auth": "!"}}}, "u-file", id="another's fault"),
        pytest.param({"auths": {HOST: {"auth": "!!"}}}, ERROR, id="no base64"),
        pytest.param({"auths": {HOST: {"auth": "bm9jb2xvbg=="}}}, None, id="no colon"),
        pytest.param({"auths": []}, ERROR, id="a list"),
        pytest.param({"auths": {EU: {"auth": 5}}}, ERROR, id="a number"),
        pytest.param({"credHelpers": {HOST: ""}}, ERROR, id="empty helper's name"),
        pytest.param("{nonsense", ERROR, id="no JSON"),
        pytest.param("{} more", ERROR, id="something after it"),
        pytest.param("", ERROR, id="empty"),
        pytest.param(FileState.UNREADABLE, ERROR, id="closed"),
        pytest.param(FileState.DANGLING, None, id="dangling"),
        pytest.param("null", None, id="null"),
    ],
)
def test_contents(content: object, user: str | None) -> None:
    assert by_skopeo(PaperMachine({CONFIG: content}, {"s": "ok"})) == user


@pytest.mark.parametrize(
    ("module", "version", "found"),
    [
        (skopeo, "1.9.3", "docker"),
        (skopeo, "1.18.0", None),
        (podman, "4.3.1", "docker"),
        (podman, "5.4.2", None),
        (buildah, "1.28.2", "docker"),
        (buildah, "1.39.3", None),
    ],
)
def test_a_named_file_without_the_host(module: ModuleType, version: str, found: str | None) -> None:
    env = {"HOME": HOME, "REGISTRY_AUTH_FILE": "/a.json"}
    machine = PaperMachine(
        {"/a.json": {"auths": {EU: FILE}}, RUN: one("run"), CONFIG: one("docker")}, env=env
    )

    assert sent(module.resolve(machine, HOST, "team/app", version=version)) == found


@pytest.mark.parametrize(
    ("module", "version", "flag", "variable"),
    [
        (skopeo, "1.18.0", None, None),
        (podman, "4.3.1", ERROR, ERROR),
        (podman, "5.4.2", ERROR, None),
        (buildah, "1.39.3", ERROR, ERROR),
    ],
)
def test_a_named_file_that_is_missing(
    module: ModuleType, version: str, flag: str | None, variable: str | None
) -> None:
    env = {"HOME": HOME, "REGISTRY_AUTH_FILE": "/none.json"}
    by_flag = module.resolve(PaperMachine(), HOST, "a", version=version, auth_file="/none.json")
    by_variable = module.resolve(PaperMachine(env=env), HOST, "a", version=version)

    assert (sent(by_flag), sent(by_variable)) == (flag, variable)


@pytest.mark.parametrize(
    ("module", "user"), [(skopeo, "run"), (podman, "other"), (buildah, "other")]
)
def test_docker_config_is_an_authfile_for_some(module: ModuleType, user: str) -> None:
    env = {"HOME": HOME, "DOCKER_CONFIG": "/other"}
    machine = PaperMachine({RUN: one("run"), "/other/config.json": one("other")}, env=env)

    assert sent(module.resolve(machine, HOST, "team/app")) == user


@pytest.mark.parametrize(
    ("helpers", "user"),
    [
        ('["ok"]', "u-helper"),
        ('["containers-auth.json", "ok"]', "run"),
        ('["gone", "containers-auth.json"]', "run"),
        ('["gone"]', ERROR),
        ('["token"]', None),
        ("[]", "run"),
        ("[", ERROR),
    ],
)
def test_helpers_of_registries_conf(helpers: str, user: str | None) -> None:
    machine = PaperMachine(
        {CONF: f"credential-helpers = {helpers}\n", RUN: one("run")}, {"ok": "ok", "token": "token"}
    )

    assert by_skopeo(machine) == user


def test_the_variable_for_registries_conf_is_not_skopeos() -> None:
    env = {"HOME": HOME, "CONTAINERS_REGISTRIES_CONF": "/r.conf"}
    machine = PaperMachine({"/r.conf": 'credential-helpers = ["ok"]'}, {"ok": "ok"}, env=env)

    assert by_skopeo(machine) is None
    assert sent(podman.resolve(machine, HOST, "team/app")) == "u-helper"


def test_several_urls_are_a_matter_of_chance() -> None:
    auths = {f"https://{HOST}": auth("a", "p"), f"http://{HOST}/v1/": auth("b", "p")}
    found = skopeo.resolve(PaperMachine({RUN: {"auths": auths}}), HOST, "team/app")

    assert {login.user for login in found.candidates} == {"a", "b"}


def test_offline_it_depends() -> None:
    machine = PaperMachine({RUN: {"credHelpers": {HOST: "x"}}}, offline=True)

    assert skopeo.resolve(machine, HOST, "team/app").outcome is Outcome.DEPENDS


def test_of_several_keys_one_may_be_empty() -> None:
    entries = {f"http://{HOST}": {}, f"http://{HOST}/v1/": FILE}
    found = skopeo.resolve(PaperMachine({f"{HOME}/.dockercfg": entries}), HOST, "team/app")

    assert (found.outcome, found.random) == (Outcome.CREDENTIAL, True)
    assert {login.user for login in found.candidates} == {"", "u-file"}


def test_of_several_keys_one_may_be_spoilt() -> None:
    auths = {f"https://{HOST}": FILE, f"https://{HOST}/v2/": {"auth": "%%%"}}
    found = skopeo.resolve(PaperMachine({RUN: {"auths": auths}}), HOST, "team/app")

    assert found.random
    assert [login.user for login in found.candidates] == ["u-file", ""]
    only = {f"https://{HOST}": {"auth": "%%%"}, f"https://{HOST}/v2/": {"auth": "%%%"}}
    assert by_skopeo(PaperMachine({RUN: {"auths": only}})) == ERROR
