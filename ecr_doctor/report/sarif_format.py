"""The report as SARIF 2.1.0, which code scanning shows beside the file that is to blame.

A result is a diagnosis, a rule its cause. Where the evidence names a line of a file, that is the
location; else it is the image's name, for GitHub refuses results without a physical location.
Standard: docs.oasis-open.org/sarif/sarif/v2.1.0.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ecr_doctor.model import Confidence, Outcome, Severity

from .plain import one_line
from .story import cures, paragraphs
from .tidy import tidied

if TYPE_CHECKING:
    from ecr_doctor.model import Diagnosis, Evidence, Report

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_PLACE: Final = re.compile(r"((?:/|~/|[A-Za-z]:\\)[^\s:]*):(\d{1,7})(?::(\d{1,5}))?")
_RANKS: Final = {Confidence.CERTAIN: 95.0, Confidence.LIKELY: 75.0, Confidence.POSSIBLE: 40.0}
_HOME: Final = "https://github.com/ecr-doctor/ecr-doctor"


class SarifFormat:
    """Renders a report as SARIF."""

    media_type = "application/sarif+json"
    suffix = ".sarif"

    def render(self, report: Report) -> str:
        """Return the log, ending with a newline. ASCII, as the JSON report."""
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(tidied(report))]}
        return json.dumps(log, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    rules = {d.cause: d for d in reversed(report.diagnoses)}
    order = list(rules)
    return {
        "tool": {
            "driver": {
                "name": "ecr-doctor",
                "semanticVersion": report.tool_version,
                "informationUri": _HOME,
                "rules": [_rule(diagnosis) for diagnosis in rules.values()],
            }
        },
        "automationDetails": {"id": f"ecr-doctor/{one_line(report.target.image)}/"},
        "invocations": [
            {
                "executionSuccessful": report.outcome is not Outcome.TOOL_ERROR,
                "startTimeUtc": _time(report.started),
                "endTimeUtc": _time(report.started + report.took),
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": f"{p.what}: {p.detail}"}}
                    for p in report.problems
                ],
            }
        ],
        "results": [_result(d, order.index(d.cause), report) for d in report.diagnoses],
        "columnKind": "unicodeCodePoints",
        "properties": {"leftOut": {item.what: item.count for item in report.redactions}},
    }


def _time(moment: Any) -> str:  # noqa: ANN401  datetime, imported for types only
    text: str = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _rule(diagnosis: Diagnosis) -> dict[str, Any]:
    rule = {
        "id": diagnosis.cause,
        "shortDescription": {"text": diagnosis.title},
        "fullDescription": {"text": _explained(diagnosis) or diagnosis.title},
        "help": {"text": cures(diagnosis) or diagnosis.title},
        "defaultConfiguration": {"level": _level(diagnosis)},
    }
    return {**rule, "helpUri": diagnosis.url} if diagnosis.url.startswith("https://") else rule


def _explained(diagnosis: Diagnosis) -> str:
    return "\n\n".join(paragraphs(diagnosis.explanation))


def _level(diagnosis: Diagnosis) -> str:
    return "error" if diagnosis.severity is Severity.FAIL else "warning"


def _result(diagnosis: Diagnosis, rule: int, report: Report) -> dict[str, Any]:
    image = one_line(report.target.image)
    mark = hashlib.sha256(f"{diagnosis.cause} {image}".encode()).hexdigest()
    result = {
        "ruleId": diagnosis.cause,
        "ruleIndex": rule,
        "level": _level(diagnosis),
        "rank": _RANKS[diagnosis.confidence],
        "message": {"text": f"{diagnosis.title}\n\n{_explained(diagnosis)}".strip()},
        "locations": _locations(diagnosis, image),
        "partialFingerprints": {"causeAndImage/v1": mark},
        "properties": {
            "confidence": diagnosis.confidence.value,
            "because": list(diagnosis.because),
            "evidence": [f"{e.what}: {e.value}" for e in diagnosis.evidence],
        },
    }
    # A viewer hides what is suppressed, with its reason (SARIF 2.1.0, 3.27.23).
    accepted = [{"kind": "external", "justification": diagnosis.muted}]
    return {**result, "suppressions": accepted} if diagnosis.muted else result


def _locations(diagnosis: Diagnosis, image: str) -> list[dict[str, Any]]:
    places = [place for item in diagnosis.evidence[:10] if (place := _place(item))]
    named = {"artifactLocation": {"uri": quote(image, safe="/:@._-")}}
    return [
        {
            "physicalLocation": place,
            "logicalLocations": [{"fullyQualifiedName": image, "kind": "resource"}],
        }
        for place in places[:1] or [named]
    ]


def _place(item: Evidence) -> dict[str, Any] | None:
    """The file, line and column that a piece of evidence was read from."""
    found = _PLACE.fullmatch(item.source)
    if not found or int(found[2]) < 1:
        return None
    path = found[1].replace("\\", "/")
    uri = f"file://{quote(path)}" if path.startswith("/") else quote(path, safe="/~")
    region = {"startLine": int(found[2])}
    if found[3] and int(found[3]) > 0:
        region["startColumn"] = int(found[3])
    return {"artifactLocation": {"uri": uri}, "region": region}
