from __future__ import annotations

from typing import TYPE_CHECKING

import botocore.session
import pytest

from ecr_doctor.auth.static_key import static_key_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Prepare = Callable[[str, str, dict[str, str]], dict[str, str]]

KEYS = "aws_access_key_id = AKIAFILE\naws_secret_access_key = s\n"
OTHER = "aws_access_key_id=AKIACONFIG\naws_secret_access_key=t\n"
ENV = {"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"}


def botocore_key_id() -> str:
    credentials = botocore.session.Session().get_credentials()
    return credentials.access_key if credentials else ""


PLAIN = [
    ("", f"[default]\n{KEYS}", {}, "AKIAFILE"),
    (f"[default]\n{OTHER}", "", {}, "AKIACONFIG"),
    (f"[default]\n{OTHER}", f"[default]\n{KEYS}", {}, "AKIAFILE"),
    ("[default]\nregion = us-east-1\n", f"# c\n\n[x]\na=b\n[default]\n{KEYS}", {}, "AKIAFILE"),
    ("", f"[default]\n{KEYS}", ENV, "AKIAENV"),
    ("", f"[work]\n{KEYS}", {"AWS_PROFILE": "work"}, "AKIAFILE"),
    (f"[profile work]\n{OTHER}", "", {"AWS_PROFILE": "work"}, "AKIACONFIG"),
    (f"[work]\n{OTHER}", f"[default]\n{KEYS}", {}, "AKIAFILE"),
    ("", f"[work]\n{KEYS}", {"AWS_DEFAULT_PROFILE": "work", "AWS_PROFILE": "x"}, "AKIAFILE"),
    ("", f"[default]\r\n{KEYS}".replace("\n", "\r\n"), {}, "AKIAFILE"),
    ("", "[default]\nAWS_ACCESS_KEY_ID = AKIAUP\naws_secret_access_key = s=t\n", {}, "AKIAUP"),
    ("", f"[default]\n{KEYS}; note\n", {}, "AKIAFILE"),
]
LEFT_TO_BOTOCORE = [
    ("", "", {}),
    ("[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = x\n", f"[x]\n{KEYS}", {}),
    ("[default]\nsso_session = s\n", f"[default]\n{KEYS}", {}),
    ("[default]\ncredential_process = cat x\n", "", {}),
    (f"[default]\ncredential_process = cat x\n{OTHER}", "", {}),
    ("[default]\nweb_identity_token_file = /x\n", f"[default]\n{KEYS}", {}),
    ("", f"[default]\n{KEYS}", {"AWS_PROFILE": "missing"}),
    ("", f"[default]\n{KEYS}", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/x", "AWS_ROLE_ARN": "r"}),
    ("", f"[default]\n{KEYS}", {"AWS_ACCESS_KEY_ID": "AKIAHALF"}),
    ("", f"[default]\n{KEYS}", {**ENV, "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"}),
    ("", f"[default]\n{KEYS}", {"AWS_SHARED_CREDENTIALS_FILE": "$HOME/.aws/credentials"}),
    ("", "[default]\naws_access_key_id = AKIAHALF\n", {}),
    ("", f"[default]\n{KEYS}[default]\n{OTHER}", {}),
    ("", f"[default]\n{KEYS}{OTHER}", {}),
    ("", "[default]\naws_access_key_id: AKIACOLON\naws_secret_access_key: s\n", {}),
    ("", "[default]\naws_access_key_id = AKIA\n  MORE\naws_secret_access_key = s\n", {}),
    ("", f"{KEYS}", {}),
    ("", f"[default\n{KEYS}", {}),
    ("", f"[default] # main\n{KEYS}", {}),
    ("", f"[default]\nnonsense\n{KEYS}", {}),
    (f"[profile default]\n{OTHER}", f"[default]\n{KEYS}", {}),
    (f'[profile "my work"]\n{OTHER}', "", {"AWS_PROFILE": "my work"}),
]


@pytest.fixture
def prepare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Prepare:
    def write(config: str, credentials: str, env: dict[str, str]) -> dict[str, str]:
        (tmp_path / ".aws").mkdir()
        for name, text in (("config", config), ("credentials", credentials)):
            if text:
                (tmp_path / ".aws" / name).write_bytes(text.encode())
        environment = {"HOME": str(tmp_path), **env}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return environment

    return write


@pytest.mark.parametrize(("config", "credentials", "env", "key_id"), PLAIN)
def test_plain_cases_are_read_as_botocore_reads_them(
    prepare: Prepare, config: str, credentials: str, env: dict[str, str], key_id: str
) -> None:
    environment = prepare(config, credentials, env)

    assert static_key_id(environment) == botocore_key_id() == key_id


@pytest.mark.parametrize(("config", "credentials", "env"), LEFT_TO_BOTOCORE)
def test_the_rest_is_left_to_botocore(
    prepare: Prepare, config: str, credentials: str, env: dict[str, str]
) -> None:
    assert static_key_id(prepare(config, credentials, env)) == ""


def test_an_unreadable_file_is_left_to_botocore(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()

    assert static_key_id({"AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")}) == ""
