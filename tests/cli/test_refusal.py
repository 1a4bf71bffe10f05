"""Wrong usage has one style, whoever finds it: what and where on one line, then what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.cli.main import _invoke
from ecr_doctor.model.settings import CLIENTS

if TYPE_CHECKING:
    from pathlib import Path


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert _invoke(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


KNOWN = ", ".join(CLIENTS)


@pytest.mark.parametrize(
    ("arguments", "what", "hint"),
    [
        pytest.param(["rnu"], "there is no command 'rnu'", "Did you mean run?", id="command"),
        pytest.param(["123.example/app"], "there is no command '123.example/app'",
                     "A pull is diagnosed by: ecr-doctor run IMAGE", id="image without command"),
        pytest.param(["run"], "IMAGE is missing", "Usage: ecr-doctor run [OPTIONS] IMAGE",
                     id="no image"),
        pytest.param(["run", "a", "b"], "got unexpected extra argument (b)",
                     "Usage: ecr-doctor run [OPTIONS] IMAGE", id="two images"),
        pytest.param(["run", "x", "--timeuot", "3"], "there is no option --timeuot",
                     "Did you mean --timeout?", id="option"),
        pytest.param(["run", "x", "--format"], "option '--format' requires an argument",
                     "`ecr-doctor run --help` says more.", id="value"),
        pytest.param(["run", "-x"], "there is no option -x",
                     "Usage: ecr-doctor run [OPTIONS] IMAGE", id="letter"),
        pytest.param(["run", "x", "--client", "padmon"],
                     f"--client: 'padmon' is none of {KNOWN}. Did you mean podman?",
                     "`ecr-doctor run --help` says more.", id="choice"),
        pytest.param(["fix", "x", "--client", "nobody"],
                     f"--client: 'nobody' is none of {KNOWN}",
                     "`ecr-doctor fix --help` says more.", id="fix checks it too"),
        pytest.param(["run", "x", "--timeout", "nan"],
                     "--timeout: 'nan' is not a number of seconds from 1 to 3600",
                     "`ecr-doctor run --help` says more.", id="no number"),
        pytest.param(["run", "x", "--only", "clien"], "no check or stage is called 'clien'",
                     "Did you mean client?", id="stage"),
        pytest.param(["run", "x", "--format", "jsno"], "there is no format 'jsno'",
                     "Did you mean json?", id="format"),
        pytest.param(["which", "x", "--client", "dokcer"], "there is no client 'dokcer'",
                     "Did you mean docker or docker-py?", id="client of which"),
        pytest.param(["demo", "session-expierd"], "there is no fault 'session-expierd'",
                     "Did you mean session-expired?", id="fault"),
        pytest.param(["checks", "registry.logn"], "there is no check 'registry.logn'",
                     "Did you mean registry.login?", id="check"),
        pytest.param(["fix"], "IMAGE is missing",
                     "Name one, or registries with --registry HOST...", id="fix nothing"),
        pytest.param(["fix", "x", "y"], "fix takes one IMAGE, not 2",
                     "Name one, or registries with --registry HOST...", id="fix two"),
        pytest.param(["which", "my app"],
                     "'my app' is no image: white space or a control character at position 3",
                     "Did you mean myapp?", id="image with a blank"),
        pytest.param(["which", "My App"],
                     "'My App' is no image: white space or a control character at position 3",
                     "Write it as HOST/REPOSITORY:TAG.", id="image with more than a blank"),
        pytest.param(["explain", "no basic auth credentials", "--image", "https://host.example/app"],
                     "'https://host.example/app' is no image:"
                     " an image reference has no scheme (https://)",
                     "Did you mean host.example/app?", id="image of explain"),
        pytest.param(["replay", __file__], f"{__file__} is no bundle of ecr-doctor",
                     "A bundle is made by `ecr-doctor run IMAGE --save FILE`.", id="any file"),
        pytest.param(["fix", "--undo", "x"], "--undo takes no image",
                     "It takes back the latest change.", id="undo an image"),
        pytest.param(["run", "x", "-qv"], "--quiet and --verbose exclude each other",
                     "Leave one of them out.", id="quiet and verbose"),
        pytest.param(["demo", "-qv"], "--quiet and --verbose exclude each other",
                     "Leave one of them out.", id="quiet and verbose demo"),
        pytest.param(["run", "x", "-o", "out/a.json", "--save", "out/x/../a.json"],
                     "two outputs go to out/a.json", "Give each a file of its own.",
                     id="one file for two outputs"),
        pytest.param(["policy", ""], "IMAGE: the image reference is empty",
                     "Write it as HOST/REPOSITORY.", id="policy of nothing"),
        pytest.param(["causes", "x", "--search", "y"],
                     "causes takes one of ID, --search and --symptom", "Leave the others out.",
                     id="two ways to look up causes"),
        pytest.param(["checks", "--markdown", "--coverage"],
                     "checks takes one of ID, --markdown and --coverage", "Leave the others out.",
                     id="two pages of checks"),
        pytest.param(["replay", "/nowhere/b"],
                     "cannot read the bundle /nowhere/b: No such file or directory",
                     "A bundle is made by `ecr-doctor run IMAGE --save FILE`.", id="bundle"),
    ],
)  # fmt: skip
def test_it_says_what_and_what_to_do(
    arguments: list[str], what: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(arguments, capsys)

    assert lines[:2] == [f"ecr-doctor: {what}", hint]


def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ECR_DOCTOR_TIMEOUT", "soon")

    assert said(["run", "x"], capsys)[0].startswith("ecr-doctor: ECR_DOCTOR_TIMEOUT: 'soon' is not")


def test_a_wrong_value_of_the_file_is_named_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('profile = "dev"\n  timeout = "soon"\n')

    lines = said(["run", "x", "--config", str(file)], capsys)

    assert lines[0].startswith(f"ecr-doctor: {file}:2:3: timeout: 'soon' is not a number")


def test_what_was_typed_by_mistake_is_not_shown_again(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab"

    text = "\n".join(said(["run", "x", secret, "\x1b[2J", "y" * 100_000], capsys))

    assert secret[22:] not in text
    assert "\x1b" not in text
    assert len(text) < 3000
