from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.cli.github import MOST, commands, tame, tell
from ecr_doctor.model import Severity
from ecr_doctor.report.html_format import HtmlFormat
from ecr_doctor.report.json_format import JsonFormat
from ecr_doctor.report.junit_format import JunitFormat
from ecr_doctor.report.markdown_format import MarkdownFormat
from ecr_doctor.report.sarif_format import SarifFormat
from ecr_doctor.report.text_format import TextFormat
from report import samples

if TYPE_CHECKING:
    from pathlib import Path

    from ecr_doctor.model import Report

HOSTILE = "x\n::add-mask::y\n  ::error::z ##[set-env name=A]b\n::stop-commands::t"
KNOWN = "add-mask|add-path|debug|echo|error|group|notice|set-env|set-output|stop-commands|warning"
_NEW = re.compile(rf"^\s*::({KNOWN})[^\n]*?::", re.MULTILINE)
_OLD = re.compile(rf"##\[({KNOWN})")
"""What the runner obeys: actions/runner, src/Runner.Common/ActionCommand.cs."""


def obeyed(text: str) -> list[str]:
    return [*_NEW.findall(text), *_OLD.findall(text)]


def told(report: Report) -> list[tuple[str, str, str]]:
    """Level, title and message of each command, unescaped as the runner does it."""
    found = []
    for line in commands(report):
        match = re.fullmatch(r"::(\w+) title=([^:,\n\r]*)::([^\n\r]*)", line)
        assert match is not None, line
        found.append((match[1], _unescaped(match[2]), _unescaped(match[3])))
    return found


def _unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n")):
        text = text.replace(code, character)
    return text.replace("%25", "%")


def test_the_root_cause_is_an_error_with_its_cure() -> None:
    report = samples.client_fault()

    level, title, message = told(report)[0]

    first = report.diagnoses[0]
    assert (level, title) == ("error", f"ecr-doctor: {first.title}")
    assert report.target.image in message
    assert first.fixes[0].title in message


def test_warnings_and_what_is_muted_are_less() -> None:
    first = samples.client_fault().diagnoses[0]
    diagnoses = (
        first,
        replace(first, cause="b", severity=Severity.WARN),
        replace(first, cause="c", muted="Muted until 2031-01-31: known"),
    )

    levels = [level for level, *_ in told(replace(samples.client_fault(), diagnoses=diagnoses))]

    assert levels == ["error", "warning", "notice"]


def test_what_cannot_be_told_is_a_warning() -> None:
    assert [level for level, *_ in told(samples.undetermined())][:1] == ["warning"]


def test_a_healthy_pull_says_nothing() -> None:
    assert told(replace(samples.healthy(), diagnoses=())) == []


def test_hostile_words_start_no_command_of_their_own() -> None:
    report = samples.client_fault()
    first = replace(report.diagnoses[0], title=f"a,b: {HOSTILE}%0A", explanation=HOSTILE)

    lines = list(commands(replace(report, diagnoses=(first,))))

    assert obeyed("\n".join(lines)) == ["error"]
    assert len("\n".join(lines).splitlines()) == 1


def test_no_more_than_github_shows() -> None:
    report = samples.client_fault()
    many = tuple(replace(report.diagnoses[0], cause=f"c{n}") for n in range(30))

    assert len(told(replace(report, diagnoses=many))) == MOST


@pytest.mark.parametrize(
    "kind", [TextFormat, JsonFormat, JunitFormat, MarkdownFormat, SarifFormat, HtmlFormat]
)
def test_a_report_on_stdout_holds_no_command(kind: type[TextFormat]) -> None:
    report = samples.client_fault()
    first = replace(report.diagnoses[0], explanation=HOSTILE, because=(HOSTILE,))
    fixed = replace(first, fixes=tuple(replace(f, command=HOSTILE) for f in first.fixes))
    rendered = kind().render(replace(report, diagnoses=(fixed,)))

    assert obeyed(tame(rendered, kind.media_type)) == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/xml"])
def test_every_command_is_tamed(media_type: str) -> None:
    assert obeyed(HOSTILE) != []
    text = HOSTILE.replace("\n", "\\n") if media_type.endswith("json") else HOSTILE

    assert obeyed(tame(text, media_type)) == []


def test_an_ordinary_report_is_not_changed() -> None:
    rendered = TextFormat().render(samples.client_fault())

    assert tame(rendered, "text/plain") == rendered


def test_the_summary_is_appended_and_the_annotations_go_to_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    tell(samples.client_fault())

    assert summary.read_text().startswith("# before\n## ")
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("::error title=")


def test_a_summary_that_cannot_be_written_is_only_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))

    tell(samples.healthy())

    assert "cannot write the job's summary" in capfd.readouterr().err


def test_elsewhere_nothing_happens(capfd: pytest.CaptureFixture[str]) -> None:
    tell(samples.client_fault())

    assert capfd.readouterr() == ("", "")
