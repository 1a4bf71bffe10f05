"""The report as one page to pass on: no script, no request, a strict Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup

from ecr_doctor.model import Evidence, Outcome, Status

from . import story
from .path import stations
from .tidy import tidied

if TYPE_CHECKING:
    from ecr_doctor.model import CheckResult, Diagnosis, Report

_UNFOLDED: Final = 60
"""Up to so many checks are listed without folding the stages."""
_MOST_BARS: Final = 60
_WORTH_A_BAR: Final = timedelta(milliseconds=5)
_VERDICTS: Final = {
    Outcome.HEALTHY: ("pass", "Nothing wrong"),
    Outcome.PROBLEM: ("fail", "The pull fails. Root cause:"),
    Outcome.UNDETERMINED: ("inconclusive", "Not decided"),
    Outcome.TOOL_ERROR: ("error", "No answer"),
}


_ACCEPTED: Final = "The pull fails, which is accepted. Root cause:"


class HtmlFormat:
    """Renders a report as one self-contained HTML page."""

    media_type = "text/html"
    suffix = ".html"

    def render(self, report: Report) -> str:
        """Return the page, ending with a newline."""
        page = _environment().get_template("report.html.j2")
        return page.render(_view(tidied(report))) + "\n"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ecr_doctor.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "distinct": story.distinct,
        "duration": story.duration,
        "tally": story.tally,
        "paragraphs": story.paragraphs,
        "stage_words": story.STAGES,
        "state_words": story.STATES,
        **_style(environment),
    }
    return environment


def _style(environment: jinja2.Environment) -> dict[str, str]:
    """The style sheet and its hash: the page's policy lets this one sheet act and nothing else."""
    loader = environment.loader
    sheet = loader.get_source(environment, "style.css")[0].strip() if loader else ""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return {"style": Markup(sheet), "style_hash": digest}  # noqa: S704  our own file


def _view(report: Report) -> dict[str, Any]:
    """All that the templates need."""
    mark, verdict = _VERDICTS[report.outcome]
    problem = report.outcome is Outcome.PROBLEM and bool(report.diagnoses)
    diagnosis = report.diagnoses[0] if problem else None
    undecided = report.outcome is Outcome.UNDETERMINED
    return {
        "report": report,
        "said": story.headline(report),
        "mark": mark,
        "verdict": _ACCEPTED if problem and not report.fails else verdict,
        "started": f"{report.started.astimezone(UTC):%d %B %Y, %H:%M} UTC",
        "took": story.duration(report.took),
        "stations": stations(report),
        "others": report.diagnoses[1:] if problem else report.diagnoses,
        "symptoms": story.by_symptom(report),
        "stages": story.by_stage(report),
        "unfolded": len(report.results) <= _UNFOLDED,
        "counted": story.counted(report),
        "unsure": [r for r in report.results if undecided and r.status in story.UNDECIDED],
        "environment": (*_about(report), *report.environment),
        "plugins": [p for p in report.plugins if p.name != "ecr-doctor"],
        "timings": _timings(report),
        **_reasons(diagnosis, report),
    }


def _reasons(diagnosis: Diagnosis | None, report: Report) -> dict[str, Any]:
    if diagnosis is None:
        return {"diagnosis": None}
    checks, quotes = story.reasons(diagnosis, report)
    return {
        "diagnosis": diagnosis,
        "sure": story.SURE[diagnosis.confidence],
        "link": diagnosis.url if diagnosis.url.startswith("https://") else "",
        "reasons": checks,
        "quotes": quotes,
        "own": [fix for fix in diagnosis.fixes if not story.for_admin(fix)],
        "admins": [fix for fix in diagnosis.fixes if story.for_admin(fix)],
    }


def _about(report: Report) -> tuple[Evidence, ...]:
    """The target's parts, as far as they could be read."""
    target = report.target
    parts = {
        "registry": target.host,
        "account": target.account,
        "region": target.region,
        "repository": target.repository,
        "tag or digest": target.selector,
        "platform": target.platform,
    }
    return tuple(
        Evidence(what, value, "the image's name") for what, value in parts.items() if value
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    id: str
    status: Status
    x: float
    width: float
    took: str


def _timings(report: Report) -> dict[str, Any]:
    """When each check ran, in thousandths of the whole run."""
    ran = [r for r in report.results if r.took > timedelta(0)]
    worth = [r for r in ran if r.took >= _WORTH_A_BAR] or ran
    longest = sorted(worth, key=lambda r: -r.took)[:_MOST_BARS]
    end = max([report.took, *(r.began + r.took for r in ran)], default=timedelta(0))
    whole = max(end.total_seconds(), 0.001)
    rows = [_bar(r, whole) for r in sorted(longest, key=lambda r: (r.began, -r.took))]
    rest = len(ran) - len(rows)
    some = f" {rest} quicker ones are not shown." if rest else ""
    return {"rows": rows, "note": f"{story.duration(end)} in all; checks run side by side.{some}"}


def _bar(result: CheckResult, whole: float) -> _Bar:
    x = min(997.0, result.began.total_seconds() / whole * 1000)
    width = max(3.0, result.took.total_seconds() / whole * 1000)
    return _Bar(
        id=result.check_id,
        status=result.status,
        x=round(x, 1),
        width=round(min(width, 1000 - x), 1),
        took=story.duration(result.took),
    )
