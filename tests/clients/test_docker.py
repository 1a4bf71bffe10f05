"""What `docker pull` sends: each row was measured with the real client."""

from __future__ import annotations

from typing import Any

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, REPLIES, PaperMachine, auth
from ecr_doctor.clients.docker import resolve
from ecr_doctor.clients.machine import FileState
from ecr_doctor.clients.resolution import Outcome, SourceKind

FILE = auth("u-file", "p-file")
AUTHS = {"auths": {HOST: FILE}}
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


def user(machine: PaperMachine, version: str = "28.2.2", host: str = HOST) -> str | None:
    """The user that is sent; None for nothing."""
    found = resolve(machine, host, version=version)
    return found.login.user if found.outcome is Outcome.CREDENTIAL else None


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        (HOST, True, True),
        (f"{HOST}/", True, True),
        (f"{HOST}/v2/", True, True),
        (f"https://{HOST}", True, True),
        (f"http://{HOST}/v1/", True, True),
        (f"https://{HOST}/team/app", True, True),
        (f"{HOST}/any/other", True, True),
        (f"HTTPS://{HOST}", False, True),
        (f"oci://{HOST}", False, True),
        (f"https://AWS@{HOST}", False, True),
        (f"https://{HOST}?a=b", False, True),
        (f"https://{HOST}\n", False, False),
        (f"https://{HOST}/%zz", True, False),
        (f" https://{HOST}", False, False),
        (f"https://{HOST}:443", False, False),
        (f"{HOST}:443", False, False),
        (f"AWS@{HOST}", False, False),
        (f" {HOST}", False, False),
        (HOST.upper(), False, False),
        (f"https://{HOST.upper()}", False, False),
        ("*.dkr.ecr.us-east-1.amazonaws.com", False, False),
        ("dkr.ecr.us-east-1.amazonaws.com", False, False),
        (EU, False, False),
    ],
)
def test_keys_of_auths(key: str, *, old: bool, new: bool) -> None:
    machine = PaperMachine({CONFIG: {"auths": {key: FILE}}})

    assert (user(machine, "26.1.5") == "u-file") is old
    assert (user(machine, "28.2.2") == "u-file") is new


@pytest.mark.parametrize(
    ("entry", "sent"),
    [
        pytest.param(FILE, "u-file", id="auth"),
        pytest.param({**FILE, "username": "u2", "password": "p2"}, "u-file", id="auth wins"),
        pytest.param({"username": "u2", "password": "p2"}, "u2", id="user and password alone"),
        pytest.param({"auth": "", "username": "u2", "password": "p2"}, "u2", id="empty auth"),
        pytest.param({"username": "u2"}, None, id="no password"),
        pytest.param({"identitytoken": "t"}, None, id="identity token"),
        pytest.param({**FILE, "identitytoken": "t"}, "u-file", id="auth beside identity token"),
        pytest.param({**FILE, "registrytoken": "t"}, None, id="registry token"),
        pytest.param({"Auth": FILE["auth"]}, "u-file", id="field in other case"),
        pytest.param({"auth": FILE["auth"][:4] + "\n" + FILE["auth"][4:]}, "u-file", id="newline"),
        pytest.param({"auth": f" {FILE['auth']} "}, None, id="spaces"),
        pytest.param({"auth": "!!!"}, None, id="no base64"),
        pytest.param({"auth": "dS11bnBhZDpwLXVucGFkMQ"}, None, id="no padding"),
        pytest.param({"auth": "dS1wYWQ6cA==="}, None, id="too much padding"),
        pytest.param({"auth": "dS11cmw6cC3Dv8O_Pj4-Pz8_"}, None, id="URL alphabet"),
        pytest.param({"auth": "bm9jb2xvbg=="}, None, id="no colon"),
        pytest.param(auth("<token>", "x"), "<token>", id="token as user"),
        pytest.param(auth("", "x"), None, id="no user"),
        pytest.param({}, None, id="empty"),
        pytest.param(None, None, id="null"),
        pytest.param("text", None, id="a text"),
        pytest.param({"auth": 12345}, None, id="a number"),
    ],
)
def test_entries(entry: object, sent: str | None) -> None:
    assert user(PaperMachine({CONFIG: {"auths": {HOST: entry}}})) == sent


