"""The report for programs: one JSON object, its shape promised by `schema`."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from .tidy import tidied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.model import CheckResult, Diagnosis, Evidence, Fix, Report, Target

SCHEMA: Final = 1
"""Goes up when a key is removed, renamed, or changes its meaning; new keys may come at any time."""


class JsonFormat:
    """Renders a report as JSON; `docs/report.schema.json` describes it.

    Each key is written out by hand, so that renaming a field of the model
    breaks a test here instead of the programs that read us.
    """

    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report) -> str:
        """Return the report as indented JSON, ending with a newline."""
        # ASCII: no terminal, pager or log can be hurt by what other programs said.
        return json.dumps(report_as_dict(tidied(report)), indent=2) + "\n"


def report_as_dict(report: Report) -> dict[str, Any]:
    """The report as JSON values, texts as they are."""
    return {
        "schema": SCHEMA,
        "kind": "run",
        "tool": {
            "name": "ecr-doctor",
            "version": report.tool_version,
            "plugins": [{"name": p.name, "version": p.version} for p in report.plugins],
        },
        "started": report.started.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "took_ms": round(report.took.total_seconds() * 1000),
        "outcome": report.outcome.value,
        "target": _target(report.target),
        "diagnoses": [diagnosis_as_dict(item) for item in report.diagnoses],
        "differential": [
            {
                "symptom": item.symptom,
                "cause": item.cause,
                "state": item.state.value,
                "by": list(item.by),
            }
            for item in report.differential
        ],
        "checks": [_check(item) for item in report.results],
        "counts": {status.value: count for status, count in report.counts.items()},
        "problems": [{"what": item.what, "detail": item.detail} for item in report.problems],
        "environment": _evidence(report.environment),
        "redactions": [{"what": item.what, "count": item.count} for item in report.redactions],
    }


def diagnosis_as_dict(item: Diagnosis) -> dict[str, Any]:
    """One diagnosis as JSON values; `run` and `explain` write the same."""
    return {
        "cause": item.cause,
        "title": item.title,
        "severity": item.severity.value,
        "confidence": item.confidence.value,
        "explanation": item.explanation,
        "because": list(item.because),
        "evidence": _evidence(item.evidence),
        "consequences": list(item.consequences),
        "fixes": [_fix(fix) for fix in item.fixes],
        "url": item.url,
        "muted": item.muted,
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "image": target.image,
        "host": target.host,
        "account": target.account,
        "region": target.region,
        "partition": target.partition,
        "repository": target.repository,
        "reference": target.selector,
        "platform": target.platform,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "steps": list(fix.steps),
        "command": fix.command,
        "safe": fix.safe,
        "policy": fix.policy,
    }


def _check(item: CheckResult) -> dict[str, Any]:
    return {
        "id": item.check_id,
        "title": item.title,
        "stage": item.stage.value,
        "status": item.status.value,
        "summary": item.verdict.summary,
        "cause": item.verdict.cause,
        "evidence": _evidence(item.verdict.evidence),
        "blocked_by": list(item.blocked_by),
        "began_ms": round(item.began.total_seconds() * 1000),
        "took_ms": round(item.took.total_seconds() * 1000),
    }


def _evidence(items: Iterable[Evidence]) -> list[dict[str, str]]:
    return [{"what": item.what, "value": item.value, "source": item.source} for item in items]
