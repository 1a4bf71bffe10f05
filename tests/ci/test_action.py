"""action.yml, its steps run as GitHub's runner does it, against the look-alike of ECR."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ci.stage import DOCS, ROOT, machine, offline_pip, sh
from ecr_doctor.cli.run import run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping
    from pathlib import Path

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def evaluated(text: str, values: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: values[match[1]], text)


def step(
    number: int, folder: Path, env: dict[str, str], **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run one step in the environment of a runner."""
    given = {name: str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
    values = {f"inputs.{name}": value for name, value in {**given, **inputs}.items()}
    values["github.action_path"] = str(ROOT)
    own = {name: evaluated(text, values) for name, text in STEPS[number]["env"].items()}
    return sh(STEPS[number]["run"], folder, {**env, **own}, "bash", "-eo", "pipefail")


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Path:
    """RUNNER_TEMP of a job in which the first step is done."""
    folder = tmp_path_factory.mktemp("temp")
    env = {**os.environ, **offline_pip(wheels), "RUNNER_TEMP": str(folder)}

    done = step(0, folder, env)

    assert done.returncode == 0, done.stderr
    return folder


def play(
    folder: Path, temp: Path, wheels: Path, fault: str, **inputs: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the second step; return it with its outputs."""
    shutil.rmtree(temp / "ecr-doctor-reports", ignore_errors=True)
    files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    with machine(fault) as env:
        runner = {
            **env,
            **offline_pip(wheels),
            **{name: str(path) for name, path in files.items()},
            "GITHUB_ACTIONS": "true",
            "RUNNER_TEMP": str(temp),
        }
        done = step(1, folder, runner, **{"image": env["IMAGE"], **inputs})
    lines = files["GITHUB_OUTPUT"].read_text().splitlines()
    return done, dict(line.split("=", 1) for line in lines)


def test_a_broken_pull_fails_the_step_and_says_why(
    tmp_path: Path, temp: Path, wheels: Path
) -> None:
    done, outputs = play(tmp_path, temp, wheels, "tag-missing")

    assert done.returncode == 1, done.stderr
    assert (outputs["outcome"], outputs["cause"]) == ("problem", "image-tag-not-found")
    assert "::error title=" in done.stderr
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text().startswith("## ")
    named = {path.name for path in (temp / "ecr-doctor-reports").iterdir()}
    assert named == {"report.html", "report.json", "report.sarif", "report.xml", "seen.bundle"}


def test_a_healthy_pull_passes_with_every_input_given(
    tmp_path: Path, temp: Path, wheels: Path
) -> None:
    (tmp_path / "own.toml").write_text("timeout = 20\n")

    done, outputs = play(
        tmp_path, temp, wheels, "healthy", **{"fail-on": "warn", "only": "reference client.*",
        "skip": "host", "pull": "false", "platform": "linux/amd64", "config": "own.toml",
        "anonymize": "true"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert (outputs["outcome"], outputs["cause"]) == ("healthy", "")
    report = json.loads((temp / "ecr-doctor-reports/report.json").read_text())
    assert report["target"]["account"].startswith("0000")


def test_an_image_is_never_run_as_a_command(tmp_path: Path, temp: Path, wheels: Path) -> None:
    image = "--version; $(touch owned) `touch owned` ${{ x }}"

    done, outputs = play(tmp_path, temp, wheels, "healthy", image=image)

    assert (done.returncode, outputs["cause"]) == (1, "image-reference-invalid")
    assert not (tmp_path / "owned").exists()


def test_no_step_has_an_expression_in_its_script() -> None:
    assert [one["name"] for one in STEPS if _EXPRESSION.search(one["run"])] == []
    assert all(one["shell"] == "bash" for one in STEPS)


def test_inputs_are_options_and_used() -> None:
    options = {name.lstrip("-") for parameter in run.params for name in parameter.opts}
    used = "".join(value for one in STEPS for value in one["env"].values())

    for name in ACTION["inputs"]:
        assert f"inputs.{name} " in used
        assert name in options | {"pull", "python"}


def test_the_workflow_names_inputs_and_outputs_that_exist() -> None:
    text = (DOCS / "github.yml").read_text()
    steps = yaml.safe_load(text)["jobs"]["preflight"]["steps"]
    (own,) = [one for one in steps if one.get("uses", "").startswith("ecr-doctor/")]

    assert set(own["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.doctor\.outputs\.(\w+)", text)) <= set(ACTION["outputs"])
