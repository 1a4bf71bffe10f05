from __future__ import annotations

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.catalog.filling import fill
from ecr_doctor.catalog.folders import catalog_folders
from ecr_doctor.cli.catalogs import open_catalog
from ecr_doctor.engine.diagnose import describe
from ecr_doctor.model import Fix


def command(template: str, **facts: str) -> str:
    return fill(Fix(title="x", command=template), facts).command


@pytest.mark.parametrize(
    ("template", "value", "filled"),
    [
        ("ls {path}", "/a/b", "ls /a/b"),
        ("ls {path}", "/a b/c", "ls '/a b/c'"),
        ("ls {path}", "/a'; rm -rf /", "ls '/a'\"'\"'; rm -rf /'"),
        ('ls "{path}/x"', "/a b", 'ls "PATH_TO_THE_FILE/x"'),
        ("ls {path}/x", "$(id)", "ls PATH_TO_THE_FILE/x"),
        ("ls {path}", "a\nb", "ls PATH_TO_THE_FILE"),
        ("ls {path}", "--all", "ls PATH_TO_THE_FILE"),
        ("ls {path}", "\u202egnp.exe", "ls PATH_TO_THE_FILE"),
        ("ls {path}", "", "ls PATH_TO_THE_FILE"),
    ],
)
def test_values_are_no_commands(template: str, value: str, filled: str) -> None:
    assert command(template, path=value) == filled


@pytest.mark.parametrize(
    ("template", "facts", "filled"),
    [
        ("x {image_id}", {"selector": "v1"}, "x imageTag=v1"),
        ("x {image_id}", {"selector": "sha256:0a"}, "x imageDigest=sha256:0a"),
        ("x {image_id}", {}, "x imageTag=TAG"),
        ("x {server}", {"host": "a.example"}, "x a.example"),
        ("x {server}", {"host": "a.example", "server": "b.example"}, "x b.example"),
        ("x {server}", {}, "x ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com"),
        ("curl -w '%{http_code}'", {}, "curl -w '%{http_code}'"),
    ],
)
def test_what_follows_from_other_facts(template: str, facts: dict[str, str], filled: str) -> None:
    assert command(template, **facts) == filled


def test_what_is_not_known_is_readable() -> None:
    fix = Fix(
        title="Log in to {host}",
        steps=("In {region}", "{secret}"),
        command="aws --region {region} {{.Not}} ${HOME}",
        policy='{"Resource":"{arn}"}',
    )

    filled = fill(fix, {})

    assert filled.title == "Log in to ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com"
    assert filled.steps == ("In REGION", "SECRET")
    assert filled.command == "aws --region REGION {{.Not}} ${HOME}"
    assert filled.policy == '{"Resource":"arn:aws:ecr:REGION:ACCOUNT_ID:repository/REPOSITORY"}'


@pytest.mark.parametrize(
    ("principal", "arn", "role"),
    [
        ("arn:aws:sts::123456789012:assumed-role/r/job", "arn:aws:iam::123456789012:role/r", "r"),
        ("arn:aws:iam::123456789012:user/a/me", "arn:aws:iam::123456789012:user/a/me", "ROLE"),
        ("arn:aws-cn:iam::123456789012:role/a/b", "arn:aws-cn:iam::123456789012:role/a/b", "b"),
        ("AWS service", "arn:aws:iam::ACCOUNT_ID:role/ROLE", "ROLE"),
    ],
)  # fmt: skip
def test_a_session_becomes_the_role_that_policies_name(principal: str, arn: str, role: str) -> None:
    assert command("x {principal_arn} {role}", principal=principal) == f"x {arn} {role}"


@pytest.mark.parametrize(
    ("principal", "filled"),
    [
        ("arn:aws:sts::123456789012:assumed-role/r/job", "attach-role-policy --role-name r"),
        ("arn:aws:iam::123456789012:user/a/me", "attach-user-policy --user-name me"),
        ("", "attach-role-policy --role-name ROLE"),
    ],
)
def test_a_policy_is_attached_to_a_user_or_a_role(principal: str, filled: str) -> None:
    template = "attach-{caller_kind}-policy --{caller_kind}-name {caller_name}"

    assert command(template, principal=principal) == filled


def test_policies_take_harmless_values_only() -> None:
    fix = Fix(title="x", policy='{"Resource":"{arn}"}')

    assert fill(fix, {"arn": "arn:aws:ecr:eu-west-1:1:repository/a/*"}).policy.endswith('/a/*"}')
    assert '"Effect"' not in fill(fix, {"arn": 'x","Effect":"Allow'}).policy


@pytest.mark.parametrize(
    "cause", ["helper-not-on-path", "helper-not-runnable", "helper-protocol-broken"]
)
@pytest.mark.parametrize("facts", [{}, {"helper": "ecr-login"}])
def test_a_helper_is_called_by_the_name_of_its_program(cause: str, facts: dict[str, str]) -> None:
    known = load_catalog(catalog_folders()).get(cause)
    assert known is not None

    filled = fill(known.fixes[0], facts).command

    assert "docker-credential-ecr-login" in filled
    assert filled.count("ecr-login") == filled.count("docker-credential-ecr-login")


@pytest.mark.parametrize(
    ("path", "filled"),
    [
        ("/srv/docker config/config.json", "grep x '/srv/docker config/config.json'"),
        ("/run/user/1000/containers/auth.json", "grep x /run/user/1000/containers/auth.json"),
        ("/usr/local/bin/docker-credential-ecr-login", "grep x ~/.docker/config.json"),
        ("", "grep x ~/.docker/config.json"),
    ],
)
def test_the_configuration_is_the_one_that_was_read(path: str, filled: str) -> None:
    assert command("grep x {config}", path=path) == filled


@pytest.mark.parametrize(
    ("helper", "title"),
    [
        ("", "Install the helper"),
        ("ecr-login", "Install the helper"),
        ("ecr-login.exe", "Install the helper"),
        ("desktop", "Remove the line that names desktop"),
        ("secretservice", "Remove the line that names secretservice"),
    ],
)
def test_amazons_package_is_no_cure_for_another_helper(helper: str, title: str) -> None:
    fixes = describe("helper-not-on-path", open_catalog(), {"helper": helper}).fixes

    steps = " ".join(step for fix in fixes for step in fix.steps)
    assert fixes[0].title.startswith(title)
    assert ("amazon-ecr-credential-helper" in steps) is title.startswith("Install")


def test_a_key_that_does_not_match_is_mended_by_fix() -> None:
    facts = {"image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:b"}

    fixes = describe("credhelpers-key-mismatch", open_catalog(), facts).fixes

    assert fixes[0].command == f"ecr-doctor fix {facts['image']}"
