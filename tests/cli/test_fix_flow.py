"""The order in which `fix` says things: what it changes itself, then what others must do, once."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from ecr_doctor.cli import fix_flow
from ecr_doctor.cli.main import cli
from ecr_doctor.model import Diagnosis, Fix, Outcome, Report, parse_target
from ecr_doctor.testing import IMAGE, NOON

if TYPE_CHECKING:
    import pytest

LETTER = "To be sent as it is"
GOOD = """echo '{"ServerURL": "", "Username": "AWS", "Secret": "a-good-token"}'"""
DENIED = Diagnosis(
    cause="iam-explicit-deny", title="Denied", fixes=(Fix(title="Allow", policy='{"Sid": "x"}'),)
)
NO_LOGIN = Diagnosis(cause="never-logged-in", title="No login")


def fix(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str, *runs: tuple[Diagnosis, ...],
    helper: str = GOOD,
) -> str:  # fmt: skip
    """What is said where the runs find these causes one after the other."""
    program = tmp_path / "docker-credential-ecr-login"
    program.write_text(f"#!/bin/sh\n{helper}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    left = iter(runs)
    monkeypatch.setattr(fix_flow, "diagnose_image", lambda *_, **__: report(next(left)))
    return (
        CliRunner()
        .invoke(cli, ["fix", IMAGE, option], standalone_mode=False, catch_exceptions=False)
        .stdout
    )


def report(found: tuple[Diagnosis, ...]) -> Report:
    return Report(
        tool_version="0", plugins=(), started=NOON, took=timedelta(0), target=parse_target(IMAGE),
        outcome=Outcome.PROBLEM, results=(), diagnoses=found,
    )  # fmt: skip


def test_own_changes_come_first_and_letters_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = fix(monkeypatch, tmp_path, "--yes", (DENIED, NO_LOGIN), (DENIED,))

    assert Path(os.environ["HOME"], ".docker/config.json").exists()
    assert text.count(LETTER) == 1
    assert text.index("Changed ") < text.index(LETTER)


def test_letters_come_also_where_nothing_is_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = fix(monkeypatch, tmp_path, "--dry-run", (DENIED, NO_LOGIN))

    assert text.count(LETTER) == 1
    assert text.index("Nothing was changed") < text.index(LETTER)


def test_a_helpers_error_is_shown_to_its_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    error = "no provider in the chain, " * 20 + "request to EC2 IMDS failed, the end"
    refuses = f"echo '{error}'; exit 1"

    text = fix(monkeypatch, tmp_path, "--dry-run", (NO_LOGIN,), helper=refuses)

    assert "request to EC2 IMDS failed, the end" in " ".join(text.split())


def test_a_password_with_a_line_break_is_no_login(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spoilt = GOOD.replace("a-good-token", "a-good-token\\\\n")

    text = fix(monkeypatch, tmp_path, "--dry-run", (NO_LOGIN,), helper=spoilt)

    assert "its password holds a line break" in " ".join(text.split())
