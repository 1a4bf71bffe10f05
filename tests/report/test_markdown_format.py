from __future__ import annotations

import pytest

from ecr_doctor.report.markdown_format import MOST, MarkdownFormat, code, escaped, fenced

from . import rough


@pytest.mark.parametrize("name", rough.ALL)
def test_it_fits_into_a_comment(name: str) -> None:
    assert len(MarkdownFormat().render(rough.ALL[name]())) <= MOST + 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a <b> & c", "a &#60;b&#62; &#38; c"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("https://evil.example", r"https\://evil.example"),
        ("WWW.evil.example", r"WWW\.evil.example"),
        ("@team", "&#64;team"),
        ("a|b *c* _d_ `e` ~f~ $g$ #1", r"a\|b \*c\* \_d\_ \`e\` \~f\~ \$g\$ \#1"),
        (":bomb:", r"\:bomb:"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("two\nlines", "two lines"),
    ],
)
def test_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", ""), ("a|b", "`a|b`")],
)
def test_code(text: str, written: str) -> None:
    assert code(text) == written


def test_code_in_a_table() -> None:
    assert code("a|b", cell=True) == r"`a\|b`"


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced("a\n````\nb", "sh").splitlines()[0] == "`````sh"


def test_details_are_balanced() -> None:
    text = MarkdownFormat().render(rough.hostile())

    assert text.count("<details>") == text.count("\n</details>")
