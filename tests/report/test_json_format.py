from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ecr_doctor.report.json_format import JsonFormat, diagnosis_as_dict

from . import material, rough, samples

DOCS = Path(__file__).parents[2] / "docs"


def schema(name: str) -> Draft202012Validator:
    content = json.loads((DOCS / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(content)
    return Draft202012Validator(content, format_checker=Draft202012Validator.FORMAT_CHECKER)


def document(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(JsonFormat().render(rough.ALL[name]()))
    return content


@pytest.mark.parametrize("name", [*samples.ORDINARY, "many"])
def test_it_is_as_the_schema_says(name: str) -> None:
    schema("report").validate(document(name))


def test_explain_is_as_the_schema_says() -> None:
    answer = {"schema": 1, "kind": "explain", "text": "x",
              "diagnoses": [diagnosis_as_dict(samples.HELPER_MISSING)]}  # fmt: skip

    schema("explain").validate(answer)


@pytest.mark.parametrize("name", rough.ALL)
def test_the_counts_add_up(name: str) -> None:
    content = document(name)

    assert sum(content["counts"].values()) == len(content["checks"])


def test_the_promised_keys() -> None:
    content = document("client")

    assert list(content)[:12] == [
        "schema", "kind", "tool", "started", "took_ms", "outcome", "target", "diagnoses",
        "differential", "checks", "counts", "problems",
    ]  # fmt: skip
    assert content["started"] == "2026-06-15T12:00:00Z"
    assert content["took_ms"] == 2251
    assert content["target"] == {
        "image": material.IMAGE,
        "host": material.HOST,
        "account": "123456789012",
        "region": "us-east-1",
        "partition": "aws",
        "repository": "team/app",
        "reference": "latest",
        "platform": "",
    }


def test_nothing_but_ascii() -> None:
    assert JsonFormat().render(rough.hostile()).isascii()
