"""`ecr-doctor policy` as users call it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from ecr_doctor.cli.main import cli
from ecr_doctor.errors import UsageError

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
OTHER = "arn:aws:iam::210987654321:role/node"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["policy", *arguments], standalone_mode=False, catch_exceptions=False
    )


def test_the_policy_and_nothing_else_is_on_stdout() -> None:
    result = run(f"{HOST}/team/*")

    assert (result.return_value, result.stderr) == (0, "")
    assert [s["Sid"] for s in json.loads(result.stdout)["Statement"]] == [
        "AllowLogin",
        "AllowPullSpecificRepo",
    ]


def test_which_document_goes_where_is_said_beside_them() -> None:
    result = run("--principal", OTHER, f"{HOST}/team/app")

    assert json.loads(result.stdout)["repository_policies"][0]["repository"] == "team/app"
    assert f"identity policy: in account 210987654321, to {OTHER}" in result.stderr
    assert "repository policy: in account 123456789012, region us-east-1" in result.stderr


@pytest.mark.parametrize(
    ("style", "first"),
    [("terraform", "# To the user or role that pulls."), ("cloudformation", "# Stack of whoever")],
)
def test_other_formats(style: str, first: str) -> None:
    assert run("--format", style, f"{HOST}/team/app").stdout.startswith(first)


def test_one_side_of_a_pull_across_accounts() -> None:
    result = run("--principal", OTHER, "--side", "registry", f"{HOST}/team/app")

    assert json.loads(result.stdout)["Statement"][0]["Principal"] == {"AWS": OTHER}
    assert result.stderr == ""


@pytest.mark.parametrize("image", ["nginx", f"{HOST}", "ghcr.io/x/y"])
def test_bad_input_is_wrong_usage(image: str) -> None:
    with pytest.raises(UsageError):
        run(image)


def test_an_impossible_host_exits_2_with_the_likely_right_one() -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.eu/a"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ecr_doctor", "policy", image],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert f"Probably meant: {HOST}/a" in done.stderr


def test_nothing_is_asked_of_aws_and_little_is_loaded() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom ecr_doctor.cli.main import cli\n"
        f"CliRunner().invoke(cli, ['policy', '{HOST}/a'])\n"
        "print(*{'botocore', 'boto3', 'docker', 'yaml', 'jinja2', 'rich'} & set(sys.modules))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "\n"


def test_the_least_is_promised_of_minimal_alone() -> None:
    words = CliRunner().invoke(cli, ["policy", "--help"]).stdout.split()

    assert "least-privilege" not in words
    assert "least that a pull needs comes with --minimal" in " ".join(words)
