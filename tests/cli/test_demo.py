"""The demo from end to end: a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ecr_doctor.cli.demo import demo
from ecr_doctor.cli.replay import replay
from ecr_doctor.demo.faults import DEFAULT, FAULTS
from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AT_ONCE = 3
_MOST_SECONDS = 60
"""On a machine that is busy with other things; alone, a demo takes one to six."""
_FOREIGN = {
    "AWS_PROFILE": "mine",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "DOCKER_AUTH_CONFIG": "{",
    "DOCKER_CONFIG": "/nowhere",
    "DOCKER_HOST": "tcp://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ECR_DOCTOR_ONLY": "reference",
    "SSL_CERT_FILE": "/nowhere",
}
"""Variables of a user whose own set-up is broken in every way."""


@dataclass(frozen=True)
class Show:
    """One demo that was run."""

    code: int
    out: str
    err: str
    left: tuple[str, ...]
    """What it left in the temporary folder."""

    @property
    def report(self) -> dict[str, Any]:
        """The JSON on stdout."""
        value: dict[str, Any] = json.loads(self.out)
        return value


_OWN = dict(os.environ)
"""Copied once: pytest changes the environment of its thread while others would read it."""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ecr_doctor", "demo", *arguments]


def show(folder: Path, *arguments: str) -> Show:
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    (folder / "ecr-doctor.toml").write_text('only = ["reference"]\n')
    done = subprocess.run(  # noqa: S603
        command(*arguments),
        env={**_OWN, **_FOREIGN, "TMPDIR": str(temporary)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_MOST_SECONDS,
        check=False,
    )
    left = tuple(path.name for path in temporary.iterdir())
    return Show(done.returncode, done.stdout, done.stderr, left)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shows")


@pytest.fixture(scope="module")
def shows(folder: Path) -> Iterator[dict[str, Future[Show]]]:
    """Every fault, a few at a time."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield {
            name: pool.submit(
                show,
                folder / name,
                name,
                "--format",
                "json",
                "--save",
                str(folder / f"{name}.seen"),
            )
            for name in FAULTS
        }


@pytest.mark.parametrize("name", FAULTS)
def test_the_run_finds_what_was_broken(shows: dict[str, Future[Show]], name: str) -> None:
    fault = FAULTS[name]

    seen = shows[name].result()

    causes = [d["cause"] for d in seen.report["diagnoses"] if d["severity"] == "fail"]
    assert causes[:1] == [cause for cause in fault.causes if cause in causes[:1]]
    assert bool(causes) is bool(fault.causes)
    assert all(diagnosis["evidence"] for diagnosis in seen.report["diagnoses"])
    assert seen.code == (1 if fault.causes else 0)
    assert seen.err == f"demo {name}: {fault.broken}\n"
    assert seen.left == ()


@pytest.mark.parametrize("name", FAULTS)
def test_its_bundle_gives_the_same_report(
    shows: dict[str, Future[Show]], folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    seen = shows[name].result()

    again = CliRunner().invoke(replay, [f"{name}.seen", "--format", "json"], standalone_mode=False)

    assert (again.stdout, again.return_value) == (seen.out, seen.code)


def test_the_healthy_one_is_without_warnings(shows: dict[str, Future[Show]]) -> None:
    report = shows["healthy"].result().report

    assert (report["outcome"], report["diagnoses"], report["problems"]) == ("healthy", [], [])
    statuses = {check["status"] for check in report["checks"]}
    assert statuses <= {"pass", "not-applicable"}


def test_without_a_name_it_shows_the_default_as_text(tmp_path: Path) -> None:
    seen = show(tmp_path / "show")

    assert seen.code == 1
    assert seen.err.startswith(f"demo {DEFAULT}: ")
    assert "expired" in seen.out


def test_options_of_the_run_are_passed_on(tmp_path: Path) -> None:
    seen = show(tmp_path / "show", "tag-missing", "-q", "-o", "report.json", "-o", "report.html")

    report = json.loads((tmp_path / "show/report.json").read_text())
    assert report["diagnoses"][0]["cause"] == "image-tag-not-found"
    assert "<html" in (tmp_path / "show/report.html").read_text().lower()
    assert seen.code == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_half_way_it_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path / "home")}
    with subprocess.Popen(  # noqa: S603
        command("helper-hangs"), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        time.sleep(1)

        process.send_signal(number)

        said = process.stderr.read()
        assert process.wait(10) == 128 + number
    assert said == b"interrupted\n"
    assert list((tmp_path / "home").iterdir()) == []


def test_list_names_every_fault() -> None:
    result = CliRunner().invoke(demo, ["--list"])

    assert [line.split()[0] for line in result.output.splitlines()] == list(FAULTS)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("session-expierd", "Did you mean session-expired?"),
        ("xyz", "`ecr-doctor demo --list` names them all."),
    ],
)
def test_an_unknown_fault_is_wrong_usage(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"there is no fault {name!r}") as caught:
        demo.main([name], standalone_mode=False)

    assert caught.value.hint == hint
