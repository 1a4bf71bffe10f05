from __future__ import annotations

import base64
import glob
import json
import os
import tempfile
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.probes.helper_version import HelperVersionProbe
from ecr_doctor.redact import MASK
from ecr_doctor.testing import HOST
from probes.user_scene import User

if TYPE_CHECKING:
    from pathlib import Path

PROBE = HelperRunProbe("x", HOST)
SECRET = "Planted-Secret-4711"
GOOD = json.dumps({"ServerURL": HOST, "Username": "AWS", "Secret": SECRET})


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (f"echo '{GOOD}'", HelperStatus.ANSWERED),
        (f"cat >/dev/null; echo '{GOOD}'", HelperStatus.ANSWERED),
        (f"echo '{GOOD} trailing'", HelperStatus.ANSWERED),
        ("echo credentials not found in native keychain; exit 1", HelperStatus.NOT_FOUND),
        ("echo credentials not found in native keychain >&2; exit 1", HelperStatus.FAILED),
        ("echo other words; exit 1", HelperStatus.FAILED),
        ("exit 1", HelperStatus.FAILED),
        (f"echo '{GOOD}'; exit 2", HelperStatus.FAILED),
        ("kill -9 $$", HelperStatus.FAILED),
        ("true", HelperStatus.BROKEN),
        (f"echo warning; echo '{GOOD}'", HelperStatus.BROKEN),
        ('echo \'{"Username":"","Secret":""}\'', HelperStatus.INCOMPLETE),
        ('echo \'{"Username":"<token>","Secret":"t"}\'', HelperStatus.IDENTITY_TOKEN),
        ("#!/no/such/interpreter\n", HelperStatus.NOT_STARTED),
        ("", HelperStatus.NOT_STARTED),
    ],
)
def test_status_and_no_secret_in_sight(tmp_path: Path, script: str, status: HelperStatus) -> None:
    user = User(tmp_path)
    user.helper(script)
    scene = user.scene()
    run = scene.observe(PROBE)

    assert run.status is status
    assert SECRET not in repr(run)
    if SECRET in script:
        assert scene.redactor.clean(f"<{SECRET}>") == f"<{MASK}>"


def test_asks_as_docker_does(tmp_path: Path) -> None:
    user = User(tmp_path, {"AWS_PROFILE": "work"})
    user.helper('printf "%s|%s|%s|%s" "$1" "$(cat)" "$AWS_PROFILE" "$HOME"')

    assert user.scene().observe(PROBE).message == f"get|{HOST}|work|{user.home}"


def test_a_missing_program(tmp_path: Path) -> None:
    run = User(tmp_path).scene().observe(HelperRunProbe("no-such-helper", HOST))

    assert run.status is HelperStatus.NOT_STARTED
    assert run.falls_back


def test_a_helper_that_hangs_is_killed_in_time(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper("sleep 60")
    began = time.monotonic()
    run = user.scene(timeout=1.0).observe(PROBE)

    assert run.status is HelperStatus.HUNG
    assert time.monotonic() - began < 1.0
    assert not run.falls_back


def test_works_on_a_private_copy_of_the_cache(tmp_path: Path) -> None:
    user = User(tmp_path)
    theirs = user.home / ".ecr"
    theirs.mkdir()
    (theirs / "cache.json").write_text("old")
    user.helper(
        'cd "$AWS_ECR_CACHE_DIR"; stat -c %a . cache.json; cat cache.json; '
        "echo new > cache.json; pwd"
    )
    said = user.scene().observe(PROBE).message.split("\n")

    assert said[:2] == ["700", "600"]
    assert said[2].startswith("old/")
    assert not os.path.exists(said[2].removeprefix("old"))  # noqa: PTH110
    assert (theirs / "cache.json").read_text() == "old"


def test_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "cwd"))
    user = User(tmp_path)
    user.helper('mkdir "$AWS_ECR_CACHE_DIR/log"; touch "$AWS_ECR_CACHE_DIR/log/a"; sleep 9')
    user.scene(timeout=0.8).observe(PROBE)

    assert glob.glob(f"{tmp_path}/cwd/*") == []  # noqa: PTH207
    assert [entry.name for entry in user.home.iterdir()] == [".docker"]


def test_reads_the_log_of_this_run(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper(
        'mkdir "$AWS_ECR_CACHE_DIR/log"; cat > "$AWS_ECR_CACHE_DIR/log/ecr-login.log" <<X\n'
        'time="2026" level=debug msg="Calling"\n'
        'time="2026" level=error msg="Error retrieving" error="ecr: \\"Denied\\" by AWS, '
        'aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY1"\n'
        "X\n"
        "echo credentials not found in native keychain; exit 1"
    )
    run = user.scene().observe(PROBE)

    assert run.log_error.startswith('ecr: "Denied" by AWS')
    assert "wJalr" not in repr(run)
    assert run.said == run.log_error


def test_a_panic(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper("echo 'panic: open /no/ca.pem: no such file\n\ngoroutine 1 [running]:' >&2; exit 2")
    run = user.scene().observe(PROBE)

    assert run.panic == "panic: open /no/ca.pem: no such file"
    assert run.status is HelperStatus.FAILED


def test_reads_the_tokens_end(tmp_path: Path) -> None:
    token = base64.b64encode(b'{"payload":"x","datakey":"y","expiration":1781524800}').decode()
    user = User(tmp_path)
    user.helper(f"""echo '{{"Username":"AWS","Secret":"{token}"}}'""")
    run = user.scene().observe(PROBE)

    assert run.expires == datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
    assert run.ecr_token


def test_version(tmp_path: Path) -> None:
    user = User(tmp_path)
    user.helper('[ "$1" = -v ] && echo "amazon-ecr-credential-helper\nVersion:    0.6.0"')

    assert user.scene().observe(HelperVersionProbe("x")).numbers == (0, 6, 0)
    assert user.scene().observe(HelperVersionProbe("no-such")).numbers == ()
