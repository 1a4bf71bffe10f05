from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.clients.auth_variable import parse_variable
from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.clients.go_json import JsonSyntaxError, decode, fold, plain
from ecr_doctor.clients.helper_answer import read_reply
from ecr_doctor.clients.machine import HelperReply
from ecr_doctor.redact import Secret


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ('{"a": 1,}', "invalid character '}' looking for beginning of object key string", (1, 9)),
        ('{"a" 1}', "invalid character '1' after object key", (1, 6)),
        ('{"a": 1\n "b": 2}', "invalid character '\"' after object key:value pair", (2, 2)),
        ('{"a": x}', "invalid character 'x' looking for beginning of value", (1, 7)),
        ("{'a': 1}", 'invalid character "\'" looking for beginning of object key string', (1, 2)),
        ('{"a": "b', "unexpected EOF", (1, 7)),
        ('{"a": ', "unexpected EOF", (1, 7)),
        ('{"a": NaN}', "invalid character 'N' looking for beginning of value", (1, 1)),
        ("hello", "invalid character 'h' looking for beginning of value", (1, 1)),
    ],
)
def test_errors_in_docker_s_words_and_where(text: str, words: str, place: tuple[int, int]) -> None:
    with pytest.raises(JsonSyntaxError) as caught:
        decode(text)

    assert (str(caught.value), (caught.value.line, caught.value.column)) == (words, place)


def test_keeps_doubles_and_the_rest() -> None:
    found = decode(' {"a": 1, "a": {"b": [2]}} tail ')

    assert found.value == [("a", 1), ("a", [("b", [2])])]
    assert plain(found.value) == {"a": {"b": [2]}}
    assert found.rest == "tail "


def test_reads_what_only_python_refuses() -> None:
    deep = "[" * 5000 + '"]"' + "]" * 5000
    text = f'{{"x": {deep}, "n": {"7" * 6000}, "a": {{"b": [2]}}}} tail'

    found = decode(text)

    value = plain(found.value)
    assert (value["a"], value["n"], found.rest) == ({"b": [2]}, float("inf"), "tail")


@pytest.mark.parametrize("closed", ["", "]" * 20_000])
def test_a_text_deeper_than_go_reads(closed: str) -> None:
    with pytest.raises(JsonSyntaxError, match="exceeded max depth"):
        decode('{"x": ' + "[" * 20_000 + closed)


def test_go_folds_two_letters_beyond_ascii() -> None:
    assert fold("auth\N{LATIN SMALL LETTER LONG S}") == "auths"


@pytest.mark.parametrize(
    ("fields", "broken"),
    [
        ({"proxies": {"default": {"httpProxy": "x"}}}, False),
        ({"proxies": {"default": {"httpProxy": 1}}}, True),
        ({"proxies": []}, True),
        ({"plugins": {"a": {"b": "c"}}}, False),
        ({"plugins": {"a": "b"}}, True),
        ({"pruneFilters": ["a"]}, False),
        ({"pruneFilters": "a"}, True),
        ({"pruneFilters": [1]}, True),
        ({"HttpHeaders": {"a": "b"}, "features": None}, False),
        ({"detachKeys": 5}, True),
        ({"auths": None, "credHelpers": None, "credsStore": None}, False),
        ({"currentContext": "x"}, False),
    ],
)
def test_types_of_dockers_fields(fields: dict[str, object], *, broken: bool) -> None:
    assert bool(parse_config(json.dumps(fields)).problem) is broken


@given(st.text() | st.binary())
def test_no_text_breaks_the_readers(text: str | bytes) -> None:
    parse_config(text)
    shown = text if isinstance(text, str) else text.decode("utf-8", errors="replace")
    parse_variable(shown)
    read_reply(HelperReply(stdout=Secret(shown)))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["auths", "auth", "credHelpers", "credsStore", "Username", "x"]), inner
        )
    ),
)


@given(_JSON)
def test_no_json_breaks_the_readers(value: object) -> None:
    text = json.dumps(value)
    parse_config(text)
    parse_variable(text)
    read_reply(HelperReply(stdout=Secret(text)))
