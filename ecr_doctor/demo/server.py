"""The HTTPS server on 127.0.0.1 behind which all services live; the host name tells which."""

from __future__ import annotations

import socket
import socketserver
import ssl
import sys
import threading
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from . import api, bucket, registry, sts
from .authority import make_authority
from .messages import Answer, Request
from .names import SITES, Service
from .world import CertificateFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .cloud import Cloud
    from .names import Site

ADDRESS = "127.0.0.1"
_IDLE_SECONDS = 15
_LARGEST_BODY = 1 << 20
_SERVICES: dict[Service, Callable[[Request, Cloud, Site], Answer]] = {
    Service.REGISTRY: registry.answer,
    Service.API: api.answer,
    Service.STS: sts.answer,
    Service.IAM: sts.refuse,
    Service.BUCKET: bucket.answer,
}


class Server:
    """The running look-alike; leaving the context ends it.

    Args:
        cloud: what it plays.
        folder: a private folder for its certificates; `authority.pem` there is what to trust.

    """

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.cloud = cloud
        self.authority_file = folder / "authority.pem"
        self._tls = _Certificates(cloud, folder, self.authority_file)
        self._server = _HttpsServer(cloud, self._tls.default)
        # Bound and not listening: whoever connects is refused, and nobody else gets the port.
        self._closed = socket.socket()
        self._closed.bind((ADDRESS, 0))

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    def connect_to(self) -> list[str]:
        """Rules for `--connect-to`, one a host."""
        closed, refused = self.cloud.world.closed, self._closed.getsockname()[1]
        return [f"{host}={ADDRESS}:{refused if host in closed else self.port}" for host in SITES]

    def __enter__(self) -> Self:
        threading.Thread(target=partial(self._server.serve_forever, 0.05), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._closed.close()


class _Certificates:
    """TLS settings by the name that a client asks for."""

    def __init__(self, cloud: Cloud, folder: Path, authority_file: Path) -> None:
        authority = make_authority("ecr-doctor demo authority")
        authority_file.write_bytes(authority.pem())
        self.default = _tls_settings(folder / "server.pem", authority.issue(SITES))
        self.default.sni_callback = self._choose
        self._faulty: dict[str, ssl.SSLContext] = {}
        for host, fault in cloud.world.certificates.items():
            expired = fault is CertificateFault.EXPIRED
            signer = authority if expired else make_authority("Example Corp TLS inspection")
            pem = signer.issue([host], expired=expired)
            self._faulty[host] = _tls_settings(folder / f"{host}.pem", pem)

    def _choose(self, line: ssl.SSLObject, name: str | None, _: object) -> None:
        if name in self._faulty:
            line.context = self._faulty[name]


def _tls_settings(path: Path, pem: bytes) -> ssl.SSLContext:
    path.touch(mode=0o600)
    path.write_bytes(pem)
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    settings.load_cert_chain(path)
    return settings


class _HttpsServer(socketserver.ThreadingTCPServer):
    """Hands each connection to a thread, which does the handshake."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, cloud: Cloud, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__((ADDRESS, 0), partial(_Handler, cloud))

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept; the handshake waits for the thread, so that a slow client stops nobody."""
        line, peer = super().get_request()
        return self._tls.wrap_socket(line, server_side=True, do_handshake_on_connect=False), peer

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Clients that refuse the certificate or go away are what the demo is about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "demo", ""
    timeout = _IDLE_SECONDS
    wbufsize = -1
    disable_nagle_algorithm = True
    request: ssl.SSLSocket

    def __init__(self, cloud: Cloud, *arguments: Any) -> None:  # noqa: ANN401
        self._cloud = cloud
        super().__init__(*arguments)

    def setup(self) -> None:
        """Do the handshake in this thread."""
        super().setup()
        self.request.do_handshake()

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
        """The Date header: AWS's clock, not this machine's."""
        return format_datetime(self._cloud.now(), usegmt=True)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing: stderr belongs to the run."""

    def _serve(self) -> None:
        site = SITES.get(self.headers.get("Host", "").partition(":")[0].lower())
        request = self._read()
        if site is None:
            answer = Answer(421, b"the demo does not play this host\n")
        else:
            answer = _SERVICES[site.service](request, self._cloud, site)
        self._write(answer)

    do_GET = do_HEAD = do_POST = _serve  # noqa: N815  http.server's names

    def _read(self) -> Request:
        parts = urlsplit(self.path)
        size = self.headers.get("Content-Length", "0")
        body = self.rfile.read(min(int(size), _LARGEST_BODY)) if size.isdigit() else b""
        return Request(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
