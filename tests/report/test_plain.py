from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.report.plain import harmless, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain text, größer, 日本", "plain text, größer, 日本", id="letters stay"),
        pytest.param("a\tb\nc\r\nd", "a\tb\nc\nd", id="lines and tabs stay"),
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours"),
        pytest.param("\x1b[2J\x1b[1;1H", "", id="clearing the screen"),
        pytest.param("\x1b]0;title\x07x", "x", id="window title"),
        pytest.param("\x1b]8;;https://e\x1b\\link\x1b]8;;\x1b\\", "link", id="terminal links"),
        pytest.param("\x9b31mred", "red", id="C1 colours"),
        pytest.param("a\x1bb\x00\x08\x7f", "a\\x1bb\\x00\\x08\\x7f", id="controls are written"),
        pytest.param("over\rwritten", "over\\x0dwritten", id="carriage return"),
        pytest.param("a\u202egpj.exe", "a\\u202egpj.exe", id="direction of writing"),
        pytest.param("a\u200bb\ufeff", "a\\u200bb\\ufeff", id="unseen characters"),
        pytest.param("a\ud800b", "a\ufffdb", id="half a character"),
        pytest.param("tag\U000e0041", "tag\\U000e0041", id="tags"),
        pytest.param("z" + "\u0336" * 90, "z" + "\u0336" * 3, id="piled marks"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_what_is_cut_is_counted() -> None:
    assert harmless("A" * 5_000_000, 10) == "A" * 10 + " ... [4,999,990 more characters]"
    assert harmless("A" * 5_000, 10, whole=7_000).endswith("[6,990 more characters]")


def test_a_few_characters_are_not_worth_a_note() -> None:
    assert harmless("A" * 250, 240) == "A" * 250
    assert harmless("A" * 300, 240).endswith("[60 more characters]")


def test_one_line() -> None:
    assert one_line("a\n\n  b\tc ") == "a b c"


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = harmless(text)

    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    assert not [c for c in shown if unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "RLI"}]
    assert harmless(shown) == shown
    shown.encode()
