from __future__ import annotations

import io
import os
import pty
import sys
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.cli.parameters import from_stdin, parse_platform, parse_size, parse_text
from ecr_doctor.model import ConnectTo
from ecr_doctor.model.settings import parse_connect_to

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "size"),
    [("1GiB", 1 << 30), ("500 MB", 500 << 20), ("1.5k", 1536), ("7", 7), ("2t", 2 << 40)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a.example=10.0.0.1", ConnectTo("a.example", "10.0.0.1", None)),
        ("a.example=10.0.0.1:8443", ConnectTo("a.example", "10.0.0.1", 8443)),
        ("a.example=[::1]:8443", ConnectTo("a.example", "::1", 8443)),
        ("a.example=::1", ConnectTo("a.example", "::1", None)),
        ("a.example=b.example:1", ConnectTo("a.example", "b.example", 1)),
    ],
)
def test_connect_to(text: str, rule: ConnectTo) -> None:
    assert parse_connect_to(text) == rule


@pytest.mark.parametrize("text", ["a.example", "=x", "a=", "a=b:0", "a=b:70000", "a=b:x"])
def test_connect_to_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse_connect_to(text)


@pytest.mark.parametrize("text", ["x", "1 parsec", "-1", "", "9" * 5000])
def test_sizes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)


def test_a_text_may_come_from_a_file_or_from_stdin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "error.log"
    file.write_bytes(b"no basic auth credentials \xff")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"denied")))

    assert parse_text(f"@{file}") == "no basic auth credentials \ufffd"
    assert parse_text("-") == "denied"
    assert parse_text("as it is") == "as it is"


def test_a_text_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        parse_text(f"@{tmp_path / 'gone'}")


@pytest.mark.parametrize("text", ["linux/amd64", "linux/arm/v7", "windows/amd64"])
def test_platforms(text: str) -> None:
    assert parse_platform(text) == text


@pytest.mark.parametrize("text", ["linux", "Linux/amd64", "linux/", "a/b/c/d"])
def test_platforms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not os/arch"):
        parse_platform(text)


def test_who_is_to_paste_a_text_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"denied\n\x04")
    with os.fdopen(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)

        assert parse_text("-") == "denied\n"

    os.close(ours)
    assert "Ctrl-D" in capsys.readouterr().err


def test_a_pipe_is_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"denied")))

    assert from_stdin(3) == b"den"
    assert capsys.readouterr().err == ""
