"""What docker-py sends: each row was measured with docker-py 7.2."""

from __future__ import annotations

import pytest

from clients.paper_machine import CONFIG, HOME, HOST, PaperMachine, auth
from ecr_doctor.clients.docker_py import resolve
from ecr_doctor.clients.resolution import Outcome

FILE = auth("u-file", "p-file")
AUTHS = {"auths": {HOST: FILE}}
EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ERROR = "(error)"


def sent(machine: PaperMachine, host: str = HOST) -> str | None:
    found = resolve(machine, host)
    if found.outcome is Outcome.ERROR:
        return ERROR
    return found.login.user if found.outcome is Outcome.CREDENTIAL else None


@pytest.mark.parametrize(
    ("kind", "user"),
    [
        ("ok", "u-helper"),
        ("notfound", "u-file"),
        ("notfound-newline", "u-file"),
        ("token", None),
        ("emptyuser", None),
        ("number", None),
        ("nullsecret", None),
        ("emptyobject", ERROR),
        ("lowercase", ERROR),
        ("error", ERROR),
        ("empty", ERROR),
        ("garbage", ERROR),
        ("noise", ERROR),
        ("trailer", ERROR),
        ("exit2", ERROR),
        ("killed", ERROR),
        ("missing", ERROR),
        ("hangs", ERROR),
    ],
)
def test_failures_are_the_opposite_of_dockers(kind: str, user: str | None) -> None:
    config = {**AUTHS, "credHelpers": {HOST: "x"}}

    assert sent(PaperMachine({CONFIG: config}, {"x": kind})) == user


@pytest.mark.parametrize(
    ("content", "user"),
    [
        pytest.param(AUTHS, "u-file", id="auth"),
        pytest.param({"auths": {f"https://{HOST}/v2/": FILE}}, "u-file", id="loose key"),
        pytest.param({"auths": {HOST: {"username": "u", "password": "p"}}}, None, id="no auth"),
        pytest.param({"auths": {HOST: {**FILE, "identitytoken": "t"}}}, None, id="token"),
        pytest.param({"Auths": AUTHS["auths"]}, None, id="letter case"),
        pytest.param({"auths": {HOST: FILE, EU: {"auth": "!!"}}}, ERROR, id="another's bad entry"),
        pytest.param({"auths": {HOST: FILE, EU: "text"}}, ERROR, id="another's wrong type"),
        pytest.param({"auths": {HOST: {**FILE, "email": 5}}}, None, id="email is a number"),
        pytest.param({"auths": [1]}, ERROR, id="a list"),
        pytest.param([], ERROR, id="no object"),
        pytest.param("{nonsense", None, id="no JSON"),
        pytest.param("", None, id="empty"),
        pytest.param({HOST: FILE}, "u-file", id="without the level auths"),
        pytest.param({**AUTHS, "credHelpers": {HOST: ""}, "credsStore": "s"}, "u-helper",
                     id="an empty helper's name leaves the store"),
        pytest.param({**AUTHS, "credHelpers": "x"}, ERROR, id="credHelpers is a text"),
        pytest.param({**AUTHS, "credsStore": ["s"]}, ERROR, id="credsStore is a list"),
    ],
)  # fmt: skip
def test_files(content: object, user: str | None) -> None:
    assert sent(PaperMachine({CONFIG: content}, {"s": "ok"})) == user


def test_goes_on_where_docker_stops() -> None:
    env = {"HOME": HOME, "DOCKER_CONFIG": "/no/such/folder"}

    assert sent(PaperMachine({CONFIG: AUTHS}, env=env)) == "u-file"
    assert sent(PaperMachine({f"{HOME}/.dockercfg": {HOST: FILE}})) == "u-file"
    assert sent(PaperMachine({CONFIG: {}, f"{HOME}/.dockercfg": {HOST: FILE}})) is None
    assert sent(PaperMachine({CONFIG: AUTHS}, env={"HOME": ""})) is None


def test_the_first_loose_key_of_the_file_wins() -> None:
    auths = {f"{HOST}/": auth("first", "p"), f"https://{HOST}": auth("second", "p")}

    assert sent(PaperMachine({CONFIG: {"auths": auths}})) == "first"


@pytest.mark.parametrize("key", ["docker.io", "index.docker.io", "https://index.docker.io/v1/"])
def test_docker_hub(key: str) -> None:
    assert sent(PaperMachine({CONFIG: {"auths": {key: FILE}}}), "docker.io") == "u-file"


def test_the_old_two_lines_are_docker_hubs() -> None:
    text = f"auth = {FILE['auth']}\nemail = a@b.c\n"

    assert sent(PaperMachine({f"{HOME}/.dockercfg": text}), "docker.io") == "u-file"


def test_offline_it_depends() -> None:
    machine = PaperMachine({CONFIG: {"credsStore": "s"}}, offline=True)

    assert resolve(machine, HOST).outcome is Outcome.DEPENDS


@pytest.mark.parametrize(
    ("field", "value", "stops"),
    [
        ("HttpHeaders", "x", True),
        ("HttpHeaders", {"X": "y"}, False),
        ("HttpHeaders", {"X": None}, False),
        ("HttpHeaders", {"X": 1}, True),
        ("HttpHeaders", [], False),
        ("HttpHeaders", None, True),
        ("HttpHeaders", 1, True),
        ("proxies", "x", True),
        ("proxies", {"default": {"httpProxy": "http://p"}}, False),
        ("proxies", {"default": None}, True),
        ("detachKeys", 1, False),
    ],
)
def test_fields_beside_the_logins(field: str, value: object, *, stops: bool) -> None:
    machine = PaperMachine({CONFIG: {"auths": {HOST: auth("u-file", "p")}, field: value}})

    assert (resolve(machine, HOST).outcome == "error") is stops


def test_null_headers_are_no_fault_without_a_login() -> None:
    assert resolve(PaperMachine({CONFIG: {"HttpHeaders": None}}), HOST).outcome == "anonymous"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"auths": {}}, f"has nothing for {HOST}"),
        ({"credsStore": "s"}, f"has nothing for {HOST}"),
        ('{"auths":{', "not JSON"),
    ],
)
def test_why_nothing_is_sent(content: dict[str, object] | str, says: str) -> None:
    found = resolve(PaperMachine({CONFIG: content}, {"s": "notfound"}), HOST)

    assert found.outcome is Outcome.ANONYMOUS
    assert found.lookups[-1].result == says
