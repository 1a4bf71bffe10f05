from __future__ import annotations

import pytest

from ecr_doctor.probes.aws_config_files import AwsFilesProbe, AwsFileState
from probes.aws_machine import AwsMachine

CONFIG = """\
# comment
[default]
region = us-east-1
s3 =
    addressing_style = path

[profile dev]
region=eu-west-1
role_arn : arn:aws:iam::123456789012:role/x
services = local

[oops]
region = eu-north-1

[services local]
ecr =
  endpoint_url = http://127.0.0.1:4566
[sso-session "my corp"]
sso_region = us-east-1
"""
CREDENTIALS = """\
[dev]
AWS_ACCESS_KEY_ID = AKIAEXAMPLE000000001
aws_secret_access_key = the-secret-value
region = ap-south-1
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    return AwsMachine(monkeypatch)


def test_both_files_with_lines(machine: AwsMachine) -> None:
    config = machine.write(".aws/config", CONFIG)
    credentials = machine.write(".aws/credentials", CREDENTIALS)

    files = machine.observe(AwsFilesProbe())

    assert files.profiles == ("default", "dev")
    dev = files.profile("dev")
    assert dev is not None
    role, key, region = dev.get("role_arn"), dev.get("aws_access_key_id"), dev.get("region")
    assert role is not None
    assert role.origin == f"{config}:9"
    assert key is not None
    assert key.origin == f"{credentials}:2"
    assert region is not None
    assert region.value == "ap-south-1", "the credentials file goes before the config file"
    assert dev.origin == f"{config}:7"
    services = files.section("services", "local")
    assert services is not None
    endpoint = services.get("ecr.endpoint_url")
    assert endpoint is not None
    assert (endpoint.value, endpoint.origin) == ("http://127.0.0.1:4566", f"{config}:17")
    assert files.section("sso-session", "my corp") is not None
    oops = files.nameless("oops")
    assert oops is not None
    assert oops.origin == f"{config}:12"
    assert files.profile("oops") is None


def test_secrets_are_left_out_and_learned(machine: AwsMachine) -> None:
    machine.write(".aws/credentials", CREDENTIALS)
    scene = machine.scene()

    files = scene.observe(AwsFilesProbe())

    assert "the-secret-value" not in repr(files)
    assert "the-secret-value" not in scene.redactor.clean("x the-secret-value y")


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("[default\naws_access_key_id = x\n", "text before the first [section]", 1),
        ("aws_secret_access_key = s3cret\n", "text before the first [section]", 1),
        ("[a]\nregion = x\n[a]\n", "the section [a] appears twice", 3),
        ("[a]\nregion = x\nregion = y\n", "region appears twice in [a]", 3),
        ("[a]\nregion = x\n\njust words\n", "a line that is neither", 4),
        ("[a]\ns3 =\n  no equals\n", "an indented line without '='", 3),
        (b"[a]\nregion = \xff\n", "is not UTF-8", 2),
        ("\ufeff[default]\nregion = x\n", "text before the first [section]", 1),
    ],
)
def test_what_cannot_be_parsed_is_found_by_line(
    machine: AwsMachine, text: str | bytes, problem: str, line: int
) -> None:
    machine.write(".aws/config", text)

    config = machine.observe(AwsFilesProbe()).config

    assert config.state is AwsFileState.UNPARSABLE
    assert config.broken
    assert config.problem.startswith(problem)
    assert config.line == line
    assert "s3cret" not in config.problem


def test_missing_files_are_no_problem(machine: AwsMachine) -> None:
    files = machine.observe(AwsFilesProbe())

    assert files.config.state is AwsFileState.MISSING
    assert not files.config.broken
    assert files.profiles == ()


def test_a_folder_in_place_of_a_file(machine: AwsMachine) -> None:
    (machine.home / ".aws/credentials").mkdir(parents=True)

    assert machine.observe(AwsFilesProbe()).credentials.state is AwsFileState.UNREADABLE


def test_variables_name_other_files(machine: AwsMachine) -> None:
    path = machine.write("elsewhere", "[profile x]\nregion = us-east-1\n")
    machine.setenv(AWS_CONFIG_FILE="~/elsewhere")

    files = machine.observe(AwsFilesProbe())

    assert files.config.path == str(path)
    assert files.profiles == ("x",)
