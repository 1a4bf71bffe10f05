from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.auth.failure import Failure, FailureKind
from ecr_doctor.demo import silent_helper
from ecr_doctor.demo.names import HOST
from ecr_doctor.demo.world import KEY_ID, SECRET_KEY
from ecr_doctor.probes.helper_log import last_error, read_log

if TYPE_CHECKING:
    from pathlib import Path

    from ecr_doctor.demo.server import Server


@pytest.fixture
def reached(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the helper's cache, where it reaches a look-alike."""
    monkeypatch.setenv("ECR_DOCTOR_CONNECT_TO", " ".join(server.connect_to()))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(server.authority_file))
    monkeypatch.setenv("AWS_ECR_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    return tmp_path / "cache"


def call(monkeypatch: pytest.MonkeyPatch, command: str, text: str) -> int:
    monkeypatch.setattr(sys, "argv", ["docker-credential-ecr-login", command])
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return silent_helper.main()


def test_it_answers_as_docker_wants_it(
    reached: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(monkeypatch, "get", f"{HOST}\n") == 0

    answer = json.loads(capsys.readouterr().out)
    assert (answer["ServerURL"], answer["Username"]) == (HOST, "AWS")
    assert server.cloud.mint.read(answer["Secret"]) is not None
    assert not reached.exists()


def test_it_hides_the_reason_in_its_log(
    reached: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAGONE")

    assert call(monkeypatch, "get", HOST) == 1

    said = capsys.readouterr()
    assert (said.out, said.err) == ("credentials not found in native keychain\n", "")
    reason = last_error(read_log(reached))
    assert "api error UnrecognizedClientException: The security token included in" in reason
    assert "https response error StatusCode: 400, RequestID: " in reason


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize(
    ("command", "text", "wanted"),
    [
        ("get", "ghcr.io", "credentials not found in native keychain\n"),
        ("store", "", "not implemented\n"),
    ],
)
def test_what_is_not_for_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    text: str,
    wanted: str,
) -> None:
    assert call(monkeypatch, command, text) == 1
    assert capsys.readouterr().out == wanted


def test_without_an_answer_it_blames_the_credentials_as_the_go_helper_does() -> None:
    failure = Failure(kind=FailureKind.NO_CREDENTIALS, message="there are none")

    text = silent_helper.in_the_words_of_go(failure)

    assert text == (
        "operation error ECR: GetAuthorizationToken, get identity: get credentials: there are none"
    )
