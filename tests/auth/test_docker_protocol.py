from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ecr_doctor import __version__

if TYPE_CHECKING:
    import subprocess

    from auth.conftest import Helper
    from auth.fake_aws import FakeAws

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
NOT_FOUND = "credentials not found in native keychain\n"


def one_line(text: str) -> str:
    assert text.endswith("\n")
    assert text.count("\n") == 1
    return text.strip()


def age(helper: Helper, hours: float, **changes: object) -> None:
    """Make all cached tokens older."""
    document = json.loads(helper.cache.read_text())
    for entry in document["Registries"].values():
        entry["RequestedAt"] = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
        entry["ExpiresAt"] = (datetime.now(UTC) + timedelta(hours=12 - hours)).isoformat()
        entry.update(changes)
    helper.cache.write_text(json.dumps(document))


def assert_answered(done: subprocess.CompletedProcess[str], server: str = HOST) -> str:
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(one_line(done.stdout))
    assert (answer["ServerURL"], answer["Username"]) == (server, "AWS")
    return str(answer["Secret"])


@pytest.mark.parametrize("server", [HOST, f"{HOST}\n", f"https://{HOST}", f"https://{HOST}/v2/",
                                    f"{HOST}:443"])  # fmt: skip
def test_get_asks_once_and_then_answers_from_the_cache(
    helper: Helper, aws: FakeAws, server: str
) -> None:
    first = assert_answered(helper.run(server), server.strip())
    second = assert_answered(helper.run(server), server.strip())

    assert first == second
    assert len(aws.calls) == 1


def test_profiles_of_a_file_are_cached_too(helper: Helper, aws: FakeAws) -> None:
    (helper.home / ".aws").mkdir()
    key, secret = next(iter(aws.keys.items()))
    (helper.home / ".aws" / "credentials").write_text(
        f"[work]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    )
    env = {"AWS_ACCESS_KEY_ID": "", "AWS_PROFILE": "work"}

    assert assert_answered(helper.run(**env)) == assert_answered(helper.run(**env))
    assert len(aws.calls) == 1


def test_a_process_that_gives_the_same_key_is_cached(helper: Helper, aws: FakeAws) -> None:
    key, secret = next(iter(aws.keys.items()))
    answer = {"Version": 1, "AccessKeyId": key, "SecretAccessKey": secret}
    (helper.home / "answer.json").write_text(json.dumps(answer))
    (helper.home / ".aws").mkdir()
    (helper.home / ".aws" / "config").write_text(
        f"[default]\ncredential_process = cat {helper.home}/answer.json\n"
    )
    env = {"AWS_ACCESS_KEY_ID": ""}

    assert assert_answered(helper.run(**env)) == assert_answered(helper.run(**env))
    assert len(aws.calls) == 1


def test_one_identity_never_gets_anothers_token(helper: Helper, aws: FakeAws) -> None:
    aws.keys["AKIAOTHER"] = "other"
    assert_answered(helper.run())
    assert_answered(helper.run(AWS_ACCESS_KEY_ID="AKIAOTHER", AWS_SECRET_ACCESS_KEY="other"))

    assert [key for *_, key in aws.calls] == ["AKIAIOSFODNN7EXAMPLE", "AKIAOTHER"]


def test_a_fips_registry_gets_no_token_that_came_another_way(helper: Helper, aws: FakeAws) -> None:
    fips = "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com"
    assert_answered(helper.run())
    assert_answered(helper.run(fips), fips)
    assert_answered(helper.run(fips), fips)

    assert ["fips" in host for host, *_ in aws.calls] == [False, True]


def test_the_second_half_of_a_tokens_life_is_for_bad_days(helper: Helper, aws: FakeAws) -> None:
    first = assert_answered(helper.run())
    age(helper, 7)
    aws.answers += [(500, {"__type": "InternalFailure"})] * 2

    done = helper.run()

    assert done.returncode == 0
    assert json.loads(done.stdout)["Secret"] == first
    assert "using a cached token that is good for 2" in one_line(done.stderr)
    assert "api.ecr.us-east-1.amazonaws.com failed" in done.stderr
    aws.life += 100
    assert assert_answered(helper.run()) != first


def test_a_dead_token_is_never_served(helper: Helper, aws: FakeAws) -> None:
    assert_answered(helper.run())
    age(helper, 12.01)
    aws.answers += [(500, {"__type": "InternalFailure"})] * 2

    assert helper.run().returncode == 1


def test_a_corrupt_cache_is_no_hindrance(helper: Helper, aws: FakeAws) -> None:
    helper.cache.parent.mkdir()
    helper.cache.write_bytes(b'{"Registries":{"x":')

    assert_answered(helper.run())
    assert_answered(helper.run())
    assert len(aws.calls) == 1


@pytest.mark.parametrize("env", [{"AWS_ECR_DISABLE_CACHE": "1"}, {"AWS_ECR_CACHE_DIR": "/proc/x"}])
def test_without_a_cache_every_get_asks(helper: Helper, aws: FakeAws, env: dict[str, str]) -> None:
    assert_answered(helper.run(**env))
    assert_answered(helper.run(**env))

    assert len(aws.calls) == 2
    assert not helper.cache.exists()


@pytest.mark.parametrize(
    "host", ["docker.io", "https://index.docker.io/v1/", "ecr.example.com", f"{HOST}.evil.example"]
)
def test_other_registries_are_not_found_in_silence(helper: Helper, host: str) -> None:
    done = helper.run(host)

    assert (done.returncode, done.stdout, done.stderr) == (1, NOT_FOUND, "")


def test_an_impossible_host_comes_with_the_right_one(helper: Helper) -> None:
    done = helper.run("123456789012.dkr.ecr.us-east-1.amazonaws.eu")

    assert done.returncode == 1
    assert f"use {HOST}" in one_line(done.stderr)
    assert done.stdout == done.stderr


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, ("no AWS credentials", "aws configure")),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_PROFILE": "x"}, ("profile", "AWS_PROFILE")),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, ("access key", "aws configure list")),
        ({"HTTPS_PROXY": ""}, ("api.ecr.us-east-1.amazonaws.com cannot be resolved",)),
        ({"HTTPS_PROXY": "http://me:hunter2@127.0.0.1:9"}, ("the proxy to api.ecr",)),
        ({"AWS_CA_BUNDLE": "/nowhere"}, ("trusted certificates",)),
    ],
)
def test_a_private_registrys_failure_says_why_and_what_next(
    helper: Helper, env: dict[str, str], words: tuple[str, ...]
) -> None:
    done = helper.run(**env)

    assert done.returncode == 1
    assert done.stdout == done.stderr
    assert "native keychain" not in done.stdout
    assert f"ecr-doctor run {HOST}" in one_line(done.stderr)
    assert all(word in done.stderr for word in words), done.stderr
    assert "hunter2" not in done.stderr


