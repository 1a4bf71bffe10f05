from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ecr_doctor import __version__
from ecr_doctor.cli import start
from ecr_doctor.cli.main import _invoke, cli

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:latest"


def ecr_doctor(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_bare_call_prints_help() -> None:
    done = ecr_doctor()

    assert done.returncode == 0
    assert "Commands:" in done.stdout + done.stderr


def test_version() -> None:
    done = ecr_doctor("--version")

    assert (done.returncode, done.stdout) == (0, f"ecr-doctor, version {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["rnu"], "no command 'rnu'", id="unknown command"),
        pytest.param(["run"], "IMAGE is missing", id="no image"),
        pytest.param(["run", IMAGE, "--only", "registry.logn"], "Did you mean registry.login",
                     id="unknown check"),
        pytest.param(["run", IMAGE, "--format", "pdf"], "no format 'pdf'", id="unknown format"),
        pytest.param(["run", IMAGE, "-o", "report.docx"], "report.docx", id="unknown suffix"),
        pytest.param(["run", IMAGE, "--timeout", "0"], "--timeout", id="no time"),
        pytest.param(["run", IMAGE, "--pull-limit", "much"], "is not a size", id="no size"),
        pytest.param(["run", IMAGE, "--error", "@/nowhere/x"], "No such file", id="no such file"),
        pytest.param(["run", IMAGE, "--format", "json", "--format", "html"],
                     "only one format can go to stdout", id="two formats on stdout"),
        pytest.param(["checks", "registry.logn"], "Did you mean registry.login", id="no page"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_and_exits_2(arguments: list[str], says: str) -> None:
    done = ecr_doctor(*arguments)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_an_image_that_cannot_be_parsed_is_a_diagnosis() -> None:
    done = ecr_doctor("run", "https://host/Image", "--only", "reference", "--quiet")

    assert done.returncode == 1
    assert "no scheme" in done.stdout or "image-reference-invalid" in done.stdout


def test_a_pull_secret_is_judged_for_the_kubelet_s_pull(tmp_path: object) -> None:
    path = f"{tmp_path}/secret.yaml"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123  a plain file
        file.write("kind: Secret\nmetadata: {name: ecr}\n")
    options = ("--pull-secret", path, "--only", "host.pull-secret", "--quiet")

    by_kubelet = ecr_doctor("run", IMAGE, "--client", "kubelet", *options)
    by_docker = ecr_doctor("run", IMAGE, *options)

    assert (by_kubelet.returncode, by_docker.returncode) == (1, 0)
    assert "kubernetes-pull-secret" in by_kubelet.stdout


def test_a_report_that_cannot_be_written_is_exit_4_and_the_others_are_written(
    tmp_path: object,
) -> None:
    good = f"{tmp_path}/report.json"

    done = ecr_doctor("run", IMAGE, "--only", "reference", "-o", "/nowhere/r.html", "-o", good)

    assert done.returncode == 4
    assert "/nowhere/r.html" in done.stderr
    with open(good, encoding="utf-8") as file:  # noqa: PTH123  a plain look
        assert '"schema": 1' in file.read()


def test_what_cannot_be_written_is_told_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_run(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ecr_doctor.engine.examine", no_run)

    assert _invoke(["run", IMAGE, "-o", "/nowhere/r.html", "--save", "/nowhere/bundle"]) == 130

    said = capsys.readouterr().err
    assert "cannot write the report to /nowhere/r.html" in said
    assert "cannot write the bundle to /nowhere/bundle" in said
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_it_is_told_once_and_the_others_are_written(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text("old")
    bad = ("-o", "/nowhere/r.html", "--save", "/nowhere/bundle")

    done = ecr_doctor("run", IMAGE, "--only", "reference", *bad, "-o", str(old))

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.count("/nowhere/r.html") == done.stderr.count("/nowhere/bundle") == 1
    assert '"schema": 1' in old.read_text()


def test_a_report_without_a_place_goes_to_stdout() -> None:
    done = ecr_doctor("run", IMAGE, "--only", "reference", "-o", "/nowhere/report.json")

    assert done.returncode == 4
    assert done.stderr.count("/nowhere/report.json") == 1
    assert IMAGE in done.stdout


def test_a_signal_while_foreign_checks_load_ends_the_command(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")

    done = ecr_doctor("checks", "--checks-dir", str(tmp_path))

    assert (done.returncode, done.stdout, done.stderr) == (143, "", "interrupted\n")


def test_an_interruption_while_the_command_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ecr_doctor.cli.main.main", interrupt)
    monkeypatch.setattr(sys, "argv", ["ecr-doctor", "causes"])

    with pytest.raises(SystemExit) as stopped:
        start.main()

    assert (stopped.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_the_list_of_commands_is_not_cut() -> None:
    text = CliRunner().invoke(cli, ["--help"], terminal_width=80).stdout

    assert "..." not in text.partition("Commands:")[2]
