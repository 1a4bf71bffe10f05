"""The engine probe against real sockets; the real engine is met in tests/lab and tests/docker."""

from __future__ import annotations

import hashlib
import json
import socketserver
import sys
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings
from ecr_doctor.probes import docker_engine
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.docker_api import DockerApiProbe
from ecr_doctor.probes.docker_engine import Engine, EngineProbe, EngineProblem
from ecr_doctor.testing import TARGET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INFO = {
    "ServerVersion": "28.2.2",
    "OperatingSystem": "Ubuntu 24.04.2 LTS",
    "OSType": "linux",
    "Architecture": "aarch64",
    "DockerRootDir": "/var/lib/docker",
    "Driver": "overlayfs",
    "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]],
    "HttpsProxy": "http://proxy.example:3128",
    "NoProxy": "169.254.169.254",
    "RegistryConfig": {"Mirrors": ["https://mirror.example/"]},
    "SecurityOptions": ["name=seccomp", "name=rootless"],
    "Swarm": {"LocalNodeState": "active"},
}


class Handler(BaseHTTPRequestHandler):
    body: Any = INFO

    def do_GET(self) -> None:
        found = {"ApiVersion": "1.47"} if self.path == "/version" else self.body
        data = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass

    def address_string(self) -> str:
        return "unix"


@contextmanager
def engine_at(path: Path) -> Iterator[None]:
    with socketserver.ThreadingUnixStreamServer(str(path), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


@contextmanager
def raw_engine(answer: bytes, *, hold: bool = False) -> Iterator[str]:
    """A server that says the same to everybody, and hangs up or holds the line."""
    over = threading.Event()

    class Say(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self.request.recv(65536)
                self.request.sendall(answer)
            if hold:
                over.wait(5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Say) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        over.set()
        server.shutdown()


def look(**env: str) -> Engine:
    return Observer(TARGET, Settings(env=env)).observe(EngineProbe())


def test_an_engine_says_how_it_is_set_up(tmp_path: Path) -> None:
    socket = tmp_path / "docker.sock"
    with engine_at(socket):
        seen = look(DOCKER_HOST=f"unix://{socket}")

    assert seen.reachable
    assert (seen.server_version, seen.architecture, seen.data_root) == (
        "28.2.2", "arm64", "/var/lib/docker")  # fmt: skip
    assert seen.containerd_store
    assert seen.rootless
    assert not seen.podman
    assert seen.operating_system == "Ubuntu 24.04.2 LTS"
    assert seen.swarm == "active"
    assert seen.https_proxy == "http://proxy.example:3128"
    assert seen.mirrors == ("https://mirror.example/",)


def test_podman_in_docker_s_place_is_known_by_what_docker_does_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "body", INFO | {"BuildahVersion": "1.33.7", "Rootless": True})
    socket = tmp_path / "podman.sock"
    with engine_at(socket):
        assert look(DOCKER_HOST=f"unix://{socket}").podman


def test_docker_py_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docker", None)
    socket = tmp_path / "docker.sock"
    with engine_at(socket):
        assert look(DOCKER_HOST=f"unix://{socket}").reachable


def test_an_engine_over_tcp_may_answer_in_chunks() -> None:
    whole = json.dumps(INFO).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (whole[:100], whole[100:]))
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    with raw_engine(answer) as url:
        assert look(DOCKER_HOST=url).server_version == "28.2.2"


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        pytest.param(
            b'HTTP/1.1 403 Forbidden\r\n\r\n{"message": "authorization denied by plugin"}',
            "403 Forbidden: authorization denied by plugin",
            id="an authorization plugin",
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n{", "", id="no JSON"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0", id="no HTTP"),
        pytest.param(b"", "", id="hangs up"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (5 << 20), "the answer is too long", id="endless"
        ),
    ],
)
def test_what_is_no_engine(answer: bytes, detail: str) -> None:
    with raw_engine(answer) as url:
        seen = look(DOCKER_HOST=url)

    assert seen.problem is EngineProblem.NOT_DOCKER
    assert detail in seen.detail


