from __future__ import annotations

import os
import re

import pytest

from ecr_doctor.cli.progress import Board, live_progress
from ecr_doctor.model.progress import CheckStep, LayerStep, Step
from terminal import in_terminal

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:latest"
MIB = 1 << 20


def board(*steps: Step) -> list[str]:
    made = Board()
    for step in steps:
        made.take(step)
    return made.lines()


def test_before_the_first_check_it_looks() -> None:
    (line,) = board()

    assert "looking, 0 s" in line


def test_it_names_the_checks_that_run() -> None:
    (line,) = board(
        CheckStep("The clock is right", done=False, of=41),
        CheckStep("The image is there", done=False, of=41),
        CheckStep("The clock is right", done=True, of=41),
    )

    assert line.endswith("1 of 41 checks, 0 s: The image is there")


def test_it_shows_the_layers_that_move() -> None:
    _, pull, first, second = board(
        LayerStep("a1", "Downloading", 5 * MIB, 20 * MIB),
        LayerStep("b2", "Pull complete"),
        LayerStep("c3", "Waiting"),
        LayerStep("d4", "Retrying in 5 seconds"),
    )

    assert pull == "  pull: 1 of 4 layers are there"
    assert first == "    a1  Downloading  #####............... 5.0 of 20.0 MiB"
    assert second == "    d4  Retrying in 5 seconds"


def test_it_stays_small_and_harmless() -> None:
    layers = [LayerStep(f"{n}\x1b[2J", "Downloading\x1b]0;x\x07", 9, 1) for n in range(50)]
    many = [LayerStep(str(n), "Downloading", 9, 1) for n in range(50)]

    assert len(board(*many)) == 7
    assert not re.search(
        "[\x00-\x1f]", "".join(board(*layers, CheckStep("a\x07", done=False, of=1)))
    )


def test_elsewhere_than_on_a_terminal_it_is_silent() -> None:
    with live_progress(wanted=True) as watch:
        assert watch is None


@pytest.mark.parametrize(
    ("arguments", "env"),
    [(["-q"], {}), ([], {"TERM": "dumb"}), ([], {"CI": "true"})],
    ids=["quiet", "a dumb terminal", "a CI"],
)
def test_who_wants_no_motion_sees_none(arguments: list[str], env: dict[str, str]) -> None:
    seen, out = in_terminal(
        "run", IMAGE, "--only", "reference", *arguments, env={**os.environ, **env}
    )

    assert seen == ""
    assert IMAGE in out


def test_on_a_terminal_it_moves_and_leaves_nothing_behind() -> None:
    seen, out = in_terminal("run", IMAGE, "--only", "reference", env={**os.environ, "CI": ""})

    assert re.search(r"looking|of \d+ checks", seen)
    assert seen.count("\x1b[?25l") == seen.count("\x1b[?25h") == 1  # the cursor is back
    assert seen.rstrip().endswith("\x1b[2K")  # the last line is wiped
    assert "\x1b[?25" not in out
    assert IMAGE in out
