from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.demo import play
from ecr_doctor.demo.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

_MINE = {
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAMINE",
    "DOCKER_CONFIG": "/home/me/.docker",
    "DOCKER_AUTH_CONFIG": "{}",
    "HTTPS_PROXY": "http://proxy.example.com:3128",
    "ECR_DOCTOR_ONLY": "reference",
    "SECRET": "mine",
    "TERM": "xterm",
}


def stage(fault: str = "healthy") -> tuple[list[str], dict[str, str]]:
    with play._stage(FAULTS[fault]) as (command, env):
        return command, env


def test_the_run_gets_nothing_of_the_users_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _MINE.items():
        monkeypatch.setenv(name, value)

    _, env = stage()

    assert {name for name in _MINE if env.get(name) == _MINE[name]} == {"TERM"}
    assert env["AWS_EC2_METADATA_DISABLED"] == "true"
    assert env["AWS_CA_BUNDLE"] == env["SSL_CERT_FILE"]
    assert "sts.us-east-1.amazonaws.com=127.0.0.1:" in env["ECR_DOCTOR_CONNECT_TO"]


def test_it_is_the_ordinary_run() -> None:
    command, env = stage("config-bad-json")

    assert command[:5] == [sys.executable, "-P", "-m", "ecr_doctor", "run"]
    text = command[command.index("--error") + 1]
    assert f"({env['HOME']}/.docker/config.json)" in text


def test_variables_of_the_fault_itself() -> None:
    assert stage("profile-missing")[1]["AWS_PROFILE"] == "production"


def test_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "home"))

    with play._stage(FAULTS["healthy"]) as (_, env):
        assert Path(env["HOME"]).is_dir()
        assert Path(env["HOME"]).is_relative_to(tmp_path)

    assert list((tmp_path / "home").iterdir()) == []


def test_packages_of_the_user_are_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site.ENABLE_USER_SITE", True)
    monkeypatch.setattr("site.USER_BASE", "/home/me/.local")

    assert play._inherited({})["PYTHONUSERBASE"] == "/home/me/.local"


def test_a_zip_application_finds_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "ecr-doctor.pyz"
    archive.touch()
    monkeypatch.setattr("ecr_doctor.__file__", str(archive / "ecr_doctor/__init__.py"))

    assert play._inherited({})["PYTHONPATH"] == str(archive)


@pytest.mark.parametrize("script", ["", "import signal; signal.signal(15, signal.SIG_IGN); "])
def test_a_run_that_goes_on_is_ended(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "_GRACE_SECONDS", 0.3)
    code = f"{script}print(flush=True); import time; time.sleep(60)"
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()

        play._end(process)

        assert process.returncode in {-signal.SIGTERM, -signal.SIGKILL}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_run_leaves_no_helper_and_no_copy_of_its_cache(
    tmp_path: Path, number: signal.Signals
) -> None:
    with play._stage(FAULTS["helper-hangs"]) as (command, env):
        home = env["HOME"]
        env["TMPDIR"] = str(tmp_path / "home")
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            wait_for(lambda: len(processes_at(home)) > 1)

            process.send_signal(number)

            assert process.wait(60) == 128 + number
    assert list((tmp_path / "home").iterdir()) == []
    wait_for(lambda: not processes_at(home), seconds=20)  # the helper sleeps for longer


def processes_at(home: str) -> list[str]:
    """Processes with this HOME."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={home}\0".encode() in (path / "environ").read_bytes():
                found.append((path / "comm").read_text())
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_every_name_that_the_run_asks_for_is_played(tmp_path: Path) -> None:
    """No run of the demo reaches out: what it looks up beside its own address would be Amazon's."""
    spy = tmp_path / "spy"
    spy.mkdir()
    (spy / "sitecustomize.py").write_text(
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'socket.getaddrinfo':\n"
        f"        open({str(tmp_path / 'asked')!r}, 'a').write(f'{{arguments[0]}}\\n')\n"
        "sys.addaudithook(hook)\n"
    )
    path = os.pathsep.join(filter(None, [str(spy), os.environ.get("PYTHONPATH", "")]))
    subprocess.run(
        [sys.executable, "-m", "ecr_doctor", "demo", "no-permission-image", "--quiet"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert set((tmp_path / "asked").read_text().split()) == {"127.0.0.1"}
