from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from ecr_doctor.model import DifferentialEntry, DifferentialState, Evidence
from ecr_doctor.report.ink import Ink, ink_for
from ecr_doctor.report.text_details import facts
from ecr_doctor.report.text_format import TextFormat

from . import rough, samples

FAULTS = ("client", "iam", "network")


@pytest.mark.parametrize("name", FAULTS)
def test_the_first_screen_holds_the_answer(name: str) -> None:
    report = rough.ALL[name]()
    screen = "\n".join(TextFormat(width=80).render(report).splitlines()[:24])

    diagnosis = report.diagnoses[0]
    assert diagnosis.title in screen
    assert diagnosis.because[0] in screen
    assert diagnosis.fixes[0].command in screen


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("name", [*samples.ORDINARY, "many"])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_too_wide(name: str, width: int, verbose: bool) -> None:  # noqa: FBT001
    text = TextFormat(width=width, verbose=verbose).render(rough.ALL[name]())

    commands = {f.command for d in rough.ALL[name]().diagnoses for f in d.fixes}
    for line in text.splitlines():
        unbreakable = (
            line.strip() in commands or max(map(len, line.split()), default=0) > width - 40
        )
        assert len(line) <= width or unbreakable, line
        assert line == line.rstrip()


def test_what_is_copied_is_in_one_piece() -> None:
    text = TextFormat(width=60).render(samples.iam_fault())

    for fix in samples.iam_fault().diagnoses[0].fixes:
        assert fix.command in text
        for line in fix.policy.splitlines():
            assert line in text


def test_quiet_is_one_line() -> None:
    text = TextFormat(quiet=True).render(samples.iam_fault())

    assert text.count("\n") == 1
    assert "iam-missing-batch-get-image, certain" in text


def test_verbose_shows_the_evidence_of_every_check() -> None:
    report = samples.client_fault()
    text = TextFormat(verbose=True, width=200).render(report)

    for result in report.results:
        assert result.check_id in text
        for fact in result.verdict.evidence:
            assert fact.value in text
            assert fact.source in text


@pytest.mark.parametrize("name", rough.ALL)
def test_without_unicode_all_is_ascii(name: str) -> None:
    assert TextFormat(unicode=False, verbose=True).render(rough.ALL[name]()).isascii()


def test_colour_is_only_colour() -> None:
    plain = TextFormat(verbose=True).render(samples.client_fault())
    coloured = TextFormat(verbose=True, color=True).render(samples.client_fault())

    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_the_headline_is_coloured_to_its_end() -> None:
    first = TextFormat(color=True).render(samples.client_fault()).splitlines()[0]

    assert first == "\x1b[1;31m✗ The credential helper is not on docker's PATH\x1b[0m"


def test_a_long_label_breaks_no_column() -> None:
    seen = (
        Evidence("caller", "alice", "STS"),
        Evidence("not allowed to look with", "iam:Get", "AWS"),
    )
    lines = facts(seen, Ink(), indent=2, whole=False)

    assert lines == [
        "  caller  alice [STS]",
        "  not allowed to look with\n          iam:Get [AWS]",
    ]


def test_a_long_label_alone_squeezes_no_value() -> None:
    seen = (Evidence("answer to the login of docker-credential-ecr-doctor", "429", "/v2/"),)

    (line,) = facts(seen, Ink(), indent=4, whole=False)

    assert line.splitlines() == [f"    {seen[0].what}", "      429 [/v2/]"]


def test_a_source_that_the_value_names_is_not_said_again() -> None:
    seen = (Evidence("found", "/usr/bin/x", "/usr/bin/x"),)

    assert facts(seen, Ink(), indent=2, whole=False) == ["  found  /usr/bin/x"]


def test_checks_that_say_the_same_share_a_line() -> None:
    made = samples.iam_fault()
    same = replace(made.results[-1].verdict, summary="denied", evidence=())
    results = tuple(
        replace(r, verdict=same) if r.check_id in made.diagnoses[0].because else r
        for r in made.results
    )

    text = TextFormat().render(replace(made, results=results))

    assert "✗ auth.pull-permissions, image.manifest, transfer.test-pull: denied" in text


def test_signs_that_do_not_speak_for_themselves_are_explained() -> None:
    assert "(? could not tell, – not looked at)" in TextFormat().render(samples.undetermined())  # noqa: RUF001
    assert "not looked at" not in TextFormat().render(samples.iam_fault())


def test_a_few_of_what_was_not_tested_are_named() -> None:
    made = samples.iam_fault()
    one = DifferentialEntry(symptom="denied", cause="c", state=DifferentialState.NOT_TESTED)
    many = replace(made, differential=tuple(replace(one, cause=f"c{n}") for n in range(9)))

    assert "c4, and 4 more (-v names them)" in TextFormat().render(many)
    assert "c7, c8" in TextFormat(verbose=True).render(many)


class Terminal(io.StringIO):
    def __init__(self, *, encoding: str, terminal: bool = True) -> None:
        super().__init__()
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("stream", "env", "color", "unicode"),
    [
        pytest.param(Terminal(encoding="utf-8"), {}, True, True, id="a terminal"),
        pytest.param(Terminal(encoding="utf-8"), {"NO_COLOR": "1"}, False, True, id="NO_COLOR"),
        pytest.param(Terminal(encoding="utf-8"), {"NO_COLOR": ""}, True, True, id="empty NO_COLOR"),
        pytest.param(Terminal(encoding="utf-8"), {"TERM": "dumb"}, False, True, id="dumb"),
        pytest.param(Terminal(encoding="utf-8", terminal=False), {}, False, True, id="a pipe"),
        pytest.param(Terminal(encoding="ascii"), {}, True, False, id="ascii"),
        pytest.param(Terminal(encoding="latin-1"), {}, True, False, id="latin"),
        pytest.param(Terminal(encoding="nonsense"), {}, True, False, id="unknown encoding"),
    ],
)
def test_ink_of_a_stream(stream: Terminal, env: dict[str, str], color: bool, unicode: bool) -> None:  # noqa: FBT001
    ink = ink_for(stream, env)

    assert (ink.color, ink.unicode) == (color, unicode)
    assert 60 <= ink.width <= 200
