from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ecr_doctor.auth.token import token_expiry
from ecr_doctor.clients.docker_config import parse_config
from ecr_doctor.demo import home
from ecr_doctor.demo.home import Home, helper_config, login_config, text_config
from ecr_doctor.demo.names import HOST
from ecr_doctor.demo.tokens import TokenMint
from ecr_doctor.errors import EcrDoctorError


def build(home: Home, folder: Path) -> dict[str, str]:
    return home.build(folder / "there", TokenMint())


def test_an_ordinary_home_has_all_that_a_pull_needs(tmp_path: Path) -> None:
    env = build(Home(), tmp_path)

    folder = Path(env["HOME"])
    assert env["PATH"] == str(folder / "bin")
    config = json.loads((folder / ".docker/config.json").read_text())
    assert config == {"credHelpers": {HOST: "ecr-doctor"}}
    assert "aws_secret_access_key = " in (folder / ".aws/credentials").read_text()
    assert "region = us-east-1" in (folder / ".aws/config").read_text()
    assert (folder / ".aws/credentials").stat().st_mode & 0o077 == 0


def test_files_can_be_left_out(tmp_path: Path) -> None:
    bare = Home(docker_config=home.no_docker_config, aws_credentials="", aws_config="")

    folder = Path(build(bare, tmp_path)["HOME"])

    assert [p for p in folder.rglob("*") if p.is_file()] == [
        folder / "bin/docker-credential-ecr-doctor"
    ]


def test_the_helper_is_ours_and_answers(tmp_path: Path) -> None:
    env = build(Home(), tmp_path)

    answer = subprocess.run(  # noqa: S603
        [f"{env['PATH']}/docker-credential-ecr-doctor", "version"],
        env=env,
        check=True,
        capture_output=True,
    )

    assert b"ecr-doctor" in answer.stdout


def test_the_helper_may_lie_where_path_does_not_look(tmp_path: Path) -> None:
    env = build(Home(helper_folder="go/bin"), tmp_path)

    assert list(Path(env["PATH"]).iterdir()) == []
    assert os.access(Path(env["HOME"], "go/bin/docker-credential-ecr-doctor"), os.X_OK)


def test_logins_are_docker_logins_and_end_when_they_should() -> None:
    text = login_config(left=timedelta(hours=-3))(TokenMint())

    assert text is not None
    (login,) = parse_config(text.encode()).auths
    assert (login.key, login.user) == (HOST, "AWS")
    expires = token_expiry(login.secret)
    assert expires is not None
    assert abs(datetime.now(UTC) - timedelta(hours=3) - expires) < timedelta(minutes=1)


def test_configurations() -> None:
    mint = TokenMint()

    assert text_config("{,")(mint) == "{,"
    assert json.loads(helper_config("x", "key")(mint) or "") == {"credHelpers": {"key": "x"}}
    assert home.settings("eu-west-1", "us-east-1").count("region = ") == 2


def test_a_folder_without_programs_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as on a file system mounted noexec

    with pytest.raises(EcrDoctorError, match="cannot be executed") as caught:
        build(Home(), tmp_path)

    assert "TMPDIR" in caught.value.hint
