from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError

from ecr_doctor.auth.ca_bundle import SYSTEM_BUNDLES, ca_bundle, system_bundle
from ecr_doctor.auth.failure import FailureKind, explain_failure
from ecr_doctor.auth.session import AwsSession
from ecr_doctor.model import ConnectTo, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auth.fake_aws import FakeAws

API = "api.ecr.us-east-1.amazonaws.com"


class SilentServer:
    """Takes connections and never says a word."""

    def __init__(self, server: socket.socket) -> None:
        self.port: int = server.getsockname()[1]
        self.connections: list[socket.socket] = []
        self._server = server
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self._server.accept()[0])
            except OSError:
                return


@pytest.fixture
def silent() -> Iterator[SilentServer]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        found = SilentServer(server)
        yield found
        server.shutdown(socket.SHUT_RDWR)
        for connection in found.connections:
            connection.close()


def write_config(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    path = folder / "aws-config"
    path.write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))


def session(**options: Any) -> AwsSession:
    settings = Settings(env=dict(os.environ), **options)
    return AwsSession(settings, process_seconds=0.5)


def failure_of(found: AwsSession) -> FailureKind:
    with pytest.raises((BotoCoreError, OSError, ValueError)) as error:
        found.credentials()
    return explain_failure(error.value).kind