@pytest.mark.parametrize(("version", "sent"), [("20.10.24", None), ("23.0.0", "u-plain")])
def test_an_auth_without_a_user_was_once_no_fault(version: str, sent: str | None) -> None:
    entry = {**auth("", ""), "username": "u-plain", "password": "p"}

    assert user(PaperMachine({CONFIG: {"auths": {HOST: entry}}}), version) == sent


def test_equal_logins_under_loose_keys_are_no_matter_of_chance() -> None:
    machine = PaperMachine({CONFIG: {"auths": {f"https://{HOST}": FILE, f"{HOST}/v2/": FILE}}})

    assert not resolve(machine, HOST).random


def test_nul_bytes_around_the_password_are_cut_off() -> None:
    found = resolve(PaperMachine({CONFIG: {"auths": {HOST: auth("u", "p\0\0")}}}), HOST)

    assert found.login.secret.reveal() == "p"


@pytest.mark.parametrize(
    ("key", "used"),
    [
        (HOST, True),
        (f"https://{HOST}", False),
        (f"{HOST}/", False),
        (f"{HOST}/team/app", False),
        (f"{HOST}:443", False),
        (HOST.upper(), False),
        ("*.amazonaws.com", False),
    ],
)
def test_keys_of_cred_helpers(key: str, *, used: bool) -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {key: "x"}}}, {"x": "ok"})

    assert (user(machine) == "u-helper") is used
    assert machine.asked == ([("x", HOST)] if used else [])


@pytest.mark.parametrize(
    ("kind", "sent", "fell_back"),
    [
        ("ok", "u-helper", False),
        ("lowercase", "u-helper", False),
        ("trailer", "u-helper", False),
        ("notfound", None, False),
        ("notfound-newline", None, False),
        ("emptyuser", None, False),
        ("emptysecret", None, False),
        ("emptyobject", None, False),
        ("token", None, False),
        ("notfound-on-stderr", "u-file", True),
        ("error", "u-file", True),
        ("empty", "u-file", True),
        ("garbage", "u-file", True),
        ("array", "u-file", True),
        ("noise", "u-file", True),
        ("exit2", "u-file", True),
        ("killed", "u-file", True),
        ("missing", "u-file", True),
    ],
)
@pytest.mark.parametrize("where", ["credHelpers", "credsStore"])
def test_fallback_to_auths(where: str, kind: str, sent: str | None, *, fell_back: bool) -> None:
    helper: dict[str, Any] = (
        {"credHelpers": {HOST: "x"}} if where == "credHelpers" else {"credsStore": "x"}
    )
    found = resolve(PaperMachine({CONFIG: {**AUTHS, **helper}}, {"x": kind}), HOST)

    assert (found.login.user or None) == sent
    assert found.fell_back is fell_back


def test_a_helper_that_hangs_is_an_error() -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}, **AUTHS}}, {"x": "hangs"})

    assert resolve(machine, HOST).outcome is Outcome.ERROR


