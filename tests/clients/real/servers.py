"""A registry that wants a login, and an engine that only takes notes."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION = {"Docker_Distribution_Api_Version": "registry/2.0"}
_NO_LOGIN = ("", "")
"""skopeo and its kin send `Basic Og==` when they have none."""


@dataclass
class Notes:
    """What arrived since it was last emptied."""

    requests: int = 0
    headers: list[str] = field(default_factory=list)
    """Values of Authorization, X-Registry-Auth or X-Registry-Config."""

    def empty(self) -> None:
        """Begin anew."""
        self.requests = 0
        self.headers.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    notes: Notes

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """Silence."""

    def address_string(self) -> str:
        """A unix socket's client has no address."""
        return "client"

    def _answer(self, status: int, document: Any, **headers: str) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Registry(_Handler):
    """Basic, as ECR: 401 without a login, and no image with one."""

    def do_GET(self) -> None:
        self.notes.requests += 1
        login = self.headers.get("Authorization")
        if login is None:
            wanted = 'Basic realm="https://localhost/"'
            self._answer(401, {}, WWW_Authenticate=wanted, **_VERSION)
            return
        self.notes.headers.append(login)
        document = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "none"}]}
        self._answer(404, document, **_VERSION)

    do_HEAD = do_GET  # noqa: N815  the base class's name


class _Engine(_Handler):
    """Says no to everything, once the header is written down."""

    def do_GET(self) -> None:
        version = {"ApiVersion": "1.41", "Version": "20.10.24", "MinAPIVersion": "1.12"}
        document = {"OSType": "linux", "ServerVersion": "20.10.24", **version}
        self._answer(200, document, Api_Version="1.41", OSType="linux")

    do_HEAD = do_GET  # noqa: N815  the base class's name

    def do_POST(self) -> None:
        self._read_body()
        for name in ("X-Registry-Auth", "X-Registry-Config"):
            if name in self.headers:
                self.notes.headers.append(self.headers[name])
        self.notes.requests += 1
        self.close_connection = True
        self._answer(500, {"message": "this engine pulls nothing"})

    def _read_body(self) -> None:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline().strip() or b"0", 16):
            self.rfile.read(size + 2)
        self.rfile.readline()


class _TlsServer(ThreadingHTTPServer):
    """Shakes hands in the connection's own thread; a client that breaks off is no event."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silence."""


class _UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@contextmanager
def registry(address: str = "127.0.0.1", name: str = "localhost") -> Iterator[tuple[str, Notes]]:
    """Its host, with its port where it is on the loopback, and what arrives.

    Its certificate is nobody's.
    """
    notes = Notes()
    handler = type("Handler", (_Registry,), {"notes": notes})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(name).configure_cert(context)
    port = 0 if address == "127.0.0.1" else 443
    with _TlsServer((address, port), handler) as server:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        with _serving(server):
            yield name if port else f"{name}:{server.server_port}", notes


@contextmanager
def engine(path: str) -> Iterator[Notes]:
    """What arrives at the socket."""
    notes = Notes()
    handler = type("Handler", (_Engine,), {"notes": notes})
    with _UnixServer(path, handler) as server, _serving(server):
        yield notes


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def basic_login(header: str) -> tuple[str, str] | None:
    """User and password of an Authorization header; None for none, and for the empty one."""
    scheme, _, code = header.partition(" ")
    if scheme != "Basic":
        return scheme, code
    user, _, password = base64.b64decode(code).decode().partition(":")
    return None if (user, password) == _NO_LOGIN else (user, password)


def engine_login(header: str) -> tuple[str, str] | None:
    """What the engine makes of X-Registry-Auth: a registry token comes first, and halves count not.

    Source: moby, registry/auth.go; measured with docker 20.10.
    """
    return of_entry(json.loads(base64.urlsafe_b64decode(header + "==") or b"null") or {})


def of_entry(entry: dict[str, Any]) -> tuple[str, str] | None:
    """User and password of one login; the engine does not mind the letter case of its fields."""
    entry = {name.lower(): value for name, value in entry.items()}
    if any(not isinstance(value, str) for value in entry.values() if value is not None):
        return None
    if entry.get("registrytoken") or not entry.get("username") or not entry.get("password"):
        return None
    return entry["username"], entry["password"]


def build_logins(header: str, host: str) -> set[tuple[str, str] | None]:
    """What the engine may take of X-Registry-Config: the exact key, else any of the host."""
    handed: dict[str, dict[str, str]] = json.loads(base64.urlsafe_b64decode(header + "==")) or {}
    if host in handed:
        return {of_entry(handed[host])}
    loose = {of_entry(entry) for key, entry in handed.items() if _host(key) == host}
    return loose or {None}


def _host(key: str) -> str:
    return key.removeprefix("http://").removeprefix("https://").partition("/")[0]
