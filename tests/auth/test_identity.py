"""Roles, SSO and processes give another access key at each call; their tokens are cached still."""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.auth import cached
from ecr_doctor.auth.identity import known_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
BASE = "[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n"
SSO = "[default]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = r\n"
PROCESS = "[default]\ncredential_process = /bin/keys --role a\n"


def jwt(**claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{middle}.c2ln"


class Machine:
    """The files and variables that select an identity."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {"HOME": str(home), "PATH": "/bin"}

    def write(self, name: str, text: str) -> str:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def keys(self) -> tuple[str, ...]:
        place = cached.place_of(HOST)
        assert place is not None
        return known_keys(place, self.env)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def set_env(name: str, value: str) -> Callable[[Machine], object]:
    return lambda machine: machine.env.update({name: value})


def write(name: str, text: str) -> Callable[[Machine], object]:
    return lambda machine: machine.write(name, text)


@pytest.mark.parametrize("config", [ROLE, SSO, PROCESS])
@pytest.mark.parametrize(
    "change",
    [
        write(".aws/config", ROLE.replace("role/r", "role/other")),
        write(".aws/config", PROCESS.replace("a", "b")),
        write(".aws/credentials", BASE.replace("AKIA", "ASIA")),
        write(".aws/sso/cache/token.json", "{}"),
        write(".aws/login/cache/token.json", "{}"),
        set_env("AWS_PROFILE", "work"),
        set_env("AWS_ROLE_SESSION_NAME", "me"),
        set_env("AWS_CONFIG_FILE", "~/other"),
        set_env("AWS_SHARED_CREDENTIALS_FILE", "~/other"),
        set_env("AWS_ACCESS_KEY_ID", "AKIAENV"),
        set_env("HOME", "/root/other"),
    ],
)
def test_whatever_selects_an_identity_is_in_the_key(
    machine: Machine, config: str, change: Callable[[Machine], object]
) -> None:
    machine.write(".aws/config", config)
    machine.write(".aws/credentials", BASE)
    before = machine.keys()

    change(machine)

    assert len(before) == 1
    assert machine.keys() != before


@pytest.mark.parametrize("config", [ROLE, SSO, PROCESS])
def test_the_key_stays_while_nothing_changes(machine: Machine, config: str) -> None:
    machine.write(".aws/config", config)
    before = machine.keys()

    machine.env |= {"PATH": "/usr/bin", "AWS_ECR_CACHE_DIR": "/cache"}

    assert machine.keys() == before
    assert before[0].startswith("us-east-1-")
    assert before[0].endswith("-123456789012")


def test_a_web_identity_is_its_subject(machine: Machine) -> None:
    path = machine.write("token", jwt(iss="https://i", sub="system:sa:a", exp=1))
    machine.env |= {"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": "arn:r"}
    first = machine.keys()

    machine.write("token", jwt(iss="https://i", sub="system:sa:a", exp=2))
    renewed = machine.keys()
    machine.write("token", jwt(iss="https://i", sub="system:sa:b", exp=2))

    assert len(first) == 1
    assert renewed == first
    assert machine.keys() != first


@pytest.mark.parametrize("other", ["opaque", "a.b.c", "a.e30.c", jwt(iss=1, sub=2), jwt(iss="i")])
def test_a_token_that_names_nobody_is_its_own_identity(machine: Machine, other: str) -> None:
    machine.write(".aws/config", "[default]\nrole_arn = r\nweb_identity_token_file = ~/token\n")
    machine.write("token", other)
    before = machine.keys()

    machine.write("token", other + "x")

    assert len(before) == 1
    assert machine.keys() != before


@pytest.mark.parametrize(
    "prepare",
    [
        lambda _: None,
        write(".aws/config", "[default]\nregion = us-east-1\n"),
        write(".aws/config", "[default]\nrole_arn = r\n[default]\n"),
        write(".aws/config", "[default]\n role_arn = r\n"),
        write(".aws/config", "[default]\nrole_arn = r\nweb_identity_token_file = /nowhere\n"),
        write(".aws/config", "[default]\nrole_arn = r\nweb_identity_token_file = $HOME/x\n"),
        set_env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
    ],
)
def test_what_is_not_plain_is_left_to_botocore(
    machine: Machine, prepare: Callable[[Machine], object]
) -> None:
    prepare(machine)

    assert machine.keys() == ()


def test_a_static_key_has_the_go_helpers_keys(machine: Machine) -> None:
    machine.write(".aws/credentials", BASE.replace("base", "default"))

    assert machine.keys()[0] == f"us-east-1-{cached.checksum('AKIAIOSFODNN7EXAMPLE')}-123456789012"
    assert len(machine.keys()) == 2


def secret(helper: Helper, **env: str) -> str:
    done = helper.run(AWS_ACCESS_KEY_ID="", **env)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["Secret"])


def test_a_second_get_under_a_role_needs_no_request(helper: Helper, aws: FakeAws) -> None:
    (helper.home / ".aws").mkdir()
    (helper.home / ".aws/config").write_text(ROLE + "region = us-east-1\n")
    (helper.home / ".aws/credentials").write_text(BASE)

    assert secret(helper) == secret(helper)
    assert [action for _, action, _ in aws.calls] == ["AssumeRole", "GetAuthorizationToken"]


def test_a_second_get_with_a_process_needs_no_request(helper: Helper, aws: FakeAws) -> None:
    aws.keys |= {f"ASIA{n}": "s" for n in range(9)}
    counter = helper.home / "counter"
    script = helper.home / "keys"
    script.write_text(
        f'#!/bin/sh\necho >> {counter}\nn=$(wc -l < {counter})\necho "{{\\"Version\\":1,'
        '\\"AccessKeyId\\":\\"ASIA$n\\",\\"SecretAccessKey\\":\\"s\\"}"\n'
    )
    script.chmod(0o755)
    (helper.home / ".aws").mkdir()
    (helper.home / ".aws/config").write_text(f"[default]\ncredential_process = {script}\n")

    first = secret(helper)

    assert secret(helper) == first
    assert (len(aws.calls), counter.read_text()) == (1, "\n")
    other = f"[default]\ncredential_process = {script} --other\n"
    (helper.home / ".aws/config").write_text(other)
    assert secret(helper) != first
    assert len(aws.calls) == 2
    assert os.listdir(helper.home / ".ecr") == ["cache.json"]  # noqa: PTH208
