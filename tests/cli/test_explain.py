"""`ecr-doctor explain` as users call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from ecr_doctor.cli.explain import decode, explain
from ecr_doctor.cli.main import cli

SCHEMA = Path(__file__).parents[2] / "docs" / "explain.schema.json"
HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
NBAC = f'Head "https://{HOST}/v2/team/app/manifests/7": no basic auth credentials'
EXPIRED = "denied: Your authorization token has expired. Reauthenticate and try again."
DENIED = (
    "denied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: "
    "ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/team/app"
)


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(
        cli, ["explain", *arguments], input=stdin, standalone_mode=False, catch_exceptions=False
    )


def test_an_argument_is_explained() -> None:
    result = run(EXPIRED)

    assert result.return_value == 0
    assert "The text names the cause." in result.output
    assert "(stored-login-expired)" in result.output
    assert "aws ecr get-login-password" in result.output


@pytest.mark.parametrize("style", ["text", "markdown"])
def test_a_cures_command_stands_before_the_steps_that_speak_of_it(style: str) -> None:
    shown = run("the sso session has expired", "--format", style).output

    assert 0 < shown.index("aws sso login\n") < shown.index("With a named profile")


def test_the_quotes_may_be_forgotten() -> None:
    assert run(*EXPIRED.split()).output == run(EXPIRED).output


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_a_pipe_is_read(arguments: tuple[str, ...]) -> None:
    assert "(stored-login-expired)" in run(*arguments, stdin=EXPIRED).output


@pytest.mark.parametrize("at", ["@", ""])
def test_a_file_is_read(tmp_path: Path, at: str) -> None:
    file = tmp_path / "build.log"
    file.write_text(EXPIRED, encoding="utf-8")

    assert "(stored-login-expired)" in run(f"{at}{file}").output


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot read"):
        run(f"@{tmp_path / 'none'}")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_to_explain_is_wrong_usage(text: str) -> None:
    with pytest.raises(Exception, match="no text to explain"):
        run("-", stdin=text)


@pytest.mark.parametrize("text", ["The quick brown fox.", "error: expected ';' before '}' token"])
def test_nothing_known_is_said_and_exits_3(text: str) -> None:
    result = run(text)

    assert result.return_value == 3
    assert "Nothing I know" in result.output


def test_another_registry_is_named_and_exits_3() -> None:
    result = run("Head https://ghcr.io/v2/a/b/manifests/1: denied: denied")

    assert result.return_value == 3
    assert "about the GitHub container registry (ghcr.io), not Amazon ECR" in result.output


def test_what_many_causes_print_is_not_decided() -> None:
    output = run(NBAC).output

    assert "the text alone cannot decide" in output
    assert "What decides between them" in output
    assert f"ecr-doctor run {HOST}/team/app:7 --error -" in output
    assert output.count("\n1. ") == 1


@pytest.mark.parametrize("style", ["text", "json", "markdown"])
def test_every_format_asks_for_the_client_that_failed(style: str) -> None:
    text = f"Trying to pull {HOST}/team/app:7...\nError: no basic auth credentials"

    found = run(text, "--format", style).output
    assert f"ecr-doctor run {HOST}/team/app:7 --client podman --error -" in found


@pytest.mark.parametrize("text", [NBAC, EXPIRED, "hello", "Head https://ghcr.io/v2/: denied"])
def test_json_keeps_the_contract(text: str) -> None:
    result = run(text, "--format", "json")
    answer = json.loads(result.output)

    jsonschema.validate(answer, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert answer["text"] == text
    assert bool(answer["diagnoses"]) is (result.return_value == 0)
    assert {d["confidence"] for d in answer["diagnoses"]} <= {"possible"}


def test_markdown_holds_no_markup_of_others() -> None:
    output = run(f"<script>@team</script> ![x](http://x) {EXPIRED}", "--format", "markdown").output

    assert "### 1. " in output
    assert "\n<script>" not in output


def test_the_image_can_be_given() -> None:
    output = run("denied: Not Authorized", "--image", f"{HOST}/team/app:7").output

    assert HOST in output


def test_verbose_shows_all_candidates() -> None:
    assert run(NBAC, "-v").output.count("https://github.com/ecr-doctor/") > 5


@pytest.mark.parametrize(
    "raw",
    [
        EXPIRED.encode("utf-16"),
        b"\xef\xbb\xbf" + EXPIRED.encode(),
        b"\xff\x00\xfe " + EXPIRED.encode(),
    ],
)
def test_bytes_of_any_kind_are_text(raw: bytes) -> None:
    assert "expired" in decode(raw)


def test_secrets_never_come_back() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    for style in ("text", "json", "markdown"):
        assert secret not in run(f"AWS_SECRET_ACCESS_KEY={secret} {NBAC}", "--format", style).output


def test_what_is_pasted_into_a_shell_is_harmless() -> None:
    evil = 'exec: "docker-credential-x;touch /tmp/p": executable file not found in $PATH'

    assert "touch /tmp/p\n" not in run(evil).output


def test_little_is_imported() -> None:
    """A guard of the speed: a blink, not AWS's SDK."""
    code = (
        "import sys; from ecr_doctor.cli.main import cli;"
        "cli.main(['explain', 'no basic auth credentials'], standalone_mode=False);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    loaded = set(done.stderr.split())

    assert "ecr_doctor.catalog.matcher" in loaded
    assert loaded.isdisjoint(
        {"boto3", "botocore", "docker", "rich", "jinja2", "yaml", "importlib.metadata", "tomllib",
         "ecr_doctor.engine", "ecr_doctor_checks", "ecr_doctor.catalog.strict", "ssl", "asyncio"}
    )  # fmt: skip


def test_help_shows_how_to_pipe() -> None:
    assert "docker pull IMAGE 2>&1 | ecr-doctor explain" in run("--help").output
    assert explain.name == "explain"


def test_a_text_in_one_long_word_is_no_file() -> None:
    result = run("x" * 300 + ": no basic auth credentials")

    assert result.return_value == 0


def test_the_examples_of_the_help_stand_on_lines_of_their_own() -> None:
    lines = run("--help").output.splitlines()

    assert "      ecr-doctor explain @build.log" in lines
    assert not any("\\b" in line for line in lines)


def test_dots_behind_an_image_are_not_of_its_tag() -> None:
    found = run(f"Trying to pull {HOST}/app:latest... Error: authentication required").output

    assert f"ecr-doctor run {HOST}/app:latest --client podman --error -" in found


def test_where_the_rest_of_the_story_is_stands_under_the_headline() -> None:
    text = f'Back-off pulling image "{HOST}/team/app:7"'

    for style in ("text", "markdown"):
        lines = run("--format", style, text).output.split("\n\n")
        assert "The back-off is only the consequence" in lines[1]
    assert "kubectl describe pod" in json.loads(run("--format", "json", text).output)["hint"]
    assert not json.loads(run("--format", "json", EXPIRED).output)["hint"]


_ECS = "CannotPullContainerError: pull image manifest has been retried 5 time(s): "
_GO = f"{_ECS}failed to resolve ref {HOST}/team/app:latest: "


_NESTED = f'{_GO}failed to do request: Head "https://{HOST}/v2/": {"wrapped again: " * 12}'


@pytest.mark.parametrize("options", [(), ("-v",), ("--format", "markdown")])
@pytest.mark.parametrize(
    ("text", "end"),
    [
        (f"{_NESTED}dial tcp 10.0.1.5:443: i/o timeout", "10.0.1.5:443: i/o timeout"),
        (f"{_NESTED}unexpected status: 403 Forbidden", "unexpected status: 403 Forbidden"),
    ],
)
def test_the_end_of_an_error_is_quoted(text: str, end: str, options: tuple[str, ...]) -> None:
    told = " ".join(run("-", *options, stdin=text).stdout.split())

    assert "the text says: CannotPull" in told or "The text says: `CannotPull" in told
    assert " characters] ... " in told
    assert end in told


def test_an_answer_that_never_came_says_nothing_of_the_image() -> None:
    told = run("-v", "-", stdin=f"{_GO}dial tcp 52.94.1.5:443: i/o timeout").stdout

    assert "(network-no-route)" in told
    assert "(image-tag-not-found)" not in told
    assert "(repository-not-found)" not in told


def test_the_questions_are_about_the_causes_that_are_shown() -> None:
    told = run("-", stdin=f"{_GO}{HOST}/team/app:latest: not found").stdout

    asked = told.partition("What decides between them")[2]
    assert "[latest-never-pushed]" in asked
    assert "[network-no-route]" not in asked


@pytest.mark.parametrize("text", [EXPIRED, f"{_GO}{HOST}/team/app:latest: not found", DENIED])
def test_only_facts_that_help_are_shown(text: str) -> None:
    told = run("-", stdin=text).stdout

    assert "\n     path: " not in told
    assert "unknown" not in told


def test_podman_is_told_of_podman() -> None:
    told = run(
        "-",
        stdin=f"Error: initializing source docker://{HOST}/app:1: unable to retrieve auth token: "
        "invalid username/password: unauthorized: authentication required",
    ).stdout

    first = told.partition("\n2. ")[0]
    assert "(client-ignores-creds-store)" in first
    assert "unauthorized: authentication required" in " ".join(first.split())
    assert "| podman login --username AWS" in first
    assert "| docker login" not in told
