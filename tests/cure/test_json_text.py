"""Edits of JSON text: only what was to be changed changes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.cure.json_text import (
    Node,
    NodeKind,
    object_text,
    parse,
    with_member,
    without_members,
)


def root(text: str) -> Node:
    found = parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("{}", '{\n\t"a": "b"\n}', id="empty, as docker writes"),
        pytest.param("{ }", '{\n\t"a": "b"\n}', id="only space in it"),
        pytest.param('{"x": 1}', '{"x": 1, "a": "b"}', id="on one line"),
        pytest.param('{"x":1}', '{"x":1,"a":"b"}', id="without spaces"),
        pytest.param('{"x":1,"y":2}', '{"x":1,"y":2,"a":"b"}', id="two without spaces"),
        pytest.param('{ "x" : 1 }', '{ "x" : 1, "a" : "b" }', id="roomy"),
        pytest.param('{\n  "x": 1\n}\n', '{\n  "x": 1,\n  "a": "b"\n}\n', id="two spaces"),
        pytest.param('{\r\n\t"x": 1\r\n}', '{\r\n\t"x": 1,\r\n\t"a": "b"\r\n}', id="Windows"),
        pytest.param('{\n"x": 1\n}', '{\n"x": 1,\n"a": "b"\n}', id="no indentation"),
        pytest.param('{"x": 1} }}', '{"x": 1, "a": "b"} }}', id="what follows stays"),
    ],
)
def test_a_member_is_written_as_its_neighbours(text: str, wanted: str) -> None:
    assert with_member(text, root(text), "a", "b") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{}", '{\n\t"c": {\n\t\t"h": "e"\n\t}\n}'),
        ('{"x":1}', '{"x":1,"c":{"h":"e"}}'),
        ('{\n  "x": 1\n}', '{\n  "x": 1,\n  "c": {\n    "h": "e"\n  }\n}'),
    ],
)
def test_an_object_is_laid_out_as_the_rest(text: str, wanted: str) -> None:
    assert with_member(text, root(text), "c", {"h": "e"}) == wanted


def test_an_empty_inner_object_gets_its_lines() -> None:
    text = '{\n    "credHelpers": {},\n    "z": 1\n}'
    inner = root(text).members[0].value

    wanted = '{\n    "credHelpers": {\n        "h": "e"\n    },\n    "z": 1\n}'
    assert with_member(text, inner, "h", "e") == wanted


def test_an_object_in_place_of_another_value() -> None:
    text = '{\n  "credHelpers": ["x"]\n}'
    value = root(text).members[0].value
    assert value.kind is NodeKind.ARRAY

    assert object_text(text, value.start, {"h": "e"}) == '{\n    "h": "e"\n  }'


@pytest.mark.parametrize(
    ("text", "keys", "wanted"),
    [
        pytest.param('{"a": 1, "b": 2, "c": 3}', {"a"}, '{"b": 2, "c": 3}', id="first"),
        pytest.param('{"a": 1, "b": 2, "c": 3}', {"b"}, '{"a": 1, "c": 3}', id="middle"),
        pytest.param('{"a": 1, "b": 2, "c": 3}', {"c"}, '{"a": 1, "b": 2}', id="last"),
        pytest.param('{"a": 1, "b": 2, "c": 3}', {"b", "c"}, '{"a": 1}', id="last two"),
        pytest.param('{"a": 1, "b": 2, "c": 3}', {"a", "c"}, '{"b": 2}', id="both ends"),
        pytest.param('{ "a": 1 }', {"a"}, "{}", id="only one"),
        pytest.param('{"a": 1, "a": 2, "b": 3}', {"a"}, '{"b": 3}', id="doubles"),
        pytest.param('{\n\t"a": 1,\n\t"b": 2\n}', {"b"}, '{\n\t"a": 1\n}', id="lines"),
        pytest.param('{"a": 1}', {"z"}, '{"a": 1}', id="none of them"),
    ],
)
def test_members_go_with_their_commas(text: str, keys: set[str], wanted: str) -> None:
    assert without_members(text, root(text), frozenset(keys)) == wanted


@pytest.mark.parametrize(
    "text", ["{", '{"a"}', '{"a":1,}', "[1 2]", "nul", "\N{BOM}{}", '{"a":tru}']
)
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


@pytest.mark.parametrize("text", ["", " \n", "\t"])
def test_no_value(text: str) -> None:
    assert parse(text) is None


def test_depth_is_no_crash() -> None:
    with pytest.raises(ValueError, match="deep"):
        parse('{"a":' * 100_000)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=5), _JSON, max_size=4),
    st.sampled_from([None, 0, 1, 2, 4, "\t"]),
    st.text(min_size=1, max_size=6),
)
def test_adding_and_removing_gives_the_same_bytes(
    value: dict[str, object], indent: int | str | None, key: str
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if key in value:
        return
    more = with_member(text, root(text), key, "x")

    assert json.loads(more) == {**value, key: "x"}
    less = without_members(more, root(more), frozenset({key}))
    assert less == text
