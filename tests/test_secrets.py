# ruff: noqa: FBT001
"""Secrets are planted in every input of a run, and looked for in every output."""

from __future__ import annotations

import base64
import json
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme
from pytest_httpserver import HTTPServer

from planted import (
    API,
    DEFECT,
    ERROR,
    HELPER,
    HOST,
    IMAGE,
    LOADING,
    MODES,
    PLANTED,
    PLUGIN,
    SLOW,
    STS,
    basic,
    hostile_answer,
    planted_in,
)
from terminal import in_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    authority = trustme.CA()
    bundle = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    return authority, bundle


@pytest.fixture(scope="module")
def server(certificates: tuple[trustme.CA, Path]) -> Iterator[HTTPServer]:
    """Plays registry, ECR API and STS: every answer is hostile."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificates[0].issue_cert(HOST, API, STS).configure_cert(context)
    with HTTPServer(ssl_context=context) as running:
        for path in ("/", "/v2/", "/v2/team/app/manifests/latest"):
            running.expect_request(path).respond_with_handler(hostile_answer)
        yield running


@pytest.fixture
def machine(
    tmp_path: Path, server: HTTPServer, certificates: tuple[trustme.CA, Path]
) -> dict[str, str]:
    """The environment of a run on a machine that is full of secrets."""
    home = tmp_path / PLANTED["token in the name of a folder"]
    (home / ".docker").mkdir(parents=True)
    (home / ".aws").mkdir()
    config = {
        "auths": {
            HOST: {"auth": basic("AWS", PLANTED["stored password"])},
            "registry.example": {"auth": basic("me", PLANTED["other registry's password"])},
            "third.example": {"identitytoken": PLANTED["identity token"]},
        },
        "credHelpers": {HOST: "planted"},
        "HttpHeaders": {"Authorization": f"Bearer {PLANTED['identity token']}"},
    }
    (home / ".docker" / "config.json").write_text(json.dumps(config))
    (home / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAPROFILEPROFILE12\n"
        f"aws_secret_access_key = {PLANTED['secret key of the profile']}\n"
    )
    (home / "bin").mkdir()
    mine = home / f"{PLANTED['token in the name of a file']}.pem"
    mine.write_bytes(certificates[1].read_bytes())
    names = (HOST, API, STS)
    return {
        "HOME": str(home),
        "PATH": f"{home / 'bin'}:/usr/bin:/bin",
        "AWS_ACCESS_KEY_ID": "ASIAPLANTEDPLANTED12",
        "AWS_SECRET_ACCESS_KEY": PLANTED["AWS secret key"],
        "AWS_SESSION_TOKEN": PLANTED["AWS session token"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": str(mine),
        "SSL_CERT_FILE": str(mine),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "HTTP_PROXY": f"http://user:{PLANTED['proxy password']}@proxy.example:3128",
        "ALL_PROXY": f"http://user:{PLANTED['proxy password']}@proxy.example:3128",
        "DOCKER_HOST": "unix:///nowhere/docker.sock",
        "ECR_DOCTOR_CONNECT_TO": " ".join(f"{n}=127.0.0.1:{server.port}" for n in names),
    }


def helper_of(machine: dict[str, str], mode: str) -> None:
    helper = Path(machine["HOME"]) / "bin" / "docker-credential-planted"
    helper.write_text(HELPER.replace("MODE", MODES[mode]))
    helper.chmod(0o755)


def ecr_doctor(machine: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", *arguments],
        env=machine,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("proxy", [False, True], ids=["direct", "through a proxy"])
def test_no_secret_comes_out(
    mode: str,
    proxy: bool,
    machine: dict[str, str],
    tmp_path: Path,
) -> None:
    helper_of(machine, mode)
    if proxy:
        machine["HTTPS_PROXY"] = machine["HTTP_PROXY"].replace("proxy.example", "127.0.0.1")
    files = outputs(tmp_path)

    done = ecr_doctor(machine, "run", IMAGE, "--error", ERROR, "-v", "--format", "text", *files)

    assert done.returncode == 1, done.stderr
    assert planted_in(done.stdout + done.stderr) == []
    assert "Traceback" not in done.stderr
    assert "auth" in written(tmp_path)["summary.md"]
    for name, text in written(tmp_path).items():
        assert planted_in(text) == [], name


def outputs(folder: Path) -> list[str]:
    """The options for a report in each format, and a bundle."""
    suffixes = (".json", ".html", ".xml", ".sarif", ".md", ".txt")
    files = [part for s in suffixes for part in ("-o", str(folder / f"report{s}"))]
    return [*files, "--save", str(folder / "seen.bundle")]


def written(folder: Path) -> dict[str, str]:
    """What was written, by file: reports, a job's summary, a bundle also with its bytes."""
    names = [*folder.glob("report.*"), *folder.glob("*.bundle"), *folder.glob("summary.md")]
    texts = {file.name: file.read_text(encoding="utf-8") for file in names}
    bundles = {f"{file.name}, unpacked": unpacked(file) for file in folder.glob("*.bundle")}
    assert len(names) > 6
    return texts | bundles


