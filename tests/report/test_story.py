from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_doctor.model import Evidence, Fix, Outcome, Stage
from ecr_doctor.report import story

from . import rough, samples


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("healthy", "The image can be pulled"),
        ("client", "The credential helper is not on docker's PATH"),
        ("undetermined", "It cannot be told whether the pull works"),
    ],
)
def test_headline(name: str, title: str) -> None:
    assert story.headline(rough.ALL[name]()).title == title


def test_a_tool_error_is_no_finding() -> None:
    report = replace(samples.healthy(), outcome=Outcome.TOOL_ERROR)

    assert story.headline(report).title == "ecr-doctor itself failed"


def test_what_was_not_pulled_is_not_praised() -> None:
    report = replace(samples.undetermined(), outcome=Outcome.HEALTHY)

    assert story.headline(report).title == "No fault was found"


def test_a_part_that_was_downloaded_proves_the_pull() -> None:
    report = replace(samples.undetermined(), outcome=Outcome.HEALTHY)
    first = report.results[0]
    proof = replace(first, verdict=replace(first.verdict, proves=(Stage.REGISTRY,)))

    said = story.headline(replace(report, results=(proof,)))

    assert said.title == "The image can be pulled"
    assert "docker engine" not in said.paragraphs[0]


@pytest.mark.parametrize(
    ("fix", "admin"),
    [
        (Fix(title="Attach the policy", policy="{}"), True),
        (Fix(title="Ask an administrator to do it"), True),
        (Fix(title="Widen the policy", command="aws ecr set-repository-policy --x"), True),
        (Fix(title="Log in", command="aws ecr get-login-password | docker login"), False),
        (Fix(title="Be the administrative user"), False),
    ],
)
def test_whose_part_a_fix_is(fix: Fix, admin: bool) -> None:  # noqa: FBT001
    assert story.for_admin(fix) is admin


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0 ms"), (0.4, "< 1 ms"), (999, "999 ms"), (999.7, "1.0 s"), (2251, "2.3 s")],
)
def test_duration(ms: float, text: str) -> None:
    assert story.duration(timedelta(milliseconds=ms)) == text


def test_counted() -> None:
    assert story.counted(samples.healthy()) == "30 checks: 29 pass, 1 not-applicable"


def test_tally() -> None:
    client = dict(story.by_stage(samples.client_fault()))[Stage.CLIENT]

    assert story.tally(client) == "9, 1 fail, 2 blocked"


def test_each_fact_stands_once_with_all_its_places() -> None:
    seen = (Evidence("a", "1", "x"), Evidence("b", "1"), Evidence("a", "1", "y"))

    assert story.distinct(seen) == (Evidence("a", "1", "x, y"), Evidence("b", "1"))
