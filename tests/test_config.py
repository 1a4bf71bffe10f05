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
        pytest.param("tiemout = 3", "unknown option 'tiemout'", id="unknown name"),
        pytest.param('checks-dir = ["."]', "unknown option 'checks-dir'", id="would run code"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "ecr-doctor.toml"
    file.write_text(content)

    with pytest.raises(UsageError, match=reason) as caught:
        read_config(str(file), KNOWN)

    assert str(file) in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_config(str(tmp_path / "gone.toml"), KNOWN)


def test_a_variable_names_the_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("tiemout = 3")
    monkeypatch.setenv("ECR_DOCTOR_CONFIG", str(file))

    with pytest.raises(UsageError, match="unknown option 'tiemout'"):
        cli.main(["run", "image"], standalone_mode=False)
