from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from auth.fake_aws import FakeAws

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
START = "import sys; from ecr_doctor.auth.helper import main; sys.exit(main())"


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[FakeAws]:
    folder = tmp_path / "aws"
    folder.mkdir()
    fake = FakeAws(folder)
    yield fake
    fake.close()


@dataclass
class Helper:
    """The real program, as docker would start it, with a home of its own."""

    home: Path
    env: dict[str, str]
    through: tuple[str, ...] = ()
    """A command that starts it, say in another namespace."""

    @property
    def cache(self) -> Path:
        return self.home / ".ecr" / "cache.json"

    def start(self, command: str = "get", **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603
            [*self.through, sys.executable, "-c", START, *([command] if command else [])],
            env={**_passed_on(), "HOME": str(self.home), **self.env, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, text: str = HOST, command: str = "get", **env: str
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(command, **env)
        out, err = process.communicate(text, timeout=60)
        return subprocess.CompletedProcess(command, process.returncode, out, err)


def _passed_on() -> dict[str, str]:
    """What every process needs of ours: its programs, and the measuring of coverage."""
    return {k: v for k, v in os.environ.items() if k == "PATH" or k.startswith("COVERAGE_")}


@pytest.fixture
def helper(tmp_path: Path, aws: FakeAws) -> Helper:
    home = tmp_path / "user"
    home.mkdir()
    return Helper(home, aws.env())
