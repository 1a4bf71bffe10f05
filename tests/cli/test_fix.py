"""`ecr-doctor fix` as users call it: what is shown, asked, changed, and the exit code.

What the checks find is given; docker's configuration, helpers and all changes are real.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from ecr_doctor.cli import fix_flow
from ecr_doctor.cli.main import cli
from ecr_doctor.cure.disk import ChangedMeanwhileError
from ecr_doctor.errors import UsageError
from ecr_doctor.model import (
    CheckResult,
    Diagnosis,
    Fix,
    Outcome,
    Report,
    Settings,
    Severity,
    Stage,
    Verdict,
    parse_target,
)
from ecr_doctor.testing import HOST, IMAGE, NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EU = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
HELPER = """#!/bin/sh
echo '{"ServerURL": "", "Username": "AWS", "Secret": "a-good-token"}'
"""
SECRET = base64.b64encode(b"AWS:an-old-password-of-somebody").decode()


@pytest.fixture(autouse=True)
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A helper on PATH that answers with a login."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "docker-credential-ecr-login"
    program.write_text(HELPER)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return program


@pytest.fixture
def config() -> Path:
    return Path(os.environ["HOME"], ".docker", "config.json")


def write(path: Path, content: dict[str, object] | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def report(cause: str = "", outcome: Outcome | None = None, **facts: str) -> Report:
    """A run that ended so."""
    verdict = Verdict.failed(cause, "it is broken", facts=facts)
    found = CheckResult(check_id="x.y", title="x", stage=Stage.CLIENT, verdict=verdict)
    fix = Fix(title="The cure", steps=("a step",), command="a command", policy='{"Sid": "x"}')
    diagnosis = Diagnosis(cause=cause, title="A title", explanation="it is broken", fixes=(fix,))
    return Report(
        tool_version="0",
        plugins=(),
        started=NOON,
        took=timedelta(0),
        target=parse_target(IMAGE),
        outcome=outcome or (Outcome.PROBLEM if cause else Outcome.HEALTHY),
        results=(found,) if cause else (),
        diagnoses=(diagnosis,) if cause else (),
    )


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Settings]]:
    """Has the runs end as given, the last one again and again; gives the settings they had."""

    def given(*reports: Report) -> list[Settings]:
        asked: list[Settings] = []
        left: Iterator[Report] = iter(reports)
        last = [reports[-1]]

        def diagnose(_image: str, settings: Settings, **_: object) -> Report:
            asked.append(settings)
            last[0] = next(left, last[0])
            return last[0]

        monkeypatch.setattr(fix_flow, "diagnose_image", diagnose)
        return asked

    return given


def call(*arguments: str, said: str | None = None) -> Result:
    return CliRunner().invoke(
        cli, ["fix", *arguments], standalone_mode=False, catch_exceptions=False, input=said
    )


def test_cured(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report("never-logged-in"), report())

    result = call(IMAGE, "--yes")

    assert result.return_value == 0
    assert json.loads(config.read_text()) == {"credHelpers": {HOST: "ecr-login"}}
    assert f'+\t\t"{HOST}": "ecr-login"' in result.stdout
    assert "Cured" in result.stdout
    assert (config.stat().st_mode & 0o777, config.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_undone(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report("never-logged-in"), report())
    call(IMAGE, "--yes")

    shown = call("--undo", "--dry-run")
    result = call("--undo")

    assert f'-\t\t"{HOST}": "ecr-login"' in shown.stdout
    assert (shown.return_value, result.return_value) == (0, 0)
    assert not config.parent.exists()
    assert "no change" in call("--undo").stdout


def test_nothing_to_do(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report())

    result = call(IMAGE, "--yes")

    assert (result.return_value, config.parent.exists()) == (0, False)
    assert "Nothing to do" in result.stdout


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "no\n", "x"])
def test_not_agreed(config: Path, finds: Callable[..., list[Settings]], answer: str) -> None:
    finds(report("never-logged-in"))

    result = call(IMAGE, said=answer)

    assert (result.return_value, config.parent.exists()) == (1, False)
    assert "Nothing was changed" in result.stdout


@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_agreed(config: Path, finds: Callable[..., list[Settings]], answer: str) -> None:
    finds(report("never-logged-in"), report())

    assert call(IMAGE, said=answer).return_value == 0
    assert config.exists()


def test_a_dry_run(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report("never-logged-in"))

    result = call(IMAGE, "--dry-run", "--yes")

    assert (result.return_value, config.parent.exists()) == (1, False)
    assert "credHelpers" in result.stdout


def test_secrets_are_not_shown(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report("stored-login-wrong-user"), report())
    write(config, {"auths": {HOST: {"auth": SECRET}, EU: {"auth": SECRET}}})

    result = call(IMAGE, "--yes")

    assert result.return_value == 0
    assert SECRET not in result.output
    left = json.loads(config.read_text())
    assert (left["auths"], left["credHelpers"]) == ({EU: {"auth": SECRET}}, {HOST: "ecr-login"})


def test_one_fault_after_the_other(config: Path, finds: Callable[..., list[Settings]]) -> None:
    source = str(config)
    finds(report("config-json-invalid"), report("docker-host-wrong", source=source), report())
    before = '{\n  "currentContext": "gone",\n  "x": 1,\n}'
    write(config, before)

    assert call(IMAGE, "--yes").return_value == 0
    assert json.loads(config.read_text()) == {"x": 1, "credHelpers": {HOST: "ecr-login"}}
    call("--undo")
    assert config.read_text() == before


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (report("scp-deny"), 1),
        (report(outcome=Outcome.UNDETERMINED), 3),
        (report(outcome=Outcome.TOOL_ERROR), 4),
    ],
)
def test_what_remains(finds: Callable[..., list[Settings]], last: Report, code: int) -> None:
    finds(report("never-logged-in"), last)

    assert call(IMAGE, "--yes").return_value == code


def test_no_end_is_an_end(finds: Callable[..., list[Settings]], config: Path) -> None:
    """A cause that its remedy does not cure is not cured again and again."""
    asked = finds(report("never-logged-in"))

    assert call(IMAGE, "--yes").return_value == 1
    assert len(asked) <= 3
    assert config.exists()


def test_a_text_for_others(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report("iam-missing-batch-get-image", principal="arn:aws:iam::1:user/me"))

    result = call(IMAGE, "--yes")

    assert (result.return_value, config.parent.exists()) == (1, False)
    assert "To: whoever manages IAM in the account of arn:aws:iam::1:user/me" in result.stdout
    assert "Please change the policy of arn:aws:iam::1:user/me." in result.stdout
    assert '{"Sid": "x"}' in result.stdout


def test_words_are_broken_and_what_is_copied_is_not(finds: Callable[..., list[Settings]]) -> None:
    """Also in a letter: a line that somebody pastes has to work."""
    words, command = "many words " * 30, "aws " + "--an-option its-value " * 12 + "end"
    policy = '{"Sid": "' + "x" * 150 + '"}'
    for cause in ("iam-missing-batch-get-image", "no-aws-credentials"):
        found = report(cause)
        cure = Fix(title=words, steps=(words,), command=command, policy=policy)
        diagnosis = replace(found.diagnoses[0], title=words, explanation=words, fixes=(cure,))
        finds(replace(found, diagnoses=(diagnosis,)))

        lines = call(IMAGE).stdout.splitlines()

        long = [line.strip() for line in lines if len(line) > 100 and "Subject:" not in line]
        assert set(long) == {command, policy} & {line.strip() for line in lines}
        assert command in long


def test_what_nobody_else_cures(finds: Callable[..., list[Settings]]) -> None:
    finds(report("no-aws-credentials"))

    result = call(IMAGE, "--yes")

    assert result.return_value == 1
    assert "a command" in result.stdout


def test_a_variable(finds: Callable[..., list[Settings]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", "{}")
    asked = finds(report("docker-auth-config-shadows"), report())

    result = call(IMAGE, "--yes")

    assert result.return_value == 1
    assert "unset DOCKER_AUTH_CONFIG" in result.stdout
    assert "without DOCKER_AUTH_CONFIG the pull works" in result.stdout
    assert ["DOCKER_AUTH_CONFIG" in settings.env for settings in asked] == [True, False]


def test_changed_while_the_user_thought(
    config: Path, finds: Callable[..., list[Settings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    finds(report("never-logged-in"))
    write(config, {"x": 1})

    class Slow:
        def readline(self) -> str:
            write(config, {"x": 2})
            return "y\n"

    monkeypatch.setattr(fix_flow.sys, "stdin", Slow())  # type: ignore[attr-defined]

    with pytest.raises(ChangedMeanwhileError):
        fix_flow.cure_image(IMAGE, Settings(env=dict(os.environ)), fix_flow.Manner())

    assert json.loads(config.read_text()) == {"x": 2}
    assert os.listdir(config.parent) == ["config.json"]  # noqa: PTH208


def test_registries(config: Path, finds: Callable[..., list[Settings]]) -> None:
    write(config, '{\n  "credHelpers": {\n    "gcr.io": "gcr"\n  }\n}\n')
    asked = finds(report())

    result = call("--registry", f"https://{HOST}/v2/", f"{EU},public.ecr.aws", "--yes")

    assert result.return_value == 0
    hosts = {"gcr.io": "gcr", **dict.fromkeys((HOST, EU, "public.ecr.aws"), "ecr-login")}
    assert json.loads(config.read_text()) == {"credHelpers": hosts}
    assert len(asked) == 3
    assert call("--registry", HOST, EU, "public.ecr.aws", "--yes").stdout.count("already") == 3


def test_a_registry_that_does_not_work_yet(finds: Callable[..., list[Settings]]) -> None:
    finds(report("no-aws-credentials"))

    result = call("--registry", HOST, "-y")

    assert result.return_value == 1
    assert f"{HOST}: A title (no-aws-credentials)" in result.stdout


def test_registries_in_a_broken_file(config: Path, finds: Callable[..., list[Settings]]) -> None:
    finds(report())
    write(config, '{"x": 1,}')

    assert call("--registry", HOST, "-y").return_value == 0
    assert json.loads(config.read_text()) == {"x": 1, "credHelpers": {HOST: "ecr-login"}}


@pytest.mark.parametrize(
    "arguments",
    [(), (IMAGE, IMAGE), ("--undo", IMAGE), ("--registry",), ("--registry", ""),
     ("--registry", ",")],
)  # fmt: skip
def test_usage(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "ecr_doctor", "fix", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr.startswith("ecr-doctor: ")
    assert done.stderr.count("\n") > 1  # what, and what to do


@pytest.mark.parametrize("host", ["*.dkr.ecr.us-east-1.amazonaws.com", "ghcr.io", f"{HOST}x"])
def test_hosts_that_are_none(host: str, config: Path) -> None:
    with pytest.raises(UsageError):
        call("--registry", host, "--yes")

    assert not config.parent.exists()


def test_the_configuration_file_of_the_tool(
    tmp_path: Path, finds: Callable[..., list[Settings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ecr-doctor.toml").write_text('profile = "work"\npull-limit = "1MiB"\n')
    asked = finds(report())

    assert call(IMAGE).return_value == 0
    assert asked[0].env["AWS_PROFILE"] == "work"


def test_several_at_once(config: Path) -> None:
    """Processes that set up different registries at the same time: no entry is lost."""
    hosts = [f"12345678901{digit}.dkr.ecr.us-east-1.amazonaws.com" for digit in range(4)]
    codes: list[int] = []

    def set_up(host: str) -> None:
        command = [sys.executable, "-m", "ecr_doctor", "fix", "--registry", host, "--yes"]
        done = subprocess.run(  # noqa: S603  our own program
            [*command, "--timeout", "3"], capture_output=True, check=False
        )
        codes.append(done.returncode)

    threads = [threading.Thread(target=set_up, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(json.loads(config.read_text())["credHelpers"]) == set(hosts)
    assert 4 not in codes
    assert not [name for name in os.listdir(config.parent) if name.startswith(".")]  # noqa: PTH208


def test_severity_of_warnings_is_not_cured(
    config: Path, finds: Callable[..., list[Settings]]
) -> None:
    found = report("never-logged-in")
    diagnosis = found.diagnoses[0]
    warned = replace(diagnosis, severity=Severity.WARN)
    finds(replace(found, outcome=Outcome.HEALTHY, diagnoses=(warned,)))

    result = call(IMAGE, "--yes")

    assert (result.return_value, config.parent.exists()) == (0, False)
    assert "never-logged-in" in result.stdout