def test_an_engine_that_never_ends_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_engine, "ANSWER_SECONDS", 0.2)
    with raw_engine(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", hold=True) as url:
        assert look(DOCKER_HOST=url).problem is EngineProblem.NOT_DOCKER


def test_a_malformed_login_does_not_hide_the_engine(tmp_path: Path, monkeypatch: Any) -> None:
    """docker-py reads config.json itself and dies of it."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text('{"auths": {"host.example": {"auth": "%%%"}}}')
    socket = tmp_path / "docker.sock"
    with engine_at(socket):
        assert look(DOCKER_HOST=f"unix://{socket}").reachable


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        pytest.param("unix:///nowhere/docker.sock", EngineProblem.NO_SOCKET, id="no socket"),
        pytest.param("tcp://127.0.0.1:1", EngineProblem.REFUSED, id="refused"),
        pytest.param("127.0.0.1:1", EngineProblem.REFUSED, id="no scheme is tcp"),
        pytest.param("tcp://127.0.0.1:99999", EngineProblem.BAD_ENDPOINT, id="bad port"),
        pytest.param("ssh://me@far", EngineProblem.NO_PROGRAM, id="no ssh on PATH"),
        pytest.param("unix:///etc/passwd", EngineProblem.REFUSED, id="a file, not a socket"),
    ],
)
def test_why_it_does_not_answer(host: str, problem: EngineProblem) -> None:
    assert look(DOCKER_HOST=host).problem is problem


def test_an_engine_behind_ssh_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "ssh").write_text("#!/bin/sh\n")
    (tmp_path / "ssh").chmod(0o755)

    seen = look(DOCKER_HOST="ssh://me@far", PATH=str(tmp_path))

    assert seen.problem is EngineProblem.BAD_ENDPOINT


@pytest.mark.parametrize(
    ("asked", "known"),
    [("1.30", (1, 47)), ("", ()), ("newest", ())],
)
def test_the_api_that_is_asked_for(tmp_path: Path, asked: str, known: tuple[int, ...]) -> None:
    socket = tmp_path / "docker.sock"
    with engine_at(socket):
        env = {"DOCKER_HOST": f"unix://{socket}", "DOCKER_API_VERSION": asked}
        seen = Observer(TARGET, Settings(env=env)).observe(DockerApiProbe())

    assert seen.newest == known
    assert seen.fits


def test_an_engine_that_does_not_say_its_api() -> None:
    env = {"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_API_VERSION": "1.30"}

    with pytest.raises(ProbeError, match="does not say"):
        Observer(TARGET, Settings(env=env)).observe(DockerApiProbe())


def test_something_else_that_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "body", ["not", "an", "object"])
    socket = tmp_path / "docker.sock"
    with engine_at(socket):
        assert look(DOCKER_HOST=f"unix://{socket}").problem is EngineProblem.NOT_DOCKER


def test_a_context_that_does_not_exist(tmp_path: Path) -> None:
    folder = tmp_path / ".docker"
    folder.mkdir()
    (folder / "config.json").write_text('{"currentContext": "gone"}')

    seen = look(HOME=str(tmp_path))

    assert seen.problem is EngineProblem.NO_CONTEXT
    assert seen.endpoint.source == str(folder / "config.json")


def test_a_context_names_the_engine(tmp_path: Path) -> None:
    folder = tmp_path / "contexts" / "meta" / _sha256("far")
    folder.mkdir(parents=True)
    endpoints = {"docker": {"Host": "tcp://127.0.0.1:1"}}
    (folder / "meta.json").write_text(json.dumps({"Name": "far", "Endpoints": endpoints}))

    seen = look(DOCKER_CONFIG=str(tmp_path), DOCKER_CONTEXT="far")

    assert (seen.endpoint.url, seen.endpoint.source) == ("tcp://127.0.0.1:1", "DOCKER_CONTEXT")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