def test_offline_only_the_helper_decides_and_the_login_is_shadowed() -> None:
    machine = PaperMachine({CONFIG: {"credHelpers": {HOST: "x"}, **AUTHS}}, offline=True)
    found = resolve(machine, HOST)

    assert found.outcome is Outcome.DEPENDS
    assert found.login.source.kind is SourceKind.HELPER
    assert [source.key for source in found.shadowed] == [HOST]


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        pytest.param({"credHelpers": {HOST: "x"}, "credsStore": "y"}, "x", id="helper first"),
        pytest.param({"credHelpers": {EU: "x"}, "credsStore": "y"}, "y", id="store for the rest"),
        pytest.param({"credHelpers": {HOST: ""}, "credsStore": "y"}, None, id="switched off"),
        pytest.param({"credHelpers": {HOST: None}, "credsStore": "y"}, None, id="null"),
        pytest.param({"credhelpers": {HOST: "x"}}, "x", id="field in other case"),
        pytest.param({"credStore": "y"}, None, id="misspelt field"),
    ],
)
def test_which_helper_is_asked(config: dict[str, Any], sent: str | None) -> None:
    machine = PaperMachine({CONFIG: {**config, **AUTHS}}, {"x": "ok", "y": "ok"})
    found = resolve(machine, HOST)

    assert found.login.source.helper == (sent or "")
    assert found.login.user == ("u-helper" if sent else "u-file")


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({"HOME": "/home/x"}, "/home/x/.docker/config.json"),
        ({"HOME": "/home/x", "DOCKER_CONFIG": "/etc/d"}, "/etc/d/config.json"),
        ({"HOME": "/home/x", "DOCKER_CONFIG": "/etc/d/"}, "/etc/d/config.json"),
        ({"HOME": "/home/x", "DOCKER_CONFIG": "rel"}, "/work/rel/config.json"),
        ({"HOME": "/home/x", "DOCKER_CONFIG": "~/d"}, "/work/~/d/config.json"),
        ({"HOME": "/home/x", "DOCKER_CONFIG": ""}, "/home/x/.docker/config.json"),
        ({"HOME": ""}, CONFIG),
        ({}, CONFIG),
        ({"HOME": "/home/x", "XDG_CONFIG_HOME": "/x"}, "/home/x/.docker/config.json"),
    ],
)
def test_one_folder_is_looked_into(env: dict[str, str], path: str) -> None:
    here = PaperMachine({path: AUTHS}, env=env)
    elsewhere = PaperMachine({"/other/.docker/config.json": AUTHS}, env=env)

    assert user(here) == "u-file"
    assert resolve(here, HOST).login.source.path == path
    assert user(elsewhere) is None


def test_the_flag_is_above_the_variable() -> None:
    machine = PaperMachine({"/flag/config.json": AUTHS}, env={"DOCKER_CONFIG": "/etc/d"})

    assert resolve(machine, HOST, config_dir="/flag").login.user == "u-file"


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        pytest.param("{nonsense", None, id="no JSON"),
        pytest.param('\ufeff{"auths": {}}', None, id="byte order mark"),
        pytest.param("", None, id="empty"),
        pytest.param("null", None, id="null"),
        pytest.param(FileState.DANGLING, None, id="dangling"),
        pytest.param(FileState.UNREADABLE, None, id="unreadable"),
        pytest.param({**AUTHS, "HttpHeaders": "x"}, None, id="wrong type elsewhere"),
        pytest.param({**AUTHS, "experimental": True}, None, id="a boolean where a text is due"),
        pytest.param({**AUTHS, "whatever": 5}, "u-file", id="unknown field"),
        pytest.param({"auths": []}, None, id="auths is a list"),
    ],
)
def test_broken_files(content: object, sent: str | None) -> None:
    assert user(PaperMachine({CONFIG: content})) == sent


def test_what_follows_the_object_is_ignored_and_two_auths_are_merged() -> None:
    import json  # noqa: PLC0415

    text = f'{{"auths": {json.dumps({EU: FILE})}, "auths": {json.dumps({HOST: FILE})}}} garbage'

    assert user(PaperMachine({CONFIG: text})) == "u-file"
    assert user(PaperMachine({CONFIG: text}), host=EU) == "u-file"


def test_a_wrong_type_leaves_the_helpers_in_force() -> None:
    config = {"credHelpers": {HOST: "x"}, "experimental": True}

    assert user(PaperMachine({CONFIG: config}, {"x": "ok"})) == "u-helper"


def test_anothers_broken_entry_makes_ours_a_matter_of_chance() -> None:
    machine = PaperMachine({CONFIG: {"auths": {HOST: FILE, EU: {"auth": "!!!"}}}})
    found = resolve(machine, HOST)

    assert found.random
    assert {login.user for login in found.candidates} == {"u-file", ""}


