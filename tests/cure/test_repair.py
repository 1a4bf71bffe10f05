"""Repairs: one reading or none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.cure import repair as module
from ecr_doctor.cure.repair import repair

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = b'{"credHelpers": {"h": "ecr-login"}}'


@pytest.mark.parametrize(
    ("data", "wanted", "fault"),
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD, GOOD, module.BOM, id="BOM"),
        pytest.param(GOOD.decode().encode("utf-16"), GOOD, module.UTF_16, id="UTF-16"),
        pytest.param(
            b'{"credHelpers": {"h": "ecr-login",}}', GOOD, module.EXTRA_COMMA, id="inner comma"
        ),
        pytest.param(
            b'{"credHelpers": {"h": "ecr-login"},}', GOOD, module.EXTRA_COMMA, id="outer comma"
        ),
        pytest.param(b'{"a": [1, 2,]}', b'{"a": [1, 2]}', module.EXTRA_COMMA, id="comma in a list"),
        pytest.param(
            b'{\n  // m\n  "a": 1 // o\n}\n', b'{\n  "a": 1\n}\n', module.COMMENTS, id="comments"
        ),
        pytest.param(b'/* x */{"a": 1}', b'{"a": 1}', module.COMMENTS, id="a comment before"),
        pytest.param(b'{"a": 1, # x\r\n"b": 2}', b'{"a": 1,\r\n"b": 2}', module.COMMENTS, id="#"),
        pytest.param(b"{'a': ['b', 1]}", b'{"a": ["b", 1]}', module.SINGLE_QUOTES, id="single"),
        pytest.param(b'{"a": "//x", "b": "/*"}', None, "", id="no comments: texts"),
        pytest.param(
            b'{\n"a": 1\n"b": 2\n}', b'{\n"a": 1,\n"b": 2\n}', module.MISSING_COMMA, id="no comma"
        ),
        pytest.param(
            b'{"credHelpers": {"h": "ecr-login"}', GOOD, module.MISSING_END, id="one bracket"
        ),
        pytest.param(b'{"credHelpers": {"h": "ecr-login"', GOOD, module.MISSING_END, id="two"),
        pytest.param(
            b'{\n\t"a": {\n\t\t"b": 1\n\t}\n', b'{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n',
            module.MISSING_END, id="a line of its own",
        ),
        pytest.param(
            b'{\n  "a": {\n    "b": 1', b'{\n  "a": {\n    "b": 1\n  }\n}', module.MISSING_END,
            id="two lines of their own",
        ),
        pytest.param(
            b'\xef\xbb\xbf{"a": {"b": 1,} // c\n}', b'{"a": {"b": 1}\n}', module.EXTRA_COMMA,
            id="several at once",
        ),
    ],
)  # fmt: skip
def test_one_reading(data: bytes, wanted: bytes | None, fault: str) -> None:
    found = repair(data)

    if wanted is None:
        assert found is None
        return
    assert found is not None
    assert found.data == wanted
    assert fault in found.faults


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GOOD, id="nothing wrong"),
        pytest.param(b"", id="empty"),
        pytest.param(b'{"a": 1} trailing', id="what docker ignores"),
        pytest.param(b'{"credHelpers": {"h": "ecr-login",', id="cut off after a comma"),
        pytest.param(b'{"credHelpers": {"h": ', id="cut off before a value"),
        pytest.param(b'{"credHelpers": {"h": "ecr-lo', id="cut off in a text"),
        pytest.param(b'{"credHelpers": {', id="cut off in an empty object"),
        pytest.param(
            b'{"auths": {"h": {"auth": "eA=="}, "credHelpers": {"h": "x"}}',
            id="bracket missing inside",
        ),
        pytest.param(b'# {"a": 1,}\n[1,]', id="no object"),
        pytest.param(b'{"a": {"b": "c",}}, "d": 1}', id="a bracket too many"),
        pytest.param(b'{"a": {"b": "c"#}, "d": 1}', id="a mark that cuts the rest off"),
        pytest.param(b'{"a": "t" // x",\n"b": 1}', id="a mark within a text"),
        pytest.param(
            b'{\n  "a": {\n    "b": "c",\n  "d": {\n    "e": "f"\n  }\n}\n',
            id="a bracket missing further up, as the columns say",
        ),
        pytest.param(
            b'{"plugins": {"a": {"b": "c"}, "aliases": {"d": "e"}}',
            id="a bracket missing further up, as the name says",
        ),
        pytest.param(b'{"a": 1 "b": 2}', id="no comma on one line"),
        pytest.param(b"{'a': 'it's'}", id="single quotes inside"),
        pytest.param(b"{'a': 'x\"y'}", id="double quotes in single ones"),
        pytest.param(b"{a: 1}", id="no quotes"),
        pytest.param(b'{"a": 1,, "b": 2}', id="two commas"),
        pytest.param(b'{, "a": 1}', id="a comma first"),
        pytest.param(b'{"a" "b"}', id="no colon"),
        pytest.param(b'{"a": True}', id="Python"),
        pytest.param(b'<<<<<<< HEAD\n{"a": 1}\n', id="a merge conflict"),
        pytest.param(b"{" * 100_000, id="depth"),
        pytest.param(b"\xff\xfe{", id="half a character"),
        pytest.param(b'{"credHelpers": {"h": "x"]}', id="the wrong bracket"),
    ],
)
def test_left_alone(data: bytes) -> None:
    assert repair(data) is None


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    found = repair(data)
    if found is not None and found.data.strip():
        json.JSONDecoder().raw_decode(found.data.decode("utf-8", "surrogateescape").lstrip())


@given(st.dictionaries(st.text(max_size=4), st.lists(st.integers(), max_size=3), min_size=1))
def test_what_was_broken_is_whole_again(value: dict[str, list[int]]) -> None:
    text = json.dumps(value, indent=2)
    broken = "\ufeff" + text.replace("\n}", ",\n} // end")

    found = repair(broken.encode())

    assert found is not None
    assert json.loads(found.data) == value


PLACES = {
    "auths": {"q.io": {"auth": "eDp5"}, "https://index.docker.io/v1/": {"auth": "eDp5"}},
    "credHelpers": {"gcr.io": "gcloud", "a.io": "x"},
    "psFormat": "t // {{.ID}} # z",
    "aliases": {"builder": "buildx"},
}


def leaves(value: object, *path: str) -> set[tuple[str, ...]]:
    """Every text of a configuration, with the names that lead to it."""
    if isinstance(value, dict):
        return {leaf for name, item in value.items() for leaf in leaves(item, *path, name)}
    return {(*path, str(value))}


def slips(text: str) -> Iterator[str]:
    """The text with one slip of a hand: a character or a line too many or too few, or an end."""
    for at in range(len(text)):
        yield text[:at] + text[at + 1 :]
        yield text[:at]
        yield from (text[:at] + mark + text[at:] for mark in "{}[],:\"'/#")
    lines = text.split("\n")
    for at in range(len(lines)):
        yield "\n".join(lines[:at] + lines[at + 1 :])
        yield "\n".join(lines[: at + 1] + lines[at:])
        yield "\n".join([*lines[:at], "// " + lines[at], *lines[at + 1 :]])


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_no_slip_moves_or_hides_an_entry(indent: int | str | None) -> None:
    """What is still in the text is read by docker afterwards, and where it was meant."""
    whole = leaves(PLACES)
    repaired = 0
    for text in slips(json.dumps(PLACES, indent=indent)):
        found = repair(text.encode())
        if found is not None:
            repaired += 1
            assert leaves(json.loads(found.data)) <= whole, text

    assert repaired > 10
