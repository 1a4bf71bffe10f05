# ruff: noqa: E501, FBT001  scripts and answers of other programs
"""Secrets are planted in every input of a run, and looked for in every output."""

from __future__ import annotations

import base64
import json
import os
import re
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
API = "api.ecr.us-east-1.amazonaws.com"
STS = "sts.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:latest"

PLANTED = {
    "stored password": "eyJwYXlsb2FkIjoiU1RPUkVEUEFTU1dPUkQiLCJkYXRha2V5IjoiQUFBQSJ9",
    "other registry's password": "hunter2-of-another-registry",
    "identity token": "identity-token-b0d5c0ffee",
    "AWS secret key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYPLANTEDKEY",
    "AWS session token": "IQoJb3JpZ2luX2VjEPLANTEDSESSIONTOKENaCXVzLWVhc3QtMSJHMEUCIQ",
    "secret key of the profile": "zZ9plantedProfileSecretKey0123456789abcd",
    "proxy password": "proxy-pass-PLANTED",
    "secret of the helper": "eyJoZWxwZXIiOiJTRUNSRVRPRlRIRUhFTFBFUiIsImEiOiJiIn0x",
    "stderr of the helper": "ghp_plantedInTheStderrOfTheHelper0123456",
    "signature in an answer": "deadbeefcafe0123456789abcdefplantedsig",
    "token in an answer": "eyJhbnN3ZXIiOiJUT0tFTklOQU5BTlNXRVIiLCJ4IjoieSJ9",
    "password in the error text": "eyJwYXN0ZWQiOiJQQVNURURQQVNTV09SRCIsInEiOiJyIn0y",
}
ERROR = f"""$ docker login -u AWS -p {PLANTED["password in the error text"]} {HOST}
Get https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/x?X-Amz-Security-Token=\
{PLANTED["AWS session token"]}&X-Amz-Signature={PLANTED["signature in an answer"]}: denied
no basic auth credentials"""

HELPER = f"""#!/bin/sh
echo 'debug: Authorization: Bearer {PLANTED["stderr of the helper"]}' >&2
mkdir -p "$AWS_ECR_CACHE_DIR/log"
echo 'level=error msg="token={PLANTED["secret of the helper"]}"' >> "$AWS_ECR_CACHE_DIR/log/ecr-login.log"
MODE
"""
MODES = {
    "answers": f"""echo '{{"ServerURL":"{HOST}","Username":"AWS","Secret":"{PLANTED["secret of the helper"]}"}}'""",
    "prints before": f"""echo 'warn: {PLANTED["secret of the helper"]}'; echo '{{}}'""",
    "fails": f"""echo 'boom {PLANTED["secret of the helper"]}'; exit 3""",
}


def basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def hostile_answer(request: Request) -> Response:
    """An answer that repeats what it was sent, as debugging proxies do, and adds secrets."""
    body = {
        "errors": [
            {
                "code": "DENIED",
                "message": "you sent "
                + str(request.headers.get("Authorization"))
                + f" token={PLANTED['token in an answer']}"
                + f" see https://x.example/y?X-Amz-Signature={PLANTED['signature in an answer']}",
            }
        ]
    }
    headers = {"Www-Authenticate": f'Basic realm="https://{HOST}/",service="ecr.amazonaws.com"'}
    return Response(json.dumps(body), 401, headers, content_type="application/json")


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
    home = tmp_path / "user"
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
    names = (HOST, API, STS)
    return {
        "HOME": str(home),
        "PATH": f"{home / 'bin'}:/usr/bin:/bin",
        "AWS_ACCESS_KEY_ID": "ASIAPLANTEDPLANTED12",
        "AWS_SECRET_ACCESS_KEY": PLANTED["AWS secret key"],
        "AWS_SESSION_TOKEN": PLANTED["AWS session token"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": str(certificates[1]),
        "SSL_CERT_FILE": str(certificates[1]),
        "HTTP_PROXY": f"http://user:{PLANTED['proxy password']}@proxy.example:3128",
        "ALL_PROXY": f"http://user:{PLANTED['proxy password']}@proxy.example:3128",
        "DOCKER_HOST": "unix:///nowhere/docker.sock",
        "ECR_DOCTOR_CONNECT_TO": " ".join(f"{n}=127.0.0.1:{server.port}" for n in names),
    }


def planted_in(text: str) -> list[str]:
    """Which secrets a text holds: plain, or as the base64 of a login."""
    found = [name for name, value in PLANTED.items() if value in text]
    for user in ("AWS", "me"):
        found += [name for name, value in PLANTED.items() if basic(user, value) in text]
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("proxy", [False, True], ids=["direct", "through a proxy"])
def test_no_secret_comes_out(
    mode: str,
    proxy: bool,
    machine: dict[str, str],
    tmp_path: Path,
) -> None:
    helper = tmp_path / "user" / "bin" / "docker-credential-planted"
    helper.write_text(HELPER.replace("MODE", MODES[mode]))
    helper.chmod(0o755)
    if proxy:
        machine["HTTPS_PROXY"] = machine["HTTP_PROXY"].replace("proxy.example", "127.0.0.1")
    files = [
        str(tmp_path / f"report{s}") for s in (".json", ".html", ".xml", ".sarif", ".md", ".txt")
    ]
    outputs = [part for file in files for part in ("-o", file)]
    bundle = str(tmp_path / "seen.bundle")

    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "ecr_doctor", "run", IMAGE, "--error", ERROR, "-v",
         "--format", "text", "--save", bundle, *outputs],
        env=machine,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )  # fmt: skip

    assert done.returncode == 1, done.stderr
    assert planted_in(done.stdout + done.stderr) == []
    for file in (*files, bundle):
        with open(file, encoding="utf-8") as report:  # noqa: PTH123  a plain look
            assert planted_in(report.read()) == [], file
    assert "Traceback" not in done.stderr
    assert planted_in(unpacked(bundle)) == []


def unpacked(bundle: str) -> str:
    """The binary values of a bundle."""
    with open(bundle, encoding="utf-8") as file:  # noqa: PTH123  a plain look
        values = re.findall(r'"\$": "bytes",\s+"is": "([^"]*)"', file.read())
    return "\n".join(base64.b64decode(value).decode("utf-8", "replace") for value in values)


def test_explain_gives_no_secret_back(machine: dict[str, str]) -> None:
    for style in ("text", "json", "markdown"):
        done = subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "ecr_doctor", "explain", "--format", style, "-"],
            input=ERROR,
            env={**os.environ, **machine},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        assert planted_in(done.stdout + done.stderr) == []


def test_the_search_would_find_what_is_planted() -> None:
    value = PLANTED["stored password"]

    assert planted_in(f"x {value} y") == ["stored password"]
    assert planted_in(f"x {basic('AWS', value)} y") == ["stored password"]