def test_several_loose_keys_are_a_matter_of_chance_and_the_exact_one_is_not() -> None:
    loose = {f"https://{HOST}": auth("u1", "p"), f"{HOST}/v2/": auth("u2", "p")}
    found = resolve(PaperMachine({CONFIG: {"auths": loose}}), HOST)
    exact = resolve(PaperMachine({CONFIG: {"auths": {**loose, HOST: {}}}}), HOST)

    assert {login.user for login in found.candidates} == {"u1", "u2"}
    assert (exact.random, exact.outcome) == (False, Outcome.ANONYMOUS)


VARIABLE = {"auths": {HOST: auth("u-env", "p-env")}}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        pytest.param(VARIABLE, "u-env", id="good"),
        pytest.param({"Auths": VARIABLE["auths"]}, "u-env", id="other case"),
        pytest.param({"auths": {f"https://{HOST}": FILE}}, "u-helper", id="no exact key"),
        pytest.param({}, "u-helper", id="empty"),
        pytest.param({**VARIABLE, "credsStore": "y"}, "u-helper", id="unknown field"),
        pytest.param({"auths": {HOST: {**FILE, "email": "x"}}}, "u-helper", id="unknown in entry"),
        pytest.param({"auths": {**VARIABLE["auths"], EU: {}}}, "u-helper", id="another lacks auth"),
        pytest.param({HOST: FILE}, "u-helper", id="flat"),
        pytest.param({"auths": {HOST: {"auth": "!!"}}}, "u-helper", id="no base64"),
        pytest.param({"auths": {HOST: auth("u-env", "")}}, None, id="no password: nothing is sent"),
    ],
)
def test_the_variable(value: object, sent: str | None) -> None:
    import json  # noqa: PLC0415

    env = {"HOME": HOME, "DOCKER_AUTH_CONFIG": json.dumps(value)}
    config = {"credHelpers": {HOST: "x"}}

    def machine() -> PaperMachine:
        return PaperMachine({CONFIG: config}, {"x": "ok"}, env=env)

    assert user(machine(), "28.5.2") == sent
    assert user(machine(), "28.3.0") == sent
    assert user(machine(), "28.2.2") == "u-helper"
    assert user(machine(), "20.10.24") == "u-helper"


@pytest.mark.parametrize(
    ("config", "programs", "store"),
    [
        (None, ("pass",), "pass"),
        ({}, ("pass",), "pass"),
        ("{broken", ("pass",), "pass"),
        ({"credsStore": ""}, ("pass",), "pass"),
        (None, (), "secretservice"),
        ({"auths": {EU: FILE}}, ("pass",), ""),
        ({"credHelpers": {EU: "x"}}, ("pass",), ""),
    ],
)
def test_the_default_store(config: object, programs: tuple[str, ...], store: str) -> None:
    files = {} if config is None else {CONFIG: config}
    machine = PaperMachine(files, {"pass": "ok", "secretservice": "ok"}, programs)

    assert resolve(machine, HOST).login.source.helper == store


def test_no_default_store_where_pass_has_no_helper() -> None:
    machine = PaperMachine({}, {"secretservice": "ok"}, ("pass",))

    assert resolve(machine, HOST).outcome is Outcome.ANONYMOUS


def test_the_legacy_file_is_read_by_old_clients_and_without_config_json_alone() -> None:
    legacy = {f"{HOME}/.dockercfg": {HOST: FILE}}

    assert user(PaperMachine(legacy), "20.10.24") == "u-file"
    assert user(PaperMachine(legacy), "26.1.5") is None
    assert user(PaperMachine({**legacy, CONFIG: {}}), "20.10.24") is None


@pytest.mark.parametrize("host", ["docker.io", "index.docker.io"])
def test_docker_hub_has_a_key_of_its_own(host: str) -> None:
    auths = {"docker.io": auth("no", "no"), "https://index.docker.io/v1/": FILE}

    assert user(PaperMachine({CONFIG: {"auths": auths}}), host=host) == "u-file"


def test_every_reply_of_the_table_is_used() -> None:
    assert len(REPLIES) > 15
