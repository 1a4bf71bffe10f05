"""`run` and `replay` from the command line, with everything that happens to a report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/team/Ledger"
CAUSE = "image-reference-invalid"
QUICK = ("--only", "reference", "--no-pull")


def ecr_doctor(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", *arguments],
        env={**os.environ, **env},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def quick(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A run that is over at once: the reference breaks a rule."""
    return ecr_doctor(folder, "run", IMAGE, *QUICK, *arguments, **env)


def as_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def muting(folder: Path, **entry: str) -> None:
    lines = [f'{name} = "{value}"' for name, value in {"cause": CAUSE, **entry}.items()]
    (folder / "ecr-doctor.toml").write_text("\n".join(["[[mute]]", *lines]))


def test_saved_and_replayed_it_is_the_same(tmp_path: Path) -> None:
    done = quick(tmp_path, "--save", "seen.bundle", "--format", "json")
    again = ecr_doctor(tmp_path, "replay", "seen.bundle", "--format", "json")

    assert done.returncode == again.returncode == 1
    assert done.stdout == again.stdout
    assert done.stderr == again.stderr == ""


def test_a_replay_has_all_outputs(tmp_path: Path) -> None:
    quick(tmp_path, "--save", "seen.bundle")
    names = [f"report.{suffix}" for suffix in ("txt", "json", "html", "xml", "sarif", "md")]

    done = ecr_doctor(tmp_path, "replay", "seen.bundle", *(f"-o{name}" for name in names), "-q")

    assert done.returncode == 1
    assert all((tmp_path / name).stat().st_size for name in names)


@pytest.mark.parametrize("content", ["", "{}", "[1", '{"kind": "run"}', "\0\0"])
def test_any_other_file_is_wrong_usage(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content)

    done = ecr_doctor(tmp_path, "replay", "x")

    assert done.returncode == 2
    assert done.stderr.startswith("ecr-doctor: ")
    assert "Traceback" not in done.stderr


def test_a_bundle_that_cannot_be_written_is_said_after_the_report(tmp_path: Path) -> None:
    done = quick(tmp_path, "--save", "no/such/seen.bundle")

    assert done.returncode == 4
    assert "cannot write the bundle to no/such/seen.bundle" in done.stderr
    assert done.stdout


def test_a_muted_finding_does_not_fail(tmp_path: Path) -> None:
    muting(tmp_path, reason="we know of it", expires="2999-01-31")

    done = quick(tmp_path, "--format", "json", "--fail-on", "warn")

    assert done.returncode == 0
    report = as_json(done)
    assert report["outcome"] == "problem"
    assert report["diagnoses"][0]["muted"] == "Muted until 2999-01-31: we know of it"


def test_a_mute_that_has_ended_is_reported(tmp_path: Path) -> None:
    muting(tmp_path, reason="we know of it", expires="2001-01-31")

    done = quick(tmp_path, "--format", "json")

    assert done.returncode == 1
    assert "2001-01-31" in as_json(done)["problems"][0]["detail"]


def test_a_mute_without_a_reason_is_wrong_usage(tmp_path: Path) -> None:
    muting(tmp_path, expires="2999-01-31")

    done = quick(tmp_path)

    assert done.returncode == 2
    assert "ecr-doctor.toml: mute 1 (image-reference-invalid): it needs a reason" in done.stderr


def test_with_a_baseline_only_what_is_new_fails(tmp_path: Path) -> None:
    assert quick(tmp_path, "-o", "baseline.json").returncode == 1

    assert quick(tmp_path, "--baseline", "baseline.json").returncode == 0


def test_a_baseline_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = quick(tmp_path, "--baseline", "baseline.json")

    assert done.returncode == 2
    assert "Make one with" in done.stderr


FORMATS = ("text", "json", "html", "junit", "sarif", "markdown")


@pytest.mark.parametrize("name", FORMATS)
def test_an_anonymous_report_names_nobody(tmp_path: Path, name: str) -> None:
    env = {"USER": "carolyn", "HTTPS_PROXY": "http://carolyn:hunter2x@proxy.megacorp:3128"}
    error = (
        "lookup vault.megacorp on 10.9.8.7:53: User: arn:aws:iam::210987654321:user/carolyn, "
        "/home/carolyn/.docker/config.json"
    )

    done = quick(
        tmp_path, "--anonymize", "--save", "seen.bundle", "-v", "--format", name, "--error", error,
        **env,
    )  # fmt: skip

    assert done.returncode == 1, done.stderr
    for text in (done.stdout, (tmp_path / "seen.bundle").read_text()):
        for secret in ("123456789012", "210987654321", "carolyn", "megacorp", "10.9.8.7", "hunter"):
            assert secret not in text


def test_a_salt_makes_reports_comparable(tmp_path: Path) -> None:
    images = [
        as_json(quick(tmp_path, "--anonymize", "--salt", salt, "--format", "json"))["target"]
        for salt in ("ours", "ours", "theirs")
    ]

    assert images[0] == images[1] != images[2]


def test_words_of_the_configuration_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "ecr-doctor.toml").write_text('redact = ["ledger"]')

    report = as_json(quick(tmp_path, "--format", "json"))

    assert "ledger" not in json.dumps(report).lower()
    assert {"what": "word of your own", "count": 1} in report["redactions"]
    assert HOST in report["target"]["image"]


def test_in_github_actions_the_step_is_annotated(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"

    done = quick(tmp_path, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))

    assert done.stderr.startswith("::error title=ecr-doctor%3A ")
    assert summary.read_text().startswith("## ")
    assert "::" not in done.stdout
