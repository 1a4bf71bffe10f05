from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.engine.baseline import read_baseline
from ecr_doctor.engine.mute import Mute, accept, read_mutes
from ecr_doctor.errors import UsageError
from ecr_doctor.model import Outcome, Report, Severity, Status
from ecr_doctor.report.json_format import JsonFormat
from ecr_doctor.report.junit_format import JunitFormat
from ecr_doctor.report.sarif_format import SarifFormat
from report import samples

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 6, 15)
MUTE = {"cause": "helper-missing", "reason": "until the new hosts are here", "expires": TODAY}


@pytest.mark.parametrize("day", [TODAY, "2026-06-15"])
def test_a_mute_is_read(day: date | str) -> None:
    (mute,) = read_mutes([{**MUTE, "expires": day, "image": "*/team/*"}])

    assert (mute.cause, mute.expires, mute.image) == ("helper-missing", TODAY, "*/team/*")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        pytest.param({**MUTE, "reason": ""}, "needs a reason", id="no reason"),
        pytest.param({**MUTE, "reason": "tbd"}, "needs a reason", id="hardly a reason"),
        pytest.param({**MUTE, "reason": 7}, "has to be a text", id="a number for a reason"),
        pytest.param({k: v for k, v in MUTE.items() if k != "expires"}, "last day", id="for ever"),
        pytest.param({**MUTE, "expires": "soon"}, "last day", id="no day"),
        pytest.param({**MUTE, "cause": ""}, "name a cause", id="no cause"),
        pytest.param({**MUTE, "expire": TODAY}, "unknown key 'expire'", id="misspelt"),
        pytest.param("helper-missing", "is no table", id="no table"),
    ],
)
def test_a_mute_without_reason_or_end_is_refused(entry: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_mutes([entry])


def test_mutes_are_a_list() -> None:
    with pytest.raises(ValueError, match="mute"):
        read_mutes(MUTE)


@pytest.fixture
def broken() -> Report:
    return samples.client_fault()


def mute_of(report: Report, expires: date = TODAY, image: str = "*") -> Mute:
    cause = report.diagnoses[0].cause
    return Mute(cause=cause, reason="we know of it", expires=expires, image=image)


def muting(report: Report, *mutes: Mute) -> Report:
    return accept(report, mutes, today=TODAY)


def test_on_its_last_day_a_mute_still_holds(broken: Report) -> None:
    report = muting(broken, mute_of(broken))

    found = {d.cause: d for d in report.diagnoses}[broken.diagnoses[0].cause]
    assert found.muted == "Muted until 2026-06-15: we know of it"
    assert found.explanation == broken.diagnoses[0].explanation
    assert report.outcome is Outcome.PROBLEM


def test_a_day_later_it_holds_no_longer_and_is_reported(broken: Report) -> None:
    report = muting(broken, mute_of(broken, expires=date(2026, 6, 14)))

    assert report.diagnoses == broken.diagnoses
    assert report.fails
    assert "holds no longer" in report.problems[-1].what
    assert "we know of it" in report.problems[-1].detail


def test_it_is_for_its_images_alone(broken: Report) -> None:
    assert muting(broken, mute_of(broken, image="*/other:*")) == broken


def test_what_is_muted_stands_behind_what_is_not(broken: Report) -> None:
    other = replace(broken.diagnoses[0], cause="other")
    both = replace(broken, diagnoses=(broken.diagnoses[0], other))

    report = muting(both, mute_of(broken))

    assert [d.cause for d in report.diagnoses] == ["other", broken.diagnoses[0].cause]
    assert report.fails


def test_formats_for_machines_do_not_fail(broken: Report) -> None:
    only = replace(broken, diagnoses=broken.diagnoses[:1])

    report = muting(only, mute_of(broken))

    assert not report.fails
    assert "<failure" not in JunitFormat().render(report)
    assert "Muted until" in JunitFormat().render(report)
    (result,) = json.loads(SarifFormat().render(report))["runs"][0]["results"]
    assert result["suppressions"][0]["justification"].startswith("Muted until")
    assert json.loads(JsonFormat().render(report))["diagnoses"][0]["muted"]


def test_a_check_with_a_finding_that_is_not_muted_is_not_excused(broken: Report) -> None:
    first = broken.diagnoses[0]
    both = replace(broken, diagnoses=(first, replace(first, cause="other")))

    report = muting(both, mute_of(broken))

    failed = next(r for r in report.results if r.check_id in first.because)
    assert failed.status is Status.FAIL
    assert report.excuse(failed) == ""


def baseline_of(report: Report, folder: Path) -> Path:
    path = folder / "baseline.json"
    path.write_text(JsonFormat().render(report))
    return path


def test_what_is_in_the_baseline_is_known(broken: Report, tmp_path: Path) -> None:
    baseline = read_baseline(str(baseline_of(broken, tmp_path)))

    report = accept(broken, (), baseline, today=TODAY)

    assert all(d.muted.startswith("Known since") for d in report.diagnoses)
    assert not report.fails


def test_what_is_new_or_worse_fails(broken: Report, tmp_path: Path) -> None:
    first = broken.diagnoses[0]
    before = replace(broken, diagnoses=(replace(first, severity=Severity.WARN),))
    now = replace(broken, diagnoses=(first, replace(first, cause="other")))

    baseline = read_baseline(str(baseline_of(before, tmp_path)))

    assert accept(now, (), baseline, today=TODAY).diagnoses == now.diagnoses


def test_a_baseline_of_another_image_says_so(broken: Report, tmp_path: Path) -> None:
    path = baseline_of(broken, tmp_path)
    found = json.loads(path.read_text())
    found["target"]["repository"] = "elsewhere"
    path.write_text(json.dumps(found))

    report = accept(broken, (), read_baseline(str(path)), today=TODAY)

    assert report.fails
    assert "another image" in report.problems[-1].what


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot read"),
        ("{", "no JSON report"),
        ("[]", "no JSON report"),
        ('{"kind": "explain"}', "no JSON report"),
        ('{"kind": "run", "schema": 1}', "no JSON report"),
        ('{"kind": "run", "schema": 2}', "newer"),
    ],
)
def test_any_other_file_is_refused(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(UsageError, match=says):
        read_baseline(str(path))