def test_a_client_is_made_once_for_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    aws, clients = session(), []
    threads = [
        threading.Thread(target=lambda: clients.append(aws.client("ecr", "us-east-1")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(client) for client in clients}) == 1
    assert aws.client("ecr", "us-east-1", fips=True) is not clients[0]
    config = clients[0].meta.config
    assert (config.connect_timeout, config.read_timeout) == (2.5, 4.0)
    assert config.retries["total_max_attempts"] == 1


def test_botocore_is_not_imported_before_it_is_needed() -> None:
    code = (
        "import sys; from ecr_doctor.auth.session import AwsSession;"
        "from ecr_doctor.model import Settings; AwsSession(Settings());"
        "sys.exit('botocore' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603


def test_an_mfa_code_is_never_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_config(
        monkeypatch,
        tmp_path,
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
        "mfa_serial = arn:aws:iam::123456789012:mfa/me\n"
        "[profile base]\naws_access_key_id = AKIAX\naws_secret_access_key = s\n",
    )

    def resolve() -> object:
        found = session().credentials()
        return found.get_frozen_credentials()

    with pytest.raises(BotoCoreError) as error:
        resolve()
    assert explain_failure(error.value).kind is FailureKind.MFA_NEEDED


def test_a_hanging_process_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    script = tmp_path / "hang"
    script.write_text(f"#!/bin/sh\nsleep 60 & echo $! > {pid}\nwait\n")
    script.chmod(0o755)
    write_config(monkeypatch, tmp_path, f"[default]\ncredential_process = {script}\n")
    began = time.monotonic()

    assert failure_of(session()) is FailureKind.PROCESS_HANGS
    assert time.monotonic() - began < 20
    time.sleep(0.1)
    child = int(pid.read_text())
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            return file.read().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_gets_no_input_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"}
    script = tmp_path / "read"
    script.write_text(f"#!/bin/sh\nread line && exit 1\necho '{json.dumps(answer)}'\n")
    script.chmod(0o755)
    write_config(monkeypatch, tmp_path, f"[default]\ncredential_process = {script}\n")

    assert session().credentials().access_key == "AKIAPROCESS"


@pytest.mark.parametrize(
    ("config", "env", "kind"),
    [
        ("[default]\ncredential_process = /nowhere/x\n", {}, FailureKind.CONFIG_INVALID),
        ("[default]\ncredential_process = false\n", {}, FailureKind.PROVIDER_FAILED),
        ("", {"AWS_PROFILE": "missing"}, FailureKind.PROFILE_MISSING),
        ("", {"AWS_ACCESS_KEY_ID": "AKIAX"}, FailureKind.PARTIAL_CREDENTIALS),
        ("[default\n", {}, FailureKind.CONFIG_INVALID),
        ("[default]\nrole_arn = arn:r\n", {}, FailureKind.PARTIAL_CREDENTIALS),
        ("[default]\nrole_arn = a\nsource_profile = x\n", {}, FailureKind.CONFIG_INVALID),
        ("[default]\nsso_account_id = 1\n", {}, FailureKind.CONFIG_INVALID),
        ("", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere", "AWS_ROLE_ARN": "arn:r"},
         FailureKind.CONFIG_INVALID),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_configuration_has_a_kind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: str, env: dict[str, str],
    kind: FailureKind,
) -> None:  # fmt: skip
    write_config(monkeypatch, tmp_path, config)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    found = session()

    def resolve() -> None:
        credentials = found.credentials()
        credentials.get_frozen_credentials()

    with pytest.raises((BotoCoreError, OSError, ValueError)) as error:
        resolve()
    assert explain_failure(error.value).kind is kind


def test_a_silent_metadata_service_is_waited_for_once(
    monkeypatch: pytest.MonkeyPatch, silent: SilentServer
) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{silent.port}")
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "60")
    monkeypatch.setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "9")
    found = session()
    found.botocore()
    began = time.monotonic()

    assert found.credentials() is None
    assert time.monotonic() - began < 10  # instead of 9 times 60
    assert found.metadata_in_vain


def test_credentials_are_looked_for_once(
    monkeypatch: pytest.MonkeyPatch, silent: SilentServer
) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{silent.port}")
    found = session()
    assert found.credentials() is None
    asked = len(silent.connections)

    found.client("ecr", "us-east-1")
    found.client("sts", "us-east-1")

    assert found.credentials() is None
    assert len(silent.connections) == asked > 0


def test_a_failure_of_the_search_is_remembered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    write_config(
        monkeypatch,
        tmp_path,
        f"[default]\ncredential_process = sh -c 'echo x >> {runs}; exit 1'\n",
    )
    found = session()

    assert failure_of(found) is failure_of(found) is FailureKind.PROVIDER_FAILED
    assert runs.read_text() == "x\n"


def test_metadata_that_is_switched_off_is_not_asked() -> None:
    found = session()

    assert found.credentials() is None
    assert not found.metadata_in_vain


def test_another_address_is_dialled_and_tls_keeps_the_name(
    monkeypatch: pytest.MonkeyPatch, aws: FakeAws, tls_front: int
) -> None:
    for name, value in aws.env(HTTPS_PROXY="").items():
        monkeypatch.setenv(name, value)
    rule = ConnectTo(API.upper(), "127.0.0.1", tls_front)

    answer = session(connect_to=(rule,)).client("ecr", "us-east-1").get_authorization_token()

    assert answer["authorizationData"]
    assert [host for host, *_ in aws.calls] == [API]


def test_another_address_with_the_wrong_certificate_is_refused(
    monkeypatch: pytest.MonkeyPatch, aws: FakeAws, tls_front: int
) -> None:
    for name, value in aws.env(HTTPS_PROXY="").items():
        monkeypatch.setenv(name, value)
    rule = ConnectTo("api.ecr.eu-west-1.amazonaws.com", "127.0.0.1", tls_front)
    client = session(connect_to=(rule,)).client("ecr", "eu-west-1")

    with pytest.raises(BotoCoreError) as error:
        client.get_authorization_token()
    assert explain_failure(error.value).kind is FailureKind.TLS


@pytest.fixture
def tls_front(aws: FakeAws) -> Iterator[int]:
    """The port of a TLS server for the API's name that passes all on to the fake AWS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve_front, args=(server, aws), daemon=True).start()
        yield server.getsockname()[1]


def _serve_front(server: socket.socket, aws: FakeAws) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        aws.handle_tls(connection, API)


@pytest.mark.parametrize(
    ("env", "configured", "bundle"),
    [
        ({"AWS_CA_BUNDLE": "/a", "REQUESTS_CA_BUNDLE": "/r", "SSL_CERT_FILE": "/s"}, "/c", "/a"),
        ({"REQUESTS_CA_BUNDLE": "/r", "SSL_CERT_FILE": "/s"}, "/c", "/c"),
        ({"REQUESTS_CA_BUNDLE": "/r", "SSL_CERT_FILE": "/s"}, "", "/r"),
        ({"SSL_CERT_FILE": "/s"}, "", "/s"),
        ({}, "", system_bundle()),
    ],
)
def test_which_bundle(env: dict[str, str], configured: str, bundle: str) -> None:
    assert ca_bundle(env, configured) == bundle
    assert not bundle or bundle[0] == "/"
    assert all(path.startswith("/etc/") for path in SYSTEM_BUNDLES)
