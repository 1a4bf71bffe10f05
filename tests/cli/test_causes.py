from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ecr_doctor.cli.main import cli

DOCS = Path(__file__).parents[2] / "docs" / "causes"
ALL = [f for f in (files("ecr_doctor_checks") / "catalog").iterdir() if f.name.endswith(".toml")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["causes", *arguments], standalone_mode=False, catch_exceptions=False
    )


def test_lists_all_by_layer() -> None:
    output = run().output

    assert sum(line.startswith("  ") for line in output.splitlines()) == len(ALL)
    assert "\nhelper\n" in output


def test_the_page_is_the_published_one() -> None:
    page = (DOCS / "stored-login-expired.md").read_text(encoding="utf-8")

    assert run("stored-login-expired").output == page
    assert run("Stored-Login-EXPIRED").output == page


def test_a_slip_gets_a_hint() -> None:
    with pytest.raises(Exception, match="there is no cause") as error:
        run("stored-login-expird")

    assert "stored-login-expired" in getattr(error.value, "hint", "")


@pytest.mark.parametrize(
    ("words", "first"),
    [("proxy", "proxy-"), ("snap", "docker-snap-confinement"), ("INODES", "inodes-exhausted")],
)
def test_search_finds_by_words(words: str, first: str) -> None:
    result = run("--search", words)

    assert result.return_value == 0
    assert first in result.output.splitlines()[0] or first in result.output


@pytest.mark.parametrize("arguments", [("--search", "zebra"), ("--symptom", "zebra")])
def test_nothing_found_exits_3(arguments: tuple[str, str]) -> None:
    assert run(*arguments).return_value == 3


@pytest.mark.parametrize(
    ("symptom", "among"),
    [
        ("no basic auth credentials", "disk-full-hidden"),
        ("Get https://x: no basic auth credentials", "never-logged-in"),
        ("manual login", "docker-too-old"),
        ("not authorized to perform", "scp-deny"),
    ],
)
def test_all_causes_of_a_symptom(symptom: str, among: str) -> None:
    assert among in run("--symptom", symptom).output


def test_a_terminal_gets_no_links(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    cli.main(["causes", "helper-not-on-path"], standalone_mode=False)

    page = capsys.readouterr().out
    assert "- helper-name-wrong: there config.json holds a wrong name" in page
    assert "- https://github.com/awslabs" in page
