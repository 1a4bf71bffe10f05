"""Each program of ours, started with standard streams closed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HELPER = "-c", "from ecr_doctor.auth.helper import command; command()"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("program", "code"),
    [
        pytest.param(("-m", "ecr_doctor", "--version"), 0, id="version"),
        pytest.param(("-m", "ecr_doctor", "causes"), 0, id="list"),
        pytest.param(("-m", "ecr_doctor", "rnu"), 2, id="wrong usage"),
        pytest.param(("-m", "ecr_doctor", "run", "host.example/", "--only", "reference"), 1,
                     id="run"),
        pytest.param((*HELPER, "list"), 0, id="helper"),
        pytest.param((*HELPER, "erase"), 0, id="helper that reads"),
        pytest.param((*HELPER, "bogus"), 1, id="helper of wrong usage"),
    ],
)  # fmt: skip
def test_closed_streams_break_nothing(program: tuple[str, ...], code: int, closed: str) -> None:
    done = subprocess.run(  # noqa: S603  our own command
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, *program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr
    assert not done.stdout or ">&-" not in closed.split()


@pytest.mark.parametrize("arguments", [["--version"], ["causes"], ["run", "x", "-q"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told(arguments: list[str], unbuffered: str) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123  a device
        done = subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "ecr_doctor", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 4
    assert done.stderr.startswith("ecr-doctor: cannot write to stdout: No space left on device\n")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["checks", "--markdown"], 0, id="list"),
        pytest.param(["run", "host.example/", "--only", "reference"], 1, id="run"),
        pytest.param(["explain", "nothing that is known"], 3, id="explain"),
        pytest.param(["fix", "host.example/", "--no-pull", "--dry-run"], 1, id="fix"),
        pytest.param(["rnu"], 2, id="wrong usage"),
    ],
)
def test_a_reader_that_has_gone_does_not_change_the_outcome(
    arguments: list[str], code: int, unbuffered: str, stream: str
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    try:
        done = subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "ecr_doctor", *arguments],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
            **{stream: writer, other: subprocess.PIPE},  # type: ignore[call-overload]
        )
    finally:
        os.close(writer)

    assert done.returncode == code
    assert b"Traceback" not in (done.stdout or b"") + (done.stderr or b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "höst.example/€", "--only", "reference"],
        ["fix", "höst.example/€", "--no-pull"],
        ["which", "höst.example/€"],
        ["explain", "höst.example/€: no basic auth credentials"],
        ["causes", "--search", "€"],
    ],
)
def test_a_narrow_encoding_is_no_obstacle(arguments: list[str]) -> None:
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="latin-1",
        timeout=60,
        check=False,
    )

    assert done.returncode in {0, 1, 2, 3}
    assert "\\u20ac" in done.stdout + done.stderr


def test_the_version_is_told_without_a_slow_import() -> None:
    code = "import sys; import ecr_doctor.cli.start; print(*sorted(sys.modules))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.split())
    assert "ecr_doctor.streams" in loaded
    assert not loaded & {"typing", "re", "json", "dataclasses", "enum", "pathlib", "click"}
