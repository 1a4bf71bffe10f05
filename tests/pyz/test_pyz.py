"""`ecr-doctor.pyz` as support sends it: run by a bare Python, without installed packages."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from typing import TYPE_CHECKING

import pytest

from ci.stage import ROOT, machine
from ecr_doctor import __version__
from ecr_doctor.demo.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BUILD = ROOT / "scripts" / "pyz" / "build.py"
LARGEST = 8_000_000
"""Bytes that go into a mail."""


def build(path: Path) -> Path:
    subprocess.run([sys.executable, str(BUILD), str(path)], check=True, timeout=60)  # noqa: S603
    return path


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("pyz") / "ecr-doctor.pyz")


def call(
    pyz: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """With `-I -S` Python has its own library and no site-packages."""
    plain = {n: v for n, v in (env or os.environ).items() if not n.startswith("PYTHON")}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", str(pyz), *arguments],
        env=plain,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_it_is_small_and_pure(pyz: Path) -> None:
    assert pyz.stat().st_size < LARGEST
    assert os.access(pyz, os.X_OK)
    names = zipfile.ZipFile(pyz).namelist()
    assert [n for n in names if n.endswith((".so", ".pyd", ".pyc", "direct_url.json"))] == []
    assert len(names) == len(set(names))


def test_no_path_of_the_machine_that_built_it_is_in_it(pyz: Path) -> None:
    archive = zipfile.ZipFile(pyz)
    places = [str(ROOT).encode(), sysconfig.get_path("purelib").encode()]

    found = [n for n in archive.namelist() if any(p in archive.read(n) for p in places)]

    assert found == []


def test_it_is_the_same_when_built_again(pyz: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again.pyz")

    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(pyz.read_bytes()).digest()


def test_it_says_its_version(pyz: Path) -> None:
    done = call(pyz, "--version")

    assert (done.stdout, done.returncode) == (f"ecr-doctor, version {__version__}\n", 0)


def test_it_has_the_same_checks_causes_and_formats(pyz: Path) -> None:
    for command in ("checks", "causes"):
        done = call(pyz, command)
        here = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "ecr_doctor", command], capture_output=True, text=True,
            timeout=60, check=True,
        )  # fmt: skip
        assert done.stdout == here.stdout


def test_it_explains(pyz: Path) -> None:
    done = call(pyz, "explain", "--format", "json", "no basic auth credentials")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["diagnoses"]


@pytest.mark.parametrize("fault", ["healthy", "keys-invalid", "helper-missing", "untrusted-ca"])
def test_it_diagnoses(pyz: Path, tmp_path: Path, fault: str) -> None:
    suffixes = ("json", "html", "xml", "sarif", "md", "txt")
    outputs = [f"-o{tmp_path / f'report.{suffix}'}" for suffix in suffixes]
    with machine(fault, tools=False) as env:
        before = sorted(os.listdir(env["TMPDIR"]))  # noqa: PTH208  names
        error = ("--error", FAULTS[fault].said) if FAULTS[fault].said else ()
        done = call(
            pyz, "run", FAULTS[fault].image, "-q", "--format", "text", "--save",
            str(tmp_path / "seen"), *outputs, *error, env=env,
        )  # fmt: skip
        assert sorted(os.listdir(env["TMPDIR"])) == before  # noqa: PTH208  names

    report = json.loads((tmp_path / "report.json").read_text())
    assert done.stderr == ""
    assert report["problems"] == []
    assert [d["cause"] for d in report["diagnoses"]][:1] == list(FAULTS[fault].causes[:1])
    assert all((tmp_path / f"report.{suffix}").stat().st_size for suffix in suffixes)
    assert call(pyz, "replay", str(tmp_path / "seen"), "-q").returncode == done.returncode


def test_an_old_python_is_told(pyz: Path) -> None:
    main = zipfile.ZipFile(pyz).read("__main__.py").decode()

    assert main.index("sys.exit") < main.index("import main")
    assert 'f"' not in main


def test_it_has_certificates_where_the_machine_has_none(pyz: Path, tmp_path: Path) -> None:
    """Those of the archive, in a file that goes away with the process."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import certifi.core, ecr_doctor.leavings as leavings\n"
        "certifi.core.system_bundle = lambda: ''\n"
        "print(open(certifi.where()).read().count('BEGIN CERTIFICATE'))\n"
        "leavings.sweep()\n"
    )
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-I", "-S", "-c", script, str(pyz)],
        env={"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert int(done.stdout or "0") > 50, done.stderr
    assert list(tmp_path.glob("*.pem")) == []
