"""The report as JUnit XML, which GitLab, Jenkins and others show beside the tests of a build.

The dialect is the one that Jenkins' plugin describes (junit-10.xsd): a suite a stage, a case a
check. What did not run is `skipped`, and never looks passed.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from ecr_doctor.model import Status

from .plain import one_line
from .story import STAGES, by_stage, cures, left_out, paragraphs
from .tidy import tidied

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecr_doctor.model import CheckResult, Diagnosis, Report

_SKIPPED: Final = frozenset({Status.NOT_APPLICABLE, Status.BLOCKED, Status.INCONCLUSIVE})


class JunitFormat:
    """Renders a report as JUnit XML."""

    media_type = "application/xml"
    suffix = ".xml"

    def render(self, report: Report) -> str:
        """Return the document, ending with a newline. ASCII, so that no reader can misread it."""
        text = "\n".join(_document(tidied(report))) + "\n"
        return text.encode("ascii", "xmlcharrefreplace").decode()


def _document(report: Report) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    whole = quoteattr(f"ecr-doctor {_image(report)}")
    yield f"<testsuites name={whole} {_numbers(report.results, report)}>"
    image = quoteattr(_image(report))
    told = f'<property name="left-out" value={quoteattr(left_out(report))}/>'
    hidden = told if report.redactions else ""  # once, of the first suite
    started = report.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for stage, results in by_stage(report):
        name = quoteattr(f"ecr-doctor.{stage}")
        numbers = f"timestamp={quoteattr(started)} {_numbers(results, report)}"
        yield f"  <testsuite name={name} {numbers}>"
        yield f'    <properties><property name="image" value={image}/>{hidden}</properties>'
        hidden = ""
        for result in results:
            yield from _case(result, report)
        yield "  </testsuite>"
    yield "</testsuites>"


def _image(report: Report) -> str:
    return one_line(report.target.image, 600)


def _numbers(results: Sequence[CheckResult], report: Report) -> str:
    excused = [r.status is Status.FAIL and bool(report.excuse(r)) for r in results]
    statuses = [
        Status.NOT_APPLICABLE if e else r.status for e, r in zip(excused, results, strict=True)
    ]
    took = sum((r.took for r in results), timedelta(0)).total_seconds()
    return (
        f'tests="{len(statuses)}" failures="{statuses.count(Status.FAIL)}" '
        f'errors="{statuses.count(Status.ERROR)}" '
        f'skipped="{sum(s in _SKIPPED for s in statuses)}" time="{took:.3f}"'
    )


def _case(result: CheckResult, report: Report) -> Iterator[str]:
    name, place = quoteattr(f"{result.check_id}: {result.title}"), STAGES[result.stage]
    took = f'time="{result.took.total_seconds():.3f}"'
    yield f"    <testcase name={name} classname={quoteattr('ecr-doctor.' + place)} {took}>"
    summary = quoteattr(one_line(result.verdict.summary))
    if result.status is Status.FAIL and report.excuse(result):
        message = quoteattr(one_line(f"{report.excuse(result)}. {result.verdict.summary}"))
        yield f"      <skipped message={message}/>"
    elif result.status is Status.FAIL:
        kind = quoteattr(result.verdict.cause or "symptom")
        told = escape(_told(result, report))
        yield f"      <failure message={summary} type={kind}>{told}</failure>"
    elif result.status is Status.ERROR:
        told = escape(_facts(result))
        yield f'      <error message={summary} type="check-broke">{told}</error>'
    elif result.status in _SKIPPED:
        message = quoteattr(f"{result.status}: {one_line(result.verdict.summary)}")
        yield f"      <skipped message={message}/>"
    elif text := _facts(result):
        warned = f"WARNING: {result.verdict.summary}\n" if result.status is Status.WARN else ""
        yield f"      <system-out>{escape(warned + text)}</system-out>"
    yield "    </testcase>"


def _told(result: CheckResult, report: Report) -> str:
    """What failed, why, and what to do, for the reader of a build log."""
    found = [d for d in report.diagnoses if result.check_id in d.because]
    return "\n".join([result.verdict.summary, _facts(result), *map(_cure, found)]).strip()


def _cure(diagnosis: Diagnosis) -> str:
    parts = ["", diagnosis.title, *paragraphs(diagnosis.explanation), cures(diagnosis)]
    return "\n".join(parts)


def _facts(result: CheckResult) -> str:
    return "\n".join(
        f"{item.what}: {item.value}" + (f" [{item.source}]" if item.source else "")
        for item in result.verdict.evidence
    )
