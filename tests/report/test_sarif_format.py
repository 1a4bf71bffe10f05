from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from ecr_doctor.report.sarif_format import SarifFormat

from . import material, rough

OFFICIAL = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text())
"""Of github.com/oasis-tcs/sarif-spec, sarif-2.1/schema."""


def log(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(SarifFormat().render(rough.ALL[name]()))
    return content


@pytest.mark.parametrize("name", rough.ALL)
def test_it_is_as_the_standard_says(name: str) -> None:
    Draft4Validator(OFFICIAL).validate(log(name))


def test_the_line_that_is_to_blame() -> None:
    result = log("client")["runs"][0]["results"][0]

    assert result["ruleId"] == "helper-not-on-path"
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "file:///home/dev/.docker/config.json"},
        "region": {"startLine": 3},
    }


def test_without_a_file_the_image_is_the_place() -> None:
    result = log("iam")["runs"][0]["results"][0]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == material.IMAGE


def test_rules_go_with_results() -> None:
    run = log("network")["runs"][0]

    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
