from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.cli.main import cli
from ecr_doctor.config import read_config
from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = ("timeout", "profile", "skip", "checks-dir")


def test_defaults_are_read(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('timeout = 20\nprofile = "dev"\nskip = ["host"]\n')

    assert read_config(str(file), KNOWN) == {"timeout": 20, "profile": "dev", "skip": ["host"]}


def test_a_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("timeout = 20\n", encoding="utf-8-sig")

    assert read_config(str(tmp_path / "my.toml"), KNOWN) == {"timeout": 20}


def test_the_helpers_table_may_stand_in_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('timeout = 20\n[registries.123456789012]\nprofile = "dev"\n')

    assert read_config(str(file), KNOWN) == {"timeout": 20}


def test_the_default_file_need_not_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert read_config("", KNOWN) == {}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("timeout = x\n", "line 1", id="no TOML"),
        pytest.param("\n tiemout = 3", "2:2: there is no option 'tiemout'", id="unknown name"),
        pytest.param("[tiemout]", "1:2: there is no option 'tiemout'", id="unknown table"),
        pytest.param("a = " + "[" * 9999, "recursion", id="too deep"),
        pytest.param("#" * (2 << 20), "larger than 1 MiB", id="too large"),
        pytest.param(b"a = 1\n# \xff", ":2: it is not UTF-8", id="no text"),
        pytest.param('checks-dir = ["."]', "there is no option 'checks-dir'", id="would run code"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    file = tmp_path / "ecr-doctor.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(UsageError, match=reason) as caught:
        read_config(str(file), KNOWN)

    assert str(file) in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_config(str(tmp_path / "gone.toml"), KNOWN)


def test_the_nearest_option_is_offered(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("tiemout = 3")

    with pytest.raises(UsageError) as caught:
        read_config(str(tmp_path / "c.toml"), KNOWN)

    assert caught.value.hint == "Did you mean timeout?"


def test_a_variable_names_the_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("tiemout = 3")
    monkeypatch.setenv("ECR_DOCTOR_CONFIG", str(file))

    with pytest.raises(UsageError, match="there is no option 'tiemout'"):
        cli.main(["run", "image"], standalone_mode=False)
