from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from ecr_doctor.model import Status
from ecr_doctor.report.junit_format import JunitFormat

from . import rough, samples


@pytest.mark.parametrize("name", rough.ALL)
def test_it_is_xml_with_true_counts(name: str) -> None:
    report = rough.ALL[name]()
    root = ET.fromstring(JunitFormat().render(report))  # noqa: S314  our own

    assert root.tag == "testsuites"
    cases = root.findall("testsuite/testcase")
    assert len(cases) == len(report.results) == int(root.attrib["tests"])
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(root.attrib[kind]) == sum(case.find(tag) is not None for case in cases)
        for suite in root:
            assert int(suite.attrib[kind]) == len(suite.findall(f"testcase/{tag}"))


def test_what_did_not_run_does_not_look_passed() -> None:
    report = samples.undetermined()
    root = ET.fromstring(JunitFormat().render(report))  # noqa: S314

    passed = {case.attrib["name"].split(":")[0] for case in root.iter("testcase")
              if not {"failure", "error", "skipped"} & {child.tag for child in case}}  # fmt: skip
    assert passed == {r.check_id for r in report.results if r.status is Status.PASS}


def test_a_failure_tells_what_to_do() -> None:
    root = ET.fromstring(JunitFormat().render(samples.client_fault()))  # noqa: S314
    failure = next(root.iter("failure"))

    assert failure.attrib["type"] == "helper-not-on-path"
    assert "sudo ln -s /opt/ecr/bin" in (failure.text or "")
