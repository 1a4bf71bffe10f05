"""The snippets of docs/ci, run as the systems do it, against the look-alike of ECR."""

from __future__ import annotations

import re
import shutil
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ci.stage import DOCS, machine, offline_pip, sh

if TYPE_CHECKING:
    from pathlib import Path

HEALTHY = pytest.param("healthy", 0, id="healthy")
BROKEN = pytest.param("tag-missing", 1, id="broken")


def failures(junit: Path) -> int:
    return len(ET.parse(junit).getroot().findall(".//failure"))  # noqa: S314  our own file


@pytest.mark.parametrize(("fault", "code"), [HEALTHY])
def test_gitlab(tmp_path: Path, wheels: Path, fault: str, code: int) -> None:
    """GitLab's runner gives all lines to one shell, with -eo pipefail."""
    job: dict[str, Any] = yaml.safe_load((DOCS / "gitlab.yml").read_text())["ecr-preflight"]
    assert set(job) <= {"stage", "image", "variables", "before_script", "script", "artifacts"}

    with machine(fault) as env:
        done = sh(
            "\n".join([*job["before_script"], *job["script"]]), tmp_path,
            {**job["variables"], **env, **offline_pip(wheels)}, "bash", "-eo", "pipefail",
        )  # fmt: skip

    assert done.returncode == code, done.stderr
    assert done.stdout.startswith("✓")
    artifacts = job["artifacts"]
    assert (failures(tmp_path / artifacts["reports"]["junit"]) > 0) is bool(code)
    assert all((tmp_path / path).is_file() for path in artifacts["paths"])


@pytest.mark.parametrize(("fault", "code"), [BROKEN])
def test_jenkins(tmp_path: Path, wheels: Path, fault: str, code: int) -> None:
    """Jenkins gives each `sh` step to a shell of its own, with -xe."""
    text = (DOCS / "Jenkinsfile").read_text()
    steps = re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    assert len(steps) == 2
    assert text.count("{") == text.count("}")

    with machine(fault) as env:
        own = {**env, **offline_pip(wheels)}
        codes = [
            sh(step.replace("\\\\", "\\"), tmp_path, own, "sh", "-xe").returncode for step in steps
        ]

    assert codes == [0, code]
    named = re.search(r"junit '([^']+)'", text)
    page = re.search(r"artifacts: '([^']+)'", text)
    assert named is not None
    assert page is not None
    assert (failures(tmp_path / named[1]) > 0) is bool(code)
    assert (tmp_path / page[1]).is_file()


@pytest.mark.parametrize(("fault", "code"), [HEALTHY, BROKEN])
def test_shell(tmp_path: Path, fault: str, code: int) -> None:
    with machine(fault) as env:
        own = {**env, "ECR_DOCTOR": f"{sys.executable} -m ecr_doctor"}
        done = sh(f'exec sh {DOCS / "preflight.sh"} "$IMAGE"', tmp_path, own)

    assert done.returncode == code, done.stderr
    names = sorted(path.name for path in (tmp_path / "ecr-doctor-reports").iterdir())
    assert names == ["1.bundle", "1.html", "1.xml"]


def test_shell_goes_on_and_remembers_the_worst(tmp_path: Path) -> None:
    doctor = tmp_path / "doctor"
    doctor.write_text('#!/bin/sh\nfor last; do :; done\nexit "${last#image-}"\n')
    doctor.chmod(0o755)

    def code(*images: str) -> int:
        line = f"exec sh {DOCS / 'preflight.sh'} {' '.join(images)}"
        return sh(line, tmp_path, {"PATH": "/usr/bin:/bin", "ECR_DOCTOR": str(doctor)}).returncode

    assert code("image-0", "image-3") == 0
    assert code("image-1", "image-0") == 1
    assert code("image-1", "image-4", "image-3") == 4


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_every_snippet_is_written_down() -> None:
    readme = (DOCS / "README.md").read_text()

    for path in DOCS.iterdir():
        assert path.name == "README.md" or f"({path.name})" in readme
