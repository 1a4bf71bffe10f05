"""Servers that are right or wrong in one way, on this machine's own loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeVar, cast

import trustme

from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import ConnectTo, Settings, Target
from ecr_doctor.probes import certsd, trust
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.testing import TARGET

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from ecr_doctor.probes.base import Probe

T = TypeVar("T")
Talk = Callable[[socket.socket], None]
LOOPBACK = "127.0.0.1"
AUTHORITY = trustme.CA(organization_name="Lab CA")
ENGINE = Engine(
    endpoint=DockerEndpoint(url=DEFAULT_ENDPOINT, source="default"),
    server_version="28.2.2",
    os="linux",
    architecture="amd64",
)


class Stage(Observer):
    """A real run, in which some observations are given."""

    def __init__(
        self, given: dict[Probe[Any], Any], target: Target = TARGET, **settings: object
    ) -> None:
        super().__init__(target, Settings(**settings))  # type: ignore[arg-type]
        self.given = given

    def observe(self, probe: Probe[T]) -> T:
        if probe not in self.given:
            return super().observe(probe)
        seen = self.given[probe]
        if isinstance(seen, Exception):
            raise seen
        return cast("T", seen)


def stage(
    *rules: ConnectTo,
    engine: Engine = ENGINE,
    given: dict[Probe[Any], Any] | None = None,
    target: Target = TARGET,
    **settings: object,
) -> Stage:
    seen = {EngineProbe(): engine, **(given or {})}
    return Stage(seen, target, connect_to=rules, **settings)


def trusting(monkeypatch: pytest.MonkeyPatch, folder: Path, *authorities: trustme.CA) -> None:
    """Make a machine whose system bundle holds just these authorities."""
    bundle = folder / "bundle.crt"
    bundle.write_bytes(b"".join(authority.cert_pem.bytes() for authority in authorities))
    monkeypatch.setattr(trust, "SYSTEM_BUNDLES", (str(bundle),))
    monkeypatch.setattr(trust, "SYSTEM_FOLDERS", (str(folder / "no-folder"),))
    monkeypatch.setattr(certsd, "CERTS_D", str(folder / "certs.d"))


def dead_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def black_hole() -> Iterator[int]:
    """A port whose queue is full: the kernel drops further connection requests."""
    server = socket.socket()
    server.bind((LOOPBACK, 0))
    server.listen(0)
    port = int(server.getsockname()[1])
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.settimeout(0)
        filler.connect_ex((LOOPBACK, port))
    try:
        yield port
    finally:
        for sock in (*fillers, server):
            sock.close()


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """A server that does `talk` with each connection, in a thread of its own."""
    server = socket.create_server((LOOPBACK, 0))
    port = int(server.getsockname()[1])

    def serve() -> None:
        with suppress(OSError):
            while True:
                sock, _ = server.accept()
                threading.Thread(target=guarded, args=(sock,), daemon=True).start()

    def guarded(sock: socket.socket) -> None:
        with suppress(OSError, ValueError), sock:
            sock.settimeout(10)
            talk(sock)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield port
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def silent(sock: socket.socket) -> None:
    sock.recv(1)
    threading.Event().wait(6)


def closing(sock: socket.socket) -> None:
    sock.recv(4096)


def resetting(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def saying(text: bytes) -> Talk:
    def talk(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(text)

    return talk


def certified(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def over_tls(context: ssl.SSLContext, talk: Talk) -> Talk:
    def shaken(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as line:
            talk(line)

    return shaken


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """An HTTPS server with a table of replies; what was asked is kept."""

    replies: dict[str, Reply] = field(default_factory=dict)
    accept: str = ""
    """The Authorization header that it wants; empty for none."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def reply(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((path, headers))
        if self.accept and headers.get("authorization") != self.accept:
            challenge = {"WWW-Authenticate": 'Basic realm="https://x/",service="ecr.amazonaws.com"'}
            return Reply(401, b"Not Authorized", challenge)
        missing = Reply(404, b'{"errors":[{"code":"NOT_FOUND","message":"no such thing"}]}')
        return self.replies.get(path.partition("?")[0], missing)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def serving(site: Site, *names: str, authority: trustme.CA = AUTHORITY) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            reply = site.reply(self.path, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet((LOOPBACK, 0), Handler)
    context = certified(authority.issue_cert(*names))
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    site.port = int(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Proxy:
    """A CONNECT proxy: open, with a login, or refusing; it connects wherever it is told."""

    to: int = 0
    """The local port to which every tunnel leads."""
    login: str = ""
    answer: bytes = b""
    """Said to every CONNECT instead of opening a tunnel."""
    asked: list[str] = field(default_factory=list)

    def talk(self, sock: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(4096)
        text = head.decode()
        self.asked.append(text.partition("\r\n")[0])
        if self.login and f"Proxy-Authorization: Basic {self.login}" not in text:
            sock.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif self.answer:
            sock.sendall(self.answer)
        else:
            self.tunnel(sock)

    def tunnel(self, sock: socket.socket) -> None:
        with socket.create_connection((LOOPBACK, self.to)) as far:
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            there = threading.Thread(target=_pump, args=(sock, far), daemon=True)
            there.start()
            _pump(far, sock)
            there.join(5)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
