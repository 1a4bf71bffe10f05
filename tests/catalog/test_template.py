from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.catalog.template import PARTS, TemplateError, compile_template, readable


def found(template: str, text: str) -> re.Match[str] | None:
    compiled = compile_template(template)
    match = re.search(compiled.pattern, text)
    assert match is None or any(needle in text for needle in compiled.needles)
    return match


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("no basic auth", "get: no basic auth credentials"),
        (
            'exec: "docker-credential-{helper}": not found',
            "exec: 'docker-credential-ecr-login': not found",
        ),
        ("open {path}: permission denied", "open /a/b.json: permission denied"),
        ("denied...because no", "denied: user x may not, because no policy"),
        ("(cannot|could not) connect", "it could not connect"),
        ("error (|really )bad", "error bad"),
        ("error (|really )bad", "error really bad"),
        (r"failed \(os error\)", "failed (os error)"),
        ("{word} and {word} agree", "one and two agree"),
        ("a.b", "a.b"),
        ("Upper CASE", "upper case"),
    ],
)
def test_matches(template: str, text: str) -> None:
    assert found(template, text)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("eof", "geoffrey"),
        ("a.b.c", "axbxc"),
        ("first...second", "first " + "x" * 400 + " second"),
        ("first...second", "second first"),
        ("account {account} is", "account 12345 is"),
    ],
)
def test_does_not_match(template: str, text: str) -> None:
    assert found(template, text) is None


def test_keeps_the_parts() -> None:
    match = found(
        "perform: {action} on resource: {resource}", "perform: ecr:get on resource: arn:x"
    )

    assert match is not None
    assert match.groupdict() == {"action": "ecr:get", "resource": "arn:x"}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{nothing} here", "unknown part"),
        ("(a|b", "not closed"),
        ("text a|b", "stray"),
        ("text)", "stray"),
        ("{word}...", "nothing fixed"),
        ("(ab|cd)", "nothing fixed"),
    ],
)
def test_refuses(template: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        compile_template(template)


def test_the_page_shows_it_readably() -> None:
    assert (
        readable("lookup {host}: (no such host|timeout)...end") == "lookup … : no such host … end"
    )


@given(st.text(max_size=60))
def test_any_text_is_a_template_or_an_error(text: str) -> None:
    try:
        compiled = compile_template(text)
    except TemplateError:
        return
    re.compile(compiled.pattern)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_parts_are_bounded(part: str) -> None:
    without_sets = re.sub(r"\[(?:\\.|[^\]])*\]", "x", PARTS[part])

    assert not re.search(r"[*+]|,\}", without_sets)


def test_gaps_do_not_multiply() -> None:
    compiled = compile_template("aaa...bbb...ccc...ddd...eee")
    text = "aaa" * 200 + "bbb" * 200 + "ccc" * 200 + "ddd" * 200

    began = time.perf_counter()
    for _ in range(20):
        re.search(compiled.pattern, text)

    assert time.perf_counter() - began < 2  # exponential would take years
