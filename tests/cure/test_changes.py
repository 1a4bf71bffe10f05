# ruff: noqa: E501  one line a case
"""What comes of a change, and what is refused."""

from __future__ import annotations

import pytest

from ecr_doctor.cure.changes import (
    CannotEditError,
    Change,
    DropContext,
    KeepStore,
    RemoveLogins,
    RepairJson,
    SetHelper,
    apply,
)

H, OTHER = "h.example", "other.example"
SET = SetHelper(H, "ecr-login")


def gone(*keys: str) -> RemoveLogins:
    return RemoveLogins(H, frozenset(keys))


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        pytest.param("", [SET], '{\n\t"credHelpers": {\n\t\t"h.example": "ecr-login"\n\t}\n}\n', id="no file"),
        pytest.param(" \n", [SET], '{\n\t"credHelpers": {\n\t\t"h.example": "ecr-login"\n\t}\n}\n', id="blank"),
        pytest.param("null\n", [SET], '{\n\t"credHelpers": {\n\t\t"h.example": "ecr-login"\n\t}\n}\n', id="null"),
        pytest.param('{"credHelpers":{"h.example":"x"}}', [SET], '{"credHelpers":{"h.example":"ecr-login"}}', id="another value"),
        pytest.param('{"credhelpers":{"o":"x"}}', [SET], '{"credhelpers":{"o":"x","h.example":"ecr-login"}}', id="letter case"),
        pytest.param('{"credHelpers":["x"]}', [SET], '{"credHelpers":{"h.example":"ecr-login"}}', id="a list"),
        pytest.param('{"credHelpers":null}', [SET], '{"credHelpers":{"h.example":"ecr-login"}}', id="null helpers"),
        pytest.param('{"credHelpers":{"a":"b"},"credHelpers":{"c":"d"}}', [SET], '{"credHelpers":{"a":"b"},"credHelpers":{"c":"d","h.example":"ecr-login"}}', id="twice"),
        pytest.param('{"credHelpers":{"h.example":"1","h.example":"2"}}', [SET], '{"credHelpers":{"h.example":"1","h.example":"ecr-login"}}', id="double key"),
        pytest.param('{"credHelpers":{"h.example":"ecr-login"}}', [SET], '{"credHelpers":{"h.example":"ecr-login"}}', id="there already"),
        pytest.param('{"auths":{"h.example":{"auth":"eDp5"},"o":{"auth":"eDp5"}}}', [gone(H)], '{"auths":{"o":{"auth":"eDp5"}}}', id="a login"),
        pytest.param('{"auths":{"https://h.example/v2/":{}},"x":1}', [gone("https://h.example/v2/")], '{"auths":{},"x":1}', id="the only login"),
        pytest.param('{"auths":{"h.example":{}},"Auths":{"h.example":{}}}', [gone(H)], '{"auths":{},"Auths":{}}', id="two maps"),
        pytest.param('{"x": 1}', [KeepStore("pass"), SET], '{"x": 1, "credsStore": "pass", "credHelpers": {"h.example": "ecr-login"}}', id="store kept"),
        pytest.param('{"CurrentContext": "r", "x": 1}', [DropContext()], '{"x": 1}', id="context"),
        pytest.param('{"credHelpers": {"o": "x",}}', [RepairJson(), SET], '{"credHelpers": {"o": "x", "h.example": "ecr-login"}}', id="repair first"),
        pytest.param('{"x": 1} rest', [SET], '{"x": 1, "credHelpers": {"h.example": "ecr-login"}} rest', id="what follows stays"),
        pytest.param('{"x": 1e5, "credHelpers": ["q"], "auths": {"o": {"auth": "eDp5"}}}', [SET], '{"x": 1e5, "credHelpers": {"h.example": "ecr-login"}, "auths": {"o": {"auth": "eDp5"}}}', id="beside a wrong type"),
    ],
)  # fmt: skip
def test_apply(before: str, changes: list[Change], after: str) -> None:
    assert apply(before.encode(), changes).decode() == after


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        pytest.param('{"a":', [SET], id="no JSON"),
        pytest.param("[]", [SET], id="no object"),
        pytest.param('"x"', [SET], id="a text"),
        pytest.param('{"credHelpers":{"a":"b"},"credHelpers":null}', [SET], id="helpers that come back"),
        pytest.param('{"auths":{"other.example":{}}}', [gone(OTHER)], id="another's login"),
    ],
)  # fmt: skip
def test_refused(before: str, changes: list[Change]) -> None:
    with pytest.raises(CannotEditError):
        apply(before.encode(), changes)


def test_bytes_that_are_no_text_survive() -> None:
    before = b'{"x": "\xff\xfe", "credHelpers": {"o": "x"}}'

    assert apply(before, [SET]).startswith(b'{"x": "\xff\xfe", "credHelpers": {"o": "x", "h.ex')
