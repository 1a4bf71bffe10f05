"""Where the programs come from that are measured, and the ground they are measured on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import UnmeasuredError

if TYPE_CHECKING:
    from bench.measure import Agent

_CHECKOUT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Project:
    """A virtual environment with this project in it, as a user would have it."""

    prefix: Path

    @property
    def python(self) -> Path:
        """The interpreter that all our programs run on."""
        return self.prefix / "bin/python"

    @property
    def doctor(self) -> Path:
        """The main program."""
        return self.prefix / "bin/ecr-doctor"

    @property
    def helper(self) -> Path:
        """The credential helper."""
        return self.prefix / "bin/docker-credential-ecr-doctor"


@dataclass(frozen=True)
class Ground:
    """What a row is measured with."""

    project: Project
    agent: Agent
    folder: Path
    """For files of the rows."""
    rounds: int


def install(folder: Path) -> Project:
    """Install the checkout's wheel: an editable install pays for its own finder at each start."""
    prefix = folder / "venv"
    # The newest pip: before 24 its console scripts imported `re`, which costs 6 ms a start.
    venv.create(prefix, with_pip=True, symlinks=True, upgrade_deps=True)
    project = Project(prefix)
    # Byte code is part of an install; this variable, where it is set, leaves it out.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [str(project.python), "-m", "pip", "install", "--quiet", f"{_CHECKOUT}[tls]"]
    subprocess.run(command, check=True, env=env)
    return project


def go_helper() -> Path:
    """The official helper.

    Raises:
        UnmeasuredError: it is not installed.

    """
    found = shutil.which("docker-credential-ecr-login")
    if not found:
        raise UnmeasuredError("docker-credential-ecr-login is not installed")
    return Path(found).resolve()


def aws() -> Path:
    """The AWS CLI of this interpreter's environment: others may hide behind slow wrappers.

    Raises:
        UnmeasuredError: it is not installed there.

    """
    path = Path(sys.prefix, "bin/aws")
    if not path.exists():
        raise UnmeasuredError("awscli is not installed beside the Python that runs this")
    return path
