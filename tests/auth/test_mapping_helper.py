"""The helper with a table of identities: each registry has its own, and none gets another's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auth.test_mapping import ELSEWHERE, HOST, OTHER, ROLE, write

if TYPE_CHECKING:
    from auth.conftest import Helper
    from auth.fake_aws import FakeAws


def secret(helper: Helper, host: str = HOST, **env: str) -> str:
    done = helper.run(host, **env)
    assert (done.returncode, done.stderr) == (0, "")
    return str(json.loads(done.stdout)["Secret"])


@pytest.fixture
def two_profiles(helper: Helper, aws: FakeAws) -> Helper:
    aws.keys |= {"AKIAWORK": "w", "AKIABASE": "b"}
    (helper.home / ".aws").mkdir()
    (helper.home / ".aws/credentials").write_text(
        "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = w\n"
        "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = b\n"
    )
    return helper


def test_different_registries_with_different_profiles(two_profiles: Helper, aws: FakeAws) -> None:
    write(
        two_profiles.home,
        f'[registries."{HOST}"]\nprofile = "work"\n[registries.210987654321]\nprofile = "base"\n',
    )

    answers = [secret(two_profiles, host) for host in (HOST, OTHER, ELSEWHERE) for _ in range(2)]

    # The variables' own key is for the registry that the table does not know.
    assert [key for *_, key in aws.calls] == ["AKIAWORK", "AKIABASE", "AKIAIOSFODNN7EXAMPLE"]
    assert answers[::2] == answers[1::2]
    assert len(set(answers)) == 3


def test_a_changed_table_takes_effect_at_once(two_profiles: Helper, aws: FakeAws) -> None:
    plain = secret(two_profiles)
    write(two_profiles.home, f'[registries."{HOST}"]\nprofile = "work"\n')
    work = secret(two_profiles)
    write(two_profiles.home, '[registries."*"]\nprofile = "base"\n')
    base = secret(two_profiles)
    write(two_profiles.home, "")

    assert len({plain, work, base}) == 3
    assert secret(two_profiles) == plain
    assert len(aws.calls) == 3


@pytest.mark.parametrize("source", ['source_profile = "base"\n', ""])
def test_a_role_is_assumed_once(two_profiles: Helper, aws: FakeAws, source: str) -> None:
    more = 'external_id = "x:1"\nsession_name = "me"\n'
    write(two_profiles.home, f'[registries."{HOST}"]\nrole_arn = "{ROLE}"\n{source}{more}')
    plain = secret(two_profiles, ELSEWHERE)

    assert secret(two_profiles) == secret(two_profiles) != plain
    assert [action for _, action, _ in aws.calls[1:]] == ["AssumeRole", "GetAuthorizationToken"]
    assert aws.calls[1][0] == "sts.us-east-1.amazonaws.com"
    (asked,) = aws.assumed
    assert (asked["RoleArn"], asked["ExternalId"], asked["RoleSessionName"]) == (ROLE, "x:1", "me")


def test_a_role_over_a_process_is_cached_under_the_source(
    two_profiles: Helper, aws: FakeAws
) -> None:
    answer = {"Version": 1, "AccessKeyId": "AKIABASE", "SecretAccessKey": "b"}
    (two_profiles.home / "answer.json").write_text(json.dumps(answer))
    config = f"[profile tool]\ncredential_process = cat {two_profiles.home}/answer.json\n"
    (two_profiles.home / ".aws/config").write_text(config + " \n[odd]\n x = y\n")
    table = f'[registries."{HOST}"]\nrole_arn = "{ROLE}"\nsource_profile = "tool"\n'
    write(two_profiles.home, table)

    assert secret(two_profiles) == secret(two_profiles)
    assert len(aws.calls) == 2
    assert len(json.loads(two_profiles.cache.read_text())["Registries"]) == 1


def test_a_wrong_table_gives_no_token_and_one_line(two_profiles: Helper, aws: FakeAws) -> None:
    secret(two_profiles)
    path = write(two_profiles.home, f'[registries."{HOST}"]\nprofil = "work"\n')

    done = two_profiles.run()

    assert done.returncode == 1
    assert done.stdout == done.stderr
    assert done.stderr.startswith(f"docker-credential-ecr-doctor: {path}:2: unknown setting")
    assert done.stderr.count("\n") == 1
    assert len(aws.calls) == 1


def test_ecr_public_stays_anonymous_where_the_table_is_wrong(helper: Helper) -> None:
    write(helper.home, "[registries")

    done = helper.run("public.ecr.aws")

    assert done.stdout == "credentials not found in native keychain\n"
    assert "ecr-doctor.toml:1: " in done.stderr


def test_a_failure_says_who_set_the_identity(helper: Helper) -> None:
    path = write(helper.home, f'\n[registries."{HOST}"]\nprofile = "nobody"\n')

    done = helper.run()

    assert done.returncode == 1
    assert "the AWS profile that is asked for does not exist" in done.stderr
    assert f"(the identity is set at {path}:2)" in done.stderr


def test_a_role_that_is_refused_is_not_called_a_missing_token(helper: Helper) -> None:
    write(helper.home, f'[registries."{HOST}"]\nrole_arn = "{ROLE}"\n')

    done = helper.run(AWS_SECRET_ACCESS_KEY="wrong")

    assert done.returncode == 1
    assert "AWS does not know the access key" in done.stderr


def test_the_named_file_is_taken(two_profiles: Helper, aws: FakeAws) -> None:
    path = two_profiles.home / "my.toml"
    path.write_text('[registries."*"]\nprofile = "work"\n')

    secret(two_profiles, ECR_DOCTOR_CONFIG=str(path))

    assert [key for *_, key in aws.calls] == ["AKIAWORK"]
