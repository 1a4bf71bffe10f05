# ruff: noqa: E501, Q003  errors as programs print them, each on one line
"""No text, however long or strange, hurts: no crash, no wait, no secret out."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_doctor.catalog import load_catalog
from ecr_doctor.catalog.answer import answer
from ecr_doctor.catalog.folders import catalog_folders
from ecr_doctor.cli.explain import decode
from ecr_doctor.cli.explaining import render

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog

CATALOG = load_catalog(catalog_folders())
TEN_MEGABYTES = 10 * 1024 * 1024
SECRETS = (
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "QVdTOmV5SndZWGxzYjJGa0lqb2lZV0pqWkdWbVoyaHBhbXRzYlc1dmNIRnljM1IxZG5kNGVYbz0",
    "eyJwYXlsb2FkIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoiLCJkYXRha2V5IjoieHl6In0",
    "FwoGZXIvYXdzEBYaDExampleSessionTokenThatIsLongEnoughToLookReal1234567890",
)
WORDS = [
    "error", "denied:", "no basic auth credentials", "dial tcp", "x509:", "lookup", "User:", "arn:aws:ecr:", "123456789012.dkr.ecr.us-east-1.amazonaws.com",
    "is not authorized to perform:", "ecr:BatchGetImage", "on resource:", "failed to", "\x1b[31m", "\\n", "\"", "'", "{", "}", "\u2502", "\x00", "because no",
]  # fmt: skip


@given(
    st.one_of(st.text(), st.binary().map(decode), st.lists(st.sampled_from(WORDS)).map(" ".join))
)
@settings(max_examples=300)
def test_any_text_gets_an_answer(text: str) -> None:
    found = answer(text, CATALOG)

    for style in ("text", "json", "markdown"):
        assert render(found, text, style).endswith("\n")
    assert all(0 < match.score <= 100 for match in found.reading.matches)


@given(
    st.sampled_from(SECRETS),
    st.sampled_from(["password: {}", "aws_secret_access_key = {}", "Authorization: Basic {}", "open {}: permission denied", "https://x.s3.amazonaws.com/a?X-Amz-Signature={}&y=1 403", "User: {} is not authorized to perform: ecr:X on resource: *", "profile {} was not found docker", "{} no basic auth credentials"]),
    st.sampled_from(["", "error: ", "\x1b[31m", "{\"msg\":\"", "> "]),
)  # fmt: skip
@settings(max_examples=200)
def test_no_planted_secret_comes_back(secret: str, place: str, before: str) -> None:
    text = before + place.format(secret) + "\nno basic auth credentials"
    found = answer(text, CATALOG)

    for style in ("text", "json", "markdown"):
        assert secret not in render(found, text, style, verbose=True)


def _words() -> str:
    pick = random.Random(7)  # noqa: S311
    return " ".join(pick.choice(WORDS) for _ in range(TEN_MEGABYTES // 16))[:TEN_MEGABYTES]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * TEN_MEGABYTES, id="one word"),
        pytest.param("\n" * TEN_MEGABYTES, id="no lines"),
        pytest.param("\x1b[" * (TEN_MEGABYTES // 2), id="unfinished colours"),
        pytest.param("\\" * TEN_MEGABYTES, id="backslashes"),
        pytest.param("\u0130" * (TEN_MEGABYTES // 2), id="a letter that grows"),
        pytest.param("2024-01-01T00:00:00Z " * (TEN_MEGABYTES // 21), id="time stamps"),
        pytest.param("failed to resolve reference " * (TEN_MEGABYTES // 28), id="one beginning"),
        pytest.param("authorization: basic " * (TEN_MEGABYTES // 21), id="nearly secrets"),
        pytest.param("".join(f"{n} error: dial tcp: lookup x{n}\n" for n in range(300_000)), id="errors"),
        pytest.param(_words(), id="the right words in the wrong order"),
        pytest.param(decode(random.Random(1).randbytes(TEN_MEGABYTES)), id="noise"),  # noqa: S311
    ],
)  # fmt: skip
def test_ten_megabytes_take_no_time(text: str) -> None:
    began = time.process_time()
    found = answer(text, CATALOG)
    render(found, text, "json")
    took = time.process_time() - began

    assert took < 2


def test_unrelated_texts_get_no_cause(catalog: Catalog) -> None:
    lines = (Path(__file__).parent / "unrelated.txt").read_text(encoding="utf-8").splitlines()

    assert len(lines) >= 200
    assert {line: catalog.match(line) for line in lines if catalog.match(line)} == {}
