from __future__ import annotations

import pytest

from ecr_doctor.catalog.text import LIMIT, prepare


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("\x1b[31mError:\x1b[0m  no   access", "error: no access"),
        ('{"msg":"a \\"b\\" c"}', "{'msg':'a 'b' c'}"),
        (r"<Error>", "<error>"),
        ("first\\nsecond", "first second"),
        ("2024-05-02T08:00:01.123Z denied", "denied"),
        ("[2024-05-02 08:00:01,123] denied", "denied"),
        ("#12 3.456 ERROR: denied", "error: denied"),
        ("\u2502 Error: denied", "error: denied"),
        ("> quoted", "quoted"),
        ("13:20:21 denied", "denied"),
        ("a\u200bb", "ab"),
        ("\u201ccurly\u2019", "'curly'"),
        ("same\nsame\nother", "same other"),
        ("", ""),
    ],
)
def test_takes_away_what_logs_add(text: str, flat: str) -> None:
    assert prepare(text).flat.strip() == flat


def test_joins_what_a_terminal_broke() -> None:
    whole = (
        "unexpected status from HEAD request to https://registry.example/v2/app/manifests/1: 403"
    )
    broken = "\n".join(whole[i : i + 45] for i in range(0, len(whole), 45))

    assert whole.lower() in prepare(broken).flat


def test_knows_the_line_of_a_place() -> None:
    paste = prepare("first line\n\nsecond line\nthird line")

    assert paste.lines[paste.line_at(paste.flat.index("third"))] == "third line"


def test_keeps_letters_beside() -> None:
    paste = prepare("İstanbul User: ARN")

    assert len(paste.cased) == len(paste.flat)
    assert "ARN" in paste.cased


def test_of_a_long_text_the_lines_of_trouble_are_read() -> None:
    noise = "".join(f"{n} copying file {n}\n" for n in range(300_000))
    paste = prepare(f"{noise}error: the very one\n{noise}")

    assert paste.shortened
    assert "error: the very one" in paste.flat
    assert len(paste.flat) < 8 * LIMIT