@pytest.fixture
def careless(tmp_path: Path) -> Path:
    """A folder of checks that tell all they know."""
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "careless.py").write_text(PLUGIN)
    (folder / "loading.py").write_text(LOADING)
    return folder


@pytest.mark.parametrize("verbosity", ["-q", "", "-v", "-vv"])
def test_what_a_careless_check_tells_stays_inside(
    verbosity: str, machine: dict[str, str], careless: Path, tmp_path: Path
) -> None:
    helper_of(machine, "answers")
    how = [verbosity] if verbosity else []

    done = ecr_doctor(
        machine, "run", IMAGE, "--checks-dir", str(careless), *how, *outputs(tmp_path)
    )

    report = json.loads(written(tmp_path)["report.json"])
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    assert statuses["client.careless"] == "fail"
    assert statuses["client.breaking"] == "error"
    assert "loading.py does not load" in report["problems"][0]["what"]
    assert "a defect of this tool: JSONDecodeError at" in done.stderr
    assert planted_in(done.stdout + done.stderr) == []
    for name, text in written(tmp_path).items():
        assert planted_in(text) == [], name


def test_what_moves_on_a_terminal_holds_no_secret(machine: dict[str, str], careless: Path) -> None:
    (careless / "slow.py").write_text(SLOW)

    machine["COLUMNS"] = "400"

    seen, out = in_terminal("run", IMAGE, "--checks-dir", str(careless), env={**machine, "CI": ""})

    assert "slow" in seen
    assert planted_in(seen + out) == []


@pytest.mark.parametrize("verbosity", ["-q", "-vv"])
def test_a_defect_tells_nothing(verbosity: str, machine: dict[str, str], careless: Path) -> None:
    helper_of(machine, "answers")
    (careless / "defect.py").write_text(DEFECT)

    done = ecr_doctor(machine, "run", IMAGE, "--checks-dir", str(careless), verbosity)

    assert done.returncode == 4
    assert "a defect of this tool: RuntimeError" in done.stderr
    assert "Traceback" not in done.stderr
    assert planted_in(done.stdout + done.stderr) == []


NAMED = PLANTED["token in the name of a file"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["which", IMAGE, "--ask"], id="which"),
        pytest.param(["which", IMAGE, "--format", "json"], id="which as JSON"),
        pytest.param(["fix", IMAGE, "--dry-run", "--no-pull"], id="fix"),
        pytest.param(["run", f"AWS:{PLANTED['stored password']}@{IMAGE}", "-v"], id="in the image"),
        pytest.param(["run", IMAGE, "-o", f"/nowhere/{NAMED}.md"],
                     id="in the name of an output"),
        pytest.param(["run", IMAGE, "--checks-dir", f"/no/{NAMED}"],
                     id="in the name of a folder"),
        pytest.param(["replay", f"/no/{NAMED}"], id="a bundle"),
        pytest.param(["run", IMAGE, "--format", NAMED],
                     id="in an option"),
    ],
)  # fmt: skip
def test_no_command_gives_a_secret_back(arguments: list[str], machine: dict[str, str]) -> None:
    helper_of(machine, "answers")

    done = ecr_doctor(machine, *arguments)

    assert done.stdout + done.stderr
    assert planted_in(done.stdout + done.stderr) == []


def unpacked(bundle: Path) -> str:
    """The binary values of a bundle."""
    text = bundle.read_text(encoding="utf-8")
    values = re.findall(r'"\$": "bytes",\s+"is": "([^"]*)"', text)
    return "\n".join(base64.b64decode(value).decode("utf-8", "replace") for value in values)


def test_explain_gives_no_secret_back(machine: dict[str, str]) -> None:
    for style in ("text", "json", "markdown"):
        done = ecr_doctor(machine, "explain", "--format", style, ERROR)

        assert done.returncode == 0, done.stderr
        assert planted_in(done.stdout + done.stderr) == []


def test_the_search_would_find_what_is_planted() -> None:
    value = PLANTED["stored password"]

    assert planted_in(f"x {value} y") == ["stored password"]
    assert planted_in(f"x {basic('AWS', value)} y") == ["stored password"]
