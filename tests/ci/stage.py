"""The look-alike of ECR as a machine on which a CI job runs, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ecr_doctor.demo import play
from ecr_doctor.demo.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "ci"


@contextmanager
def machine(fault: str, *, tools: bool = True) -> Iterator[dict[str, str]]:
    """The variables of a job; the image is `IMAGE`, and the engine of no one is asked.

    Args:
        fault: of the demo.
        tools: whether the PATH has this machine's programs too: a shell needs them.

    """
    with play._stage(FAULTS[fault]) as (_, env):
        path = f"{env.get('PATH', '')}{os.pathsep}{os.environ['PATH']}" if tools else env["PATH"]
        yield {
            **env,
            "PATH": path,
            "IMAGE": FAULTS[fault].image,
            "ECR_DOCTOR_SKIP": "host.*",
            "ECR_DOCTOR_NO_PULL": "1",
        }


def offline_pip(wheels: Path) -> dict[str, str]:
    """Variables by which pip installs the wheel alone, and what it needs comes from this Python."""
    return {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_DEPS": "1",
        "PIP_IGNORE_INSTALLED": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads "no build isolation: false" as: do not isolate
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout."""
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        timeout=120,
    )  # fmt: skip
    return folder


def sh(
    script: str, folder: Path, env: dict[str, str], *shell: str
) -> subprocess.CompletedProcess[str]:
    """Run a script as a runner does."""
    return subprocess.run(  # noqa: S603
        [*(shell or ("sh", "-e")), "-c", script],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
