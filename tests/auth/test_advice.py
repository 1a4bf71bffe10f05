from __future__ import annotations

import pytest

from ecr_doctor.auth.advice import advise, one_line
from ecr_doctor.auth.failure import Failure, FailureKind
from ecr_doctor.model import parse_registry

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
TOKEN = "eyJwYXlsb2FkIjoiQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIn0"
SAID = f"line one\r\nline\ttwo\x1b[31m token={TOKEN} https://u:hunter2@proxy:1/ " + "x " * 2000


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_is_one_clean_line_with_a_next_step(kind: FailureKind) -> None:
    registry = parse_registry(HOST)
    assert registry is not None
    failure = Failure(kind=kind, message=SAID, code="Code", status=400)

    line = advise(failure, registry, {"AWS_PROFILE": "work"}, metadata_in_vain=True)

    assert line.isprintable()
    assert len(line) <= 800
    assert f"`ecr-doctor run {HOST}/REPOSITORY:TAG` tells more" in line
    assert TOKEN not in line
    assert "hunter2" not in line
    assert "{" not in line


def test_the_profile_and_the_metadata_service_are_named() -> None:
    registry = parse_registry(HOST)
    assert registry is not None
    failure = Failure(kind=FailureKind.NO_CREDENTIALS, message="x")

    line = advise(failure, registry, {"AWS_PROFILE": "work"}, metadata_in_vain=True)

    assert "(profile work)" in line
    assert "169.254.169.254 gave none" in line
    calm = advise(failure, registry, {}, metadata_in_vain=False)
    assert "169.254" not in calm
    assert "(profile default)" in calm


def test_a_text_with_braces_is_no_template() -> None:
    registry = parse_registry(HOST)
    assert registry is not None
    failure = Failure(kind=FailureKind.DENIED, message="{env} {0} {said}")

    assert "{env} {0} {said}" in advise(failure, registry, {}, metadata_in_vain=False)


@pytest.mark.parametrize(
    ("text", "line"),
    [("", ""), (" a\n b ", "a b"), ("a\x00b\x9b", "a b"), ("x" * 20, "xxxxxxx...")],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text, 10) == line
