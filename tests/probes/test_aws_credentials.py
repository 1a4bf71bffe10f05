from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe, CredentialsProblem, SourceKind
from probes.aws_machine import ENV_KEYS, KEYS, AwsMachine

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

ROLE = "arn:aws:iam::123456789012:role/puller"
ROLE_PROFILE = f"[default]\nrole_arn = {ROLE}\nsource_profile = base\n"
SSO = """[default]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    return AwsMachine(monkeypatch)


def test_variables_win_over_the_profile(machine: AwsMachine) -> None:
    path = machine.write(".aws/credentials", f"[default]\n{KEYS}")
    machine.setenv(**ENV_KEYS)

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.usable
    assert seen.winner is not None
    assert (seen.winner.kind, seen.winner.origin) == (SourceKind.ENV, "AWS_ACCESS_KEY_ID")
    assert [(r.kind, r.origin) for r in seen.rivals] == [(SourceKind.CREDENTIALS_FILE, f"{path}:2")]
    assert seen.key_id == "AKIAEXAM...0002"
    assert "example/secret" not in repr(seen)


def test_a_profile_given_by_flag_wins_over_variables(machine: AwsMachine) -> None:
    path = machine.write(".aws/config", f"[profile dev]\n{KEYS}")
    machine.setenv(**ENV_KEYS)
    machine.settings["profile"] = "dev"

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.usable
    assert seen.profile_origin == "--profile"
    assert seen.winner is not None
    assert (seen.winner.kind, seen.winner.origin) == (SourceKind.CONFIG_FILE, f"{path}:2")


def test_credentials_file_goes_before_process_and_config(machine: AwsMachine) -> None:
    machine.write(".aws/config", f"[default]\n{KEYS}credential_process = true\n")
    machine.write(".aws/credentials", f"[default]\n{KEYS}")

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.usable
    kinds = [source.kind for source in (seen.winner, *seen.rivals) if source]
    assert kinds == [SourceKind.CREDENTIALS_FILE, SourceKind.PROCESS, SourceKind.CONFIG_FILE]


def test_process_gives_credentials(machine: AwsMachine) -> None:
    answer = {"Version": 1, "AccessKeyId": "AKIAEXAMPLE000000003", "SecretAccessKey": "sssss-3"}
    script = machine.write("give.sh", f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    script.chmod(0o755)
    machine.write(".aws/config", f"[default]\ncredential_process = {script}\n")

    seen = machine.observe(AwsCredentialsProbe())

    assert (seen.usable, seen.key_id) == (True, "AKIAEXAM...0003")


@pytest.mark.parametrize(
    ("config", "credentials", "env", "problem", "origin"),
    [
        pytest.param("", "", {"AWS_ACCESS_KEY_ID": "AKIAX"}, "keys-incomplete",
                     "AWS_ACCESS_KEY_ID", id="half a pair in the environment"),
        pytest.param("", "", {**ENV_KEYS, "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE000000001"},
                     "keys-incomplete", "AWS_ACCESS_KEY_ID", id="temporary key without token"),
        pytest.param("", "[default]\naws_access_key_id = AKIAX\n", {}, "keys-incomplete",
                     "credentials:2", id="half a pair in the file"),
        pytest.param("", f"[default]\n{KEYS}".replace("AKIA", "ASIA"), {}, "keys-incomplete",
                     "credentials:2", id="temporary key without token in the file"),
        pytest.param(ROLE_PROFILE, "[base]\naws_access_key_id = AKIAX\n", {}, "keys-incomplete",
                     "credentials:2", id="half a pair under a role"),
        pytest.param("[profile production]\n", "", {"AWS_PROFILE": "prodction"},
                     "profile-missing", "AWS_PROFILE", id="profile missing"),
        pytest.param("[profile x]\n", "", {"AWS_PROFILE": "y", **ENV_KEYS},
                     "profile-missing", "AWS_PROFILE", id="profile missing beside keys"),
        pytest.param(ROLE_PROFILE, "", {}, "profile-missing", "config:3", id="no source profile"),
        pytest.param("", "[default\nx = y\n", {}, "file-broken", "credentials:1",
                     id="unparsable"),
        pytest.param("", "[default\nx = y\n", ENV_KEYS, "file-broken", "credentials:1",
                     id="unparsable beside keys"),
        pytest.param("[default]\ncredential_source = Environment\n", "", {},
                     "profile-incomplete", "config:2", id="credential_source without role"),
        pytest.param(f"[default]\nrole_arn = {ROLE}\n", "", {}, "profile-incomplete", "config:2",
                     id="role without source"),
        pytest.param("[default]\nweb_identity_token_file = /x\n", "", {}, "profile-incomplete",
                     "config:2", id="web identity without role"),
        pytest.param("", "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/x"}, "profile-incomplete",
                     "AWS_WEB_IDENTITY_TOKEN_FILE", id="web identity variable without role"),
        pytest.param("[default]\nsso_account_id = 123456789012\n", "", {}, "profile-incomplete",
                     "config:2", id="half an SSO profile"),
        pytest.param(f"{ROLE_PROFILE}mfa_serial = arn:aws:iam::1:mfa/me\n", f"[base]\n{KEYS}", {},
                     "mfa-needed", "config:4", id="MFA"),
        pytest.param("", "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such", "AWS_ROLE_ARN": ROLE},
                     "token-file-unreadable", "AWS_WEB_IDENTITY_TOKEN_FILE", id="token file"),
        pytest.param("", "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/dev/null", "AWS_ROLE_ARN": ROLE},
                     "token-file-unreadable", "AWS_WEB_IDENTITY_TOKEN_FILE", id="empty file"),
        pytest.param(SSO, "", {}, "session-expired", "config:3", id="SSO without login"),
        pytest.param("[default]\ncredential_process = sh -c 'echo no vault >&2; exit 3'\n", "", {},
                     "process-fails", "config:2", id="process fails"),
        pytest.param("[default]\ncredential_process = date\n", "", {}, "process-fails",
                     "config:2", id="process prints no JSON"),
        pytest.param("[default]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": "
                     "\"AKIAX\", \"SecretAccessKey\": \"\"}'\n", "", {},
                     "process-fails", "config:2", id="process gives half a pair"),
        pytest.param("", "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "~/token", "AWS_ROLE_ARN": ROLE},
                     "token-file-unreadable", "AWS_WEB_IDENTITY_TOKEN_FILE", id="tilde"),
        pytest.param("[default]\ncredential_process = /no/such/program\n", "", {},
                     "process-fails", "config:2", id="process missing"),
        pytest.param(f"{ROLE_PROFILE}[profile base]\ncredential_process = date\n", "", {},
                     "process-fails", "config:2", id="process under a role fails"),
        pytest.param("", "", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x"},
                     "container-unreachable", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                     id="container endpoint refuses"),
        pytest.param("", "", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/x"},
                     "container-unreachable", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                     id="container endpoint not allowed"),
        pytest.param(f"[default]\nrole_arn = {ROLE}\ncredential_source = Environment\n", "",
                     {"AWS_ACCESS_KEY_ID": ""}, "profile-incomplete", "config:3",
                     id="role without variables"),
        pytest.param("[default]\nlogin_session = arn:aws:iam::1:user/me\n", "", {},
                     "session-expired", "config:2", id="nobody logged in"),
        pytest.param("", "", {**ENV_KEYS, "AWS_ACCESS_KEY_ID": "AKIAX\n"}, "keys-refused",
                     "AWS_ACCESS_KEY_ID", id="line break in the key"),
        pytest.param("", "", {**ENV_KEYS, "AWS_SESSION_TOKEN": "token\r"}, "keys-refused",
                     "AWS_ACCESS_KEY_ID", id="carriage return in the token"),
        pytest.param("", "", {}, "nothing-configured", "", id="nothing"),
    ],
)  # fmt: skip
def test_problems(  # noqa: PLR0913  a table
    machine: AwsMachine, *, config: str, credentials: str, env: dict[str, str],
    problem: str, origin: str,
) -> None:  # fmt: skip
    machine.write(".aws/config", config)
    machine.write(".aws/credentials", credentials)
    machine.setenv(**env)

    seen = machine.observe(AwsCredentialsProbe())

    assert not seen.usable
    assert seen.problem == CredentialsProblem(problem), seen.detail
    assert seen.origin.endswith(origin)
    assert seen.detail
    assert seen.error is not None


def test_a_login_that_is_there_is_left_to_botocore(machine: AwsMachine) -> None:
    session = "arn:aws:iam::1:user/me"
    machine.write(".aws/config", f"[default]\nlogin_session = {session}\n")
    name = sha256(session.encode()).hexdigest()
    machine.write(f"cache/{name}.json", "{}")
    machine.setenv(AWS_LOGIN_CACHE_DIRECTORY=str(machine.home / "cache"))

    seen = machine.observe(AwsCredentialsProbe())

    assert "nobody has logged in" not in seen.detail


def test_names_the_profile_that_was_meant(machine: AwsMachine) -> None:
    machine.write(".aws/config", "[profile production]\n[profile dev]\n[staging]\n")
    machine.setenv(AWS_PROFILE="prodction")

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.nearest == "production"
    assert "production, dev" in seen.detail


def test_names_the_section_that_lacks_the_word_profile(machine: AwsMachine) -> None:
    path = machine.write(".aws/config", "[staging]\nregion = us-east-1\n")
    machine.setenv(AWS_PROFILE="staging")

    seen = machine.observe(AwsCredentialsProbe())

    assert f"[staging] at {path}:1 lacks the word `profile`" in seen.detail


def test_a_process_that_hangs_is_ended(machine: AwsMachine) -> None:
    machine.write(".aws/config", "[default]\ncredential_process = sleep 60\n")
    started = time.monotonic()

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.problem is CredentialsProblem.PROCESS_HANGS
    assert time.monotonic() - started < 6


def test_sso_session_that_is_over(machine: AwsMachine) -> None:
    machine.write(".aws/config", SSO)
    over = datetime.now(UTC) - timedelta(hours=1)
    token = {"accessToken": "t0ken-value", "expiresAt": f"{over:%Y-%m-%dT%H:%M:%SZ}"}
    name = sha1(b"corp").hexdigest()  # noqa: S324  the name botocore gives the file
    machine.write(f".aws/sso/cache/{name}.json", json.dumps(token))

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.problem is CredentialsProblem.SESSION_EXPIRED
    assert seen.problem_profile == "default"


def sts_error(code: str, message: str) -> str:
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>'
        f"<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>r</RequestId></ErrorResponse>"
    )


@pytest.mark.parametrize(
    ("status", "code", "message", "problem"),
    [
        (403, "AccessDenied", f"User: x is not authorized to perform: sts:AssumeRole on {ROLE}",
         "role-refused"),
        (403, "InvalidClientTokenId", "The security token is invalid.", "keys-refused"),
        (403, "ExpiredToken", "The security token is expired", "session-expired"),
        (403, "SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2", "clock"),
        (503, "ServiceUnavailable", "later", "unreachable"),
    ],
)  # fmt: skip
def test_role_that_is_not_given(  # noqa: PLR0913  a table
    machine: AwsMachine, httpserver: HTTPServer, *, status: int, code: str, message: str,
    problem: str,
) -> None:  # fmt: skip
    httpserver.expect_request("/").respond_with_data(sts_error(code, message), status=status)
    machine.write(".aws/config", f"{ROLE_PROFILE}region = us-east-1\n")
    machine.write(".aws/credentials", f"[base]\n{KEYS}")
    machine.setenv(AWS_ENDPOINT_URL_STS=httpserver.url_for("/"))

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.problem == CredentialsProblem(problem), seen.detail
    assert seen.winner is not None
    assert (seen.winner.kind, seen.winner.detail) == (SourceKind.ASSUME_ROLE, ROLE)
    assert seen.winner.root.kind is SourceKind.CREDENTIALS_FILE


def test_sts_unreachable_is_not_the_roles_fault(machine: AwsMachine) -> None:
    machine.write(".aws/config", f"{ROLE_PROFILE}region = us-east-1\n")
    machine.write(".aws/credentials", f"[base]\n{KEYS}")
    machine.setenv(AWS_ENDPOINT_URL_STS="http://127.0.0.1:9/")

    assert machine.observe(AwsCredentialsProbe()).problem is CredentialsProblem.UNREACHABLE


def test_container_endpoint_gives_credentials(machine: AwsMachine, httpserver: HTTPServer) -> None:
    end = datetime.now(UTC) + timedelta(hours=1)
    answer = {
        "AccessKeyId": "ASIAEXAMPLE000000004",
        "SecretAccessKey": "secret-4",
        "Token": "token-4-value",
        "Expiration": f"{end:%Y-%m-%dT%H:%M:%SZ}",
    }
    httpserver.expect_request("/creds").respond_with_json(answer)
    machine.setenv(AWS_CONTAINER_CREDENTIALS_FULL_URI=httpserver.url_for("/creds"))
    scene = machine.scene()

    seen = scene.observe(AwsCredentialsProbe())

    assert seen.usable
    assert seen.winner is not None
    assert seen.winner.kind is SourceKind.CONTAINER
    assert seen.expires is not None
    assert "token-4-value" not in scene.redactor.clean("token-4-value")


def test_an_empty_profile_variable_is_none(machine: AwsMachine) -> None:
    machine.setenv(AWS_PROFILE="", **ENV_KEYS)

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.usable, seen.detail
    assert (seen.profile, seen.profile_origin) == ("default", "")


METADATA = "/latest/meta-data/iam/security-credentials/"


def serve_metadata(server: HTTPServer, keys: dict[str, str] | None) -> None:
    server.expect_request("/latest/api/token", method="PUT").respond_with_data("t0ken")
    server.expect_request(METADATA).respond_with_data("puller")
    keyring = server.expect_request(f"{METADATA}puller")
    keyring.respond_with_data("", status=500) if keys is None else keyring.respond_with_json(keys)


@pytest.fixture
def on_instance(machine: AwsMachine, httpserver: HTTPServer) -> AwsMachine:
    machine.monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    machine.setenv(AWS_EC2_METADATA_SERVICE_ENDPOINT=httpserver.url_for("/"))
    return machine


def test_role_of_the_instance(on_instance: AwsMachine, httpserver: HTTPServer) -> None:
    end = datetime.now(UTC) + timedelta(hours=6)
    keys = {
        "Code": "Success",
        "AccessKeyId": "ASIAEXAMPLE000000005",
        "SecretAccessKey": "secret-5",
        "Token": "token-5-value",
        "Expiration": f"{end:%Y-%m-%dT%H:%M:%SZ}",
    }
    serve_metadata(httpserver, keys)

    seen = on_instance.observe(AwsCredentialsProbe())

    assert seen.usable, seen.detail
    assert seen.winner is not None
    assert (seen.winner.kind, seen.winner.detail) == (SourceKind.INSTANCE, "puller")
    assert seen.error is None


@pytest.mark.parametrize(
    ("env", "problem"),
    [
        ({}, CredentialsProblem.METADATA_UNREACHABLE),
        ({"HTTP_PROXY": "http://127.0.0.1:9"}, CredentialsProblem.METADATA_THROUGH_PROXY),
    ],
)
def test_a_role_without_keys(
    on_instance: AwsMachine, httpserver: HTTPServer, env: dict[str, str],
    problem: CredentialsProblem,
) -> None:  # fmt: skip
    serve_metadata(httpserver, None)
    on_instance.setenv(**env)

    seen = on_instance.observe(AwsCredentialsProbe())

    assert seen.problem is problem, seen.detail


def test_an_instance_without_a_role(on_instance: AwsMachine, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/latest/api/token", method="PUT").respond_with_data("t0ken")

    seen = on_instance.observe(AwsCredentialsProbe())

    # The test server answers 500 to what it does not expect: the service does not tell.
    assert seen.problem is CredentialsProblem.METADATA_UNREACHABLE
    assert not seen.usable


def test_secrets_of_the_environment_are_learned_even_when_useless(machine: AwsMachine) -> None:
    machine.setenv(AWS_SECRET_ACCESS_KEY="half/of/a/pair", AWS_SESSION_TOKEN="a-lone-token")
    scene = machine.scene()

    scene.observe(AwsCredentialsProbe())

    cleaned = scene.redactor.clean("half/of/a/pair a-lone-token")
    assert "half/of/a/pair" not in cleaned
    assert "a-lone-token" not in cleaned