def test_an_anonymous_pull_from_ecr_public_goes_on(helper: Helper) -> None:
    done = helper.run("public.ecr.aws", AWS_ACCESS_KEY_ID="")

    assert (done.returncode, done.stdout) == (1, NOT_FOUND)
    assert "going on without credentials" in one_line(done.stderr)


def test_ecr_public_with_credentials(helper: Helper, aws: FakeAws) -> None:
    assert_answered(helper.run("public.ecr.aws"), "public.ecr.aws")
    assert_answered(helper.run("ecr-public.aws.com"), "ecr-public.aws.com")

    assert [host for host, *_ in aws.calls] == ["api.ecr-public.us-east-1.amazonaws.com"]


def test_nothing_on_stdin(helper: Helper) -> None:
    done = helper.run("")

    assert (done.returncode, done.stdout) == (1, "no credentials server URL\n")


def test_list_names_registries_with_a_living_token_and_asks_nobody(
    helper: Helper, aws: FakeAws
) -> None:
    assert helper.run("", "list").stdout == "{}\n"
    helper.run()
    asked = len(aws.calls)

    done = helper.run("", "list")

    assert json.loads(done.stdout) == {HOST: "AWS", f"https://{HOST}": "AWS"}
    age(helper, 13)
    assert helper.run("", "list").stdout == "{}\n"
    assert len(aws.calls) == asked


def test_a_login_to_ecr_is_not_needed_and_no_error(helper: Helper) -> None:
    login = json.dumps({"ServerURL": f"https://{HOST}", "Username": "AWS", "Secret": "s3cret"})

    done = helper.run(login, "store")

    assert (done.returncode, done.stdout) == (0, "")
    assert "needs no login" in one_line(done.stderr)
    assert "s3cret" not in done.stderr
    assert not helper.cache.exists()


@pytest.mark.parametrize(
    "text",
    [json.dumps({"ServerURL": "https://index.docker.io/v1/", "Username": "u", "Secret": "s3cret"}),
     "", "nonsense", "[1]", "{}", '{"ServerURL": 5}'],
)  # fmt: skip
def test_another_login_does_not_get_lost_unseen(helper: Helper, text: str) -> None:
    done = helper.run(text, "store")

    assert done.returncode == 1
    assert "credHelpers" in one_line(done.stdout)
    assert "s3cret" not in done.stdout + done.stderr


def test_a_logout_forgets_the_token(helper: Helper, aws: FakeAws) -> None:
    assert helper.run(HOST, "erase").returncode == 0
    helper.run()

    done = helper.run(f"https://{HOST}", "erase")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(helper.cache.read_text())["Registries"] == {}
    assert_answered(helper.run())
    assert len(aws.calls) == 2
    assert helper.run("docker.io", "erase").returncode == 0


@pytest.mark.parametrize("command", ["version", "-v", "--version"])
def test_version(helper: Helper, command: str) -> None:
    assert helper.run("", command).stdout == f"docker-credential-ecr-doctor {__version__}\n"


@pytest.mark.parametrize("command", ["", "fetch", "--help"])
def test_wrong_usage(helper: Helper, command: str) -> None:
    done = helper.run("", command)

    assert (done.returncode, done.stdout) == (1, "")
    assert one_line(done.stderr).endswith("<store|get|erase|list|version>")


def test_a_role_is_explained_without_its_secrets(helper: Helper, aws: FakeAws) -> None:
    aws.answers.append(
        (400, {"__type": "AccessDeniedException", "message": "User: arn:aws:iam::1:user/me is not "
               "authorized\nto perform: ecr:GetAuthorizationToken with token=IQoJb3JpZ2luX2VjEJr"})
    )  # fmt: skip

    done = helper.run()

    assert "AWS refuses a token (AccessDeniedException: User: arn:aws:iam::1:user/me" in done.stderr
    assert "allow ecr:GetAuthorizationToken" in one_line(done.stderr)
    assert "IQoJb3" not in done.stderr
