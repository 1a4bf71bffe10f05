from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from importlib.metadata import EntryPoint

import pytest

from ecr_doctor.errors import UsageError
from ecr_doctor.report import base
from ecr_doctor.report.base import format_of_file, formats, load_format

NAMES = ("html", "json", "junit", "markdown", "sarif", "text")


def test_the_formats_are_found() -> None:
    assert set(NAMES) <= set(formats())


@pytest.mark.parametrize("name", NAMES)
def test_a_format_says_what_it_is(name: str) -> None:
    kind = load_format(name)

    assert format_of_file(f"report{kind.suffix}") == name
    assert "/" in kind.media_type


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/b/report.html", "html"),
        ("r.HTM", "html"),
        ("r.txt", "text"),
        ("r.json", "json"),
        ("r.xml", "junit"),
        ("r.sarif", "sarif"),
        ("r.md", "markdown"),
    ],
)
def test_the_suffix_decides(path: str, name: str) -> None:
    assert format_of_file(path) == name


@pytest.mark.parametrize("path", ["report", "report.pdf", "."])
def test_an_unknown_suffix_is_refused_with_the_known_ones(path: str) -> None:
    with pytest.raises(UsageError) as refused:
        format_of_file(path)

    assert ".html" in refused.value.hint


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        load_format("pdf")

    assert "html, json" in refused.value.hint


class CsvFormat:
    """A plugin's format."""

    media_type = "text/csv"
    suffix = ".csv"


def test_a_plugin_brings_its_suffix(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = EntryPoint("table", f"{__name__}:CsvFormat", base.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: CsvFormat)
    monkeypatch.setattr(metadata, "entry_points", lambda **_: [mine])

    assert format_of_file("report.csv") == "table"


def test_a_broken_plugin_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("acme", "acme_that_is_not_there:Format", base.GROUP)
    monkeypatch.setattr(metadata, "entry_points", lambda **_: [broken])

    with pytest.raises(UsageError, match="acme_that_is_not_there"):
        load_format("acme")


def test_only_the_asked_format_is_imported() -> None:
    program = (
        "import sys; from ecr_doctor.report.base import load_format; load_format('json');"
        "print([m for m in sys.modules if m in ('jinja2', 'rich', 'ecr_doctor.report.ink')])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603

    assert done.stdout.strip() == "[]"
