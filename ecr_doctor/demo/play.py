"""Builds the look-alike, breaks it, and lets the ordinary run find out."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import ecr_doctor
from ecr_doctor.errors import StoppedError
from ecr_doctor.model.settings import CONNECT_TO_VARIABLE

from .cloud import Cloud
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .faults import Fault

PREFIX = "ecr-doctor-demo-"
INTERRUPTED = 130
_GRACE_SECONDS = 5.0
_TERMINAL = (
    "TERM", "COLUMNS", "LINES", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CI", "LANG", "LC_ALL",
    "LC_CTYPE", "TZ",
)  # fmt: skip
"""How a report is to look."""
_PROCESS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME",
            "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "SYSTEMROOT")  # fmt: skip
"""What a Python may need to start."""


def play(fault: Fault, arguments: Sequence[str] = ()) -> int:
    """Run `ecr-doctor run` against the look-alike, and return its exit code.

    Args:
        fault: what is broken.
        arguments: more options of `run`.

    Raises:
        EcrDoctorError: a package of the extra `demo` is missing, or the temporary folder is
            mounted noexec.

    """
    with _stage(fault) as (command, env):
        process = subprocess.Popen([*command, *arguments], env=env)  # noqa: S603  our own program
        try:
            return process.wait()
        except (KeyboardInterrupt, StoppedError) as stop:
            _end(process)
            if process.returncode < 0:
                raise
            return getattr(stop, "code", INTERRUPTED)  # the run has said that it was interrupted
        finally:
            _end(process)


@contextmanager
def _stage(fault: Fault) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The command and its variables, while the look-alike is up."""
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        cloud = Cloud(fault.world)
        server = stack.enter_context(Server(cloud, folder))
        env = {
            **_inherited(os.environ),
            **fault.home.build(folder / "home", cloud.mint),
            **_reached_at(server),
            # No engine is asked: the user's own would answer for another network.
            "DOCKER_HOST": f"unix://{folder / 'no-docker-engine.sock'}",
            "AWS_EC2_METADATA_DISABLED": "true",
            "TMPDIR": str(folder),
            **dict(fault.env),
        }
        settings = folder / "ecr-doctor.toml"
        settings.touch()
        yield _command(fault, folder / "home", settings), env


def _command(fault: Fault, home: Path, settings: Path) -> list[str]:
    command = [sys.executable, "-P", "-m", "ecr_doctor", "run", fault.image, "--no-pull"]
    command += ["--skip", "host.*", "--config", str(settings)]
    if fault.said:
        command += ["--error", fault.said.replace("{home}", str(home))]
    return command


def _reached_at(server: Server) -> dict[str, str]:
    """Variables by which every program finds the look-alike and trusts its certificates."""
    authority = str(server.authority_file)
    return {
        CONNECT_TO_VARIABLE: " ".join(server.connect_to()),
        "AWS_CA_BUNDLE": authority,
        "SSL_CERT_FILE": authority,
    }


def _inherited(env: Mapping[str, str]) -> dict[str, str]:
    """What the run needs of the user's variables: nothing of docker, AWS or the network."""
    kept = {name: env[name] for name in (*_TERMINAL, *_PROCESS) if name in env}
    if site.ENABLE_USER_SITE:
        # With another HOME, packages installed by `pip install --user` would not be found.
        kept["PYTHONUSERBASE"] = site.getuserbase()
    root = Path(ecr_doctor.__file__).parent.parent
    if root.is_file():
        kept["PYTHONPATH"] = str(root)  # a zip application
    return kept


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the run where it still goes on: after Ctrl-C it ends by itself, within moments."""
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
