"""What the laboratory's real engine, registry and helper showed, in every format.

`lab/README.md` says how the bundles came to be.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.bundle import read_bundle, replay
from ecr_doctor.engine import discover
from ecr_doctor.model import Outcome
from ecr_doctor.report.html_format import HtmlFormat
from ecr_doctor.report.json_format import JsonFormat
from ecr_doctor.report.junit_format import JunitFormat
from ecr_doctor.report.markdown_format import MarkdownFormat
from ecr_doctor.report.sarif_format import SarifFormat
from ecr_doctor.report.text_format import TextFormat

from .test_json_format import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecr_doctor.model import Report
    from ecr_doctor.report.base import Format

BUNDLES = Path(__file__).with_name("lab")
CAUSES = {
    "healthy": (),
    "no-config": ("never-logged-in",),
    "config-bad-json": ("config-json-invalid",),
    "auths-expired": ("stored-login-expired",),
    "helper-not-on-path": ("helper-not-on-path",),
    "aws-session-expired": ("aws-session-expired",),
    "iam-no-batch-get-image": ("iam-missing-batch-get-image",),
    "repo-missing": ("repository-not-found",),
    "dns-nxdomain": ("dns-failure",),
    "tls-unknown-ca": ("tls-untrusted-ca",),
    "s3-403": ("s3-layer-policy-deny",),
}
FORMATS: dict[str, Format] = {
    "txt": TextFormat(),
    "json": JsonFormat(),
    "html": HtmlFormat(),
    "xml": JunitFormat(),
    "sarif": SarifFormat(),
    "md": MarkdownFormat(),
}
# Of the machine that made the bundles, of its user, and of secrets.
PRIVATE = re.compile(
    r"/root\b|/tmp\b|/work\b|venv|ecr-lab-|X-Amz-(?:Signature|Credential|Security-Token)=\w"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|eyJ[\w-]{20}|QVdTO"  # QVdTO: "AWS:" in base64
)


@functools.cache
def judged(name: str) -> Report:
    """What `ecr-doctor replay` reports of the bundle, whatever version this is."""
    bundle = read_bundle(str(BUNDLES / f"{name}.bundle.json"))
    report, _ = replay(bundle, discover(()))
    return replace(report, tool_version="0.1.0", plugins=())


@pytest.mark.parametrize("name", CAUSES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_golden(name: str, suffix: str, golden: Callable[[str, str], None]) -> None:
    golden(f"lab/{name}.{suffix}", FORMATS[suffix].render(judged(name)))


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_is_found(name: str) -> None:
    report = judged(name)

    assert tuple(d.cause for d in report.diagnoses) == CAUSES[name]
    assert report.outcome is (Outcome.PROBLEM if CAUSES[name] else Outcome.HEALTHY)
    assert not report.problems


@pytest.mark.parametrize("name", CAUSES)
def test_it_is_as_the_schema_says(name: str) -> None:
    schema("report").validate(json.loads(JsonFormat().render(judged(name))))


def test_every_bundle_is_judged() -> None:
    assert {file.name for file in BUNDLES.glob("*.json")} == {f"{n}.bundle.json" for n in CAUSES}


@pytest.mark.parametrize("name", CAUSES)
def test_nothing_private_is_kept(name: str) -> None:
    text = (BUNDLES / f"{name}.bundle.json").read_text(encoding="utf-8")

    assert not PRIVATE.search(text)
