from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import pytest

from ecr_doctor.cli.options import config_option, loudness, option
from ecr_doctor.cli.parameters import SECONDS
from ecr_doctor.cli.run import run
from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@config_option
@option("--only", multiple=True)
@option("--no-pull", is_flag=True)
@option("--timeout", type=SECONDS, default=30.0)
@option("--profile", default="")
@option("-q", "--quiet", is_flag=True)
@option("-v", "--verbose", is_flag=True)
def probe(**options: Any) -> dict[str, Any]:
    quiet, verbose = loudness(options)
    return {**options, "quiet": quiet, "verbose": verbose}


def values(file: Path, content: str, *arguments: str) -> dict[str, Any]:
    file.write_text(content)
    found: dict[str, Any] = probe.main(["--config", str(file), *arguments], standalone_mode=False)
    return found


@pytest.mark.parametrize(
    ("content", "name", "value"),
    [
        ('only = ["registry", "auth"]', "only", ("registry", "auth")),
        ('only = "registry"', "only", ("registry",)),
        ("no-pull = true", "no_pull", True),
        ("timeout = 5", "timeout", 5.0),
        ('timeout = "5"', "timeout", 5.0),
        ("profile = 7", "profile", "7"),
    ],
)
def test_values_of_the_file(tmp_path: Path, content: str, name: str, value: object) -> None:
    assert values(tmp_path / "c.toml", content)[name] == value


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("only = 5", 'only = ["...", "..."]'),
        ("only = [5]", 'only = ["...", "..."]'),
        ('no-pull = "yes"', "no-pull = true"),
        ("timeout = true", 'timeout = "..."'),
        ("timeout = []", 'timeout = "..."'),
        ("profile = {a = 1}", 'profile = "..."'),
    ],
)
def test_another_type_is_refused_with_its_place(tmp_path: Path, content: str, hint: str) -> None:
    file = tmp_path / "c.toml"

    with pytest.raises(UsageError, match="has the wrong type") as caught:
        values(file, f"\n{content}\n")

    assert str(caught.value).startswith(f"{file}:2:1: ")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("content", "arguments", "loud"),
    [
        ("quiet = true", [], (True, False)),
        ("quiet = true", ["-v"], (False, True)),
        ("verbose = true", ["-q"], (True, False)),
    ],
)
def test_a_flag_outdoes_the_file(
    tmp_path: Path, content: str, arguments: list[str], loud: tuple[bool, bool]
) -> None:
    found = values(tmp_path / "c.toml", content, *arguments)

    assert (found["quiet"], found["verbose"]) == loud


def test_what_may_stand_in_the_file_is_what_run_takes() -> None:
    assert {"only", "timeout", "no_pull"} <= {parameter.name for parameter in run.params}
