from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.model import Evidence, Fix, Plugin, ToolProblem, parse_target
from ecr_doctor.report.html_format import HtmlFormat
from ecr_doctor.report.json_format import JsonFormat
from ecr_doctor.report.junit_format import JunitFormat
from ecr_doctor.report.markdown_format import MarkdownFormat
from ecr_doctor.report.sarif_format import SarifFormat
from ecr_doctor.report.text_format import TextFormat

from . import rough, samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.model import Report
    from ecr_doctor.report.base import Format

FORMATS: dict[str, Format] = {
    "json": JsonFormat(),
    "html": HtmlFormat(),
    "xml": JunitFormat(),
    "sarif": SarifFormat(),
    "md": MarkdownFormat(),
    "txt": TextFormat(),
    "160.txt": TextFormat(width=160, verbose=True),
    "quiet.txt": TextFormat(quiet=True),
}
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "eyJwYXlsb2FkIjoi" + "QkFTRTY0" * 60
SECRETS = {KEY: KEY, TOKEN: TOKEN, "hunter2pass": "http://me:hunter2pass@proxy:3128",
           "0badc0ffee0badc0": "https://s3/x?X-Amz-Signature=0badc0ffee0badc0"}  # fmt: skip


@pytest.mark.parametrize("name", samples.ORDINARY)
@pytest.mark.parametrize("suffix", FORMATS)
def test_golden(name: str, suffix: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.{suffix}", FORMATS[suffix].render(rough.ALL[name]()))


@pytest.mark.parametrize("suffix", set(FORMATS) - {"quiet.txt"})
def test_a_mute_and_what_is_left_out_are_said(suffix: str) -> None:
    text = html.unescape(FORMATS[suffix].render(samples.accepted()))

    assert "Muted until 2031-01-31: the build hosts log in by a cron job" in " ".join(text.split())
    assert "AWS account id" in text


@pytest.mark.parametrize("suffix", FORMATS)
def test_hostile_evidence_is_harmless(suffix: str) -> None:
    text = FORMATS[suffix].render(rough.hostile())

    assert not [c for c in set(text) if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\u2028]", text)
    assert "A" * 5000 not in text
    assert len(text) < 2_500_000
    if suffix in {"html", "xml", "md"}:
        outside = re.sub(r"(`{3,})\w*\n.*?\n\1\n|(`+)[^`\n].*?\2", "", text, flags=re.DOTALL)
        assert not re.search(r"<(script|img|!--)", outside if suffix == "md" else text)
    assert text.endswith("\n")
    text.encode()


@pytest.mark.parametrize("suffix", [*FORMATS, "verbose"])
@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_comes_through(suffix: str, secret: str) -> None:
    renderer = FORMATS.get(suffix, TextFormat(verbose=True))

    text = renderer.render(with_text_everywhere(f"before {SECRETS[secret]} after"))

    assert secret not in text
    assert secret[:16] not in text


def with_text_everywhere(text: str) -> Report:
    made = samples.client_fault()
    seen = (Evidence(text, text, text),)
    fix = Fix(title=text, steps=(text,), command=text, policy=text)
    diagnoses = tuple(
        replace(
            d, title=text, explanation=text, because=(text,), evidence=seen, fixes=(fix,), url=text
        )
        for d in made.diagnoses
    )  # fmt: skip
    results = tuple(
        replace(r, title=text, verdict=replace(r.verdict, summary=text, evidence=seen))
        for r in made.results
    )
    return replace(
        made,
        target=parse_target(text),
        diagnoses=diagnoses,
        results=results,
        differential=tuple(replace(d, symptom=text, by=(text,)) for d in made.differential),
        problems=(ToolProblem(text, text),),
        environment=seen,
        plugins=(Plugin(text, text),),
        tool_version=text,
    )
