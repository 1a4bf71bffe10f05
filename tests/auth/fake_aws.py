"""An ECR API that is reached under AWS's real names, over TLS, and verifies signatures.

It is a proxy that answers CONNECT itself: every client that honours HTTPS_PROXY (botocore, Go)
then speaks to it as to AWS, with neither root nor a resolver of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import trustme

if TYPE_CHECKING:
    import socket
    from email.message import Message
    from pathlib import Path

HOUR = 3600


@dataclass
class FakeAws:
    """Keys that are valid, what was asked, and how to misbehave."""

    folder: Path
    keys: dict[str, str] = field(default_factory=lambda: {"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI"})
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    """(host, action, access key id) of each request with a right signature."""
    assumed: list[dict[str, str]] = field(default_factory=list)
    """What each AssumeRole asked for."""
    refused: int = 0
    life: float = 12 * HOUR
    delay: float = 0.0
    busiest: int = 0
    """The most requests that were answered at the same time."""
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Answers to give, once each, in place of the right ones."""

    def __post_init__(self) -> None:
        self._ca = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._busy = 0
        self.bundle = self.folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.bundle))
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.aws = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    def env(self, **more: str) -> dict[str, str]:
        """The variables of a client that is sent here, with a valid key."""
        key, secret = next(iter(self.keys.items()))
        return {
            "HTTPS_PROXY": f"http://127.0.0.1:{self.port}",
            "AWS_CA_BUNDLE": str(self.bundle),
            "SSL_CERT_FILE": str(self.bundle),
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_EC2_METADATA_DISABLED": "true",
            **more,
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def handle_tls(self, connection: socket.socket, host: str) -> None:
        """Serve a connection on which a client speaks TLS at once, as to the host itself."""

        def serve() -> None:
            try:
                with self.context(host).wrap_socket(connection, server_side=True) as wrapped:
                    _Direct(wrapped, ("", 0), self._server, host)
            except OSError:
                connection.close()

        threading.Thread(target=serve, daemon=True).start()

    def context(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._ca.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]

    def answer(self, host: str, headers: Message, body: bytes) -> tuple[int, dict[str, Any]]:
        action = str(headers.get("X-Amz-Target", "")).rpartition(".")[2]
        key = verified_key(host, headers, body, self.keys)
        with self._lock:
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        time.sleep(self.delay)
        with self._lock:
            self._busy -= 1
            if not key:
                self.refused += 1
                return 400, {"__type": "UnrecognizedClientException", "message": "invalid token"}
            self.calls.append((host, action, key))
            if self.answers:
                return self.answers.pop(0)
        return 200, self.token(host, json.loads(body or b"{}"), key)

    def assume_role(self, host: str, headers: Message, body: bytes) -> tuple[int, str]:
        """STS: another access key at each call, as ever."""
        if not verified_key(host, headers, body, self.keys):
            code = "<Code>InvalidClientTokenId</Code>"
            return 403, f"<ErrorResponse><Error>{code}</Error></ErrorResponse>"
        with self._lock:
            key = f"ASIA{len(self.keys):016}"
            self.keys[key] = "role"
            self.calls.append((host, "AssumeRole", key))
            self.assumed.append(dict(parse_qsl(body.decode())))
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + HOUR))
        fields = f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>role</SecretAccessKey>"
        fields += f"<SessionToken>t</SessionToken><Expiration>{expires}</Expiration>"
        result = f"<AssumeRoleResult><Credentials>{fields}</Credentials></AssumeRoleResult>"
        return 200, f"<AssumeRoleResponse>{result}</AssumeRoleResponse>"

    def token(self, host: str, asked: dict[str, Any], key: str) -> dict[str, Any]:
        expires = time.time() + self.life
        account = (asked.get("registryIds") or ["111122223333"])[0]
        inner = {
            "payload": f"{key} {account} {time.time()}",
            "datakey": "a2V5",
            "version": "2",
            "type": "DATA_KEY",
            "expiration": int(expires),
        }
        secret = base64.b64encode(json.dumps(inner).encode()).decode()
        token = base64.b64encode(f"AWS:{secret}".encode()).decode()
        if "ecr-public" in host:
            return {"authorizationData": {"authorizationToken": token, "expiresAt": expires}}
        region, _, suffix = host.partition("ecr")[2].removeprefix("-fips")[1:].partition(".")
        endpoint = f"https://{account}.dkr.ecr.{region}.{suffix}"
        data = {"authorizationToken": token, "expiresAt": expires, "proxyEndpoint": endpoint}
        return {"authorizationData": [data]}


def verified_key(host: str, headers: Message, body: bytes, keys: dict[str, str]) -> str:
    """The access key id of a rightly signed request (AWS Signature Version 4); else empty."""
    scheme, _, rest = str(headers.get("Authorization", "")).partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "AWS4-HMAC-SHA256" or set(fields) != {"Credential", "SignedHeaders", "Signature"}:
        return ""
    key, *scope = fields["Credential"].split("/")
    names = fields["SignedHeaders"].split(";")
    if key not in keys or "host" not in names or headers.get("Host") != host:
        return ""
    lines = [f"{name}:{' '.join(str(headers.get(name, '')).split())}" for name in names]
    canonical = ["POST", "/", "", *lines, "", ";".join(names), hashlib.sha256(body).hexdigest()]
    hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", headers["X-Amz-Date"], "/".join(scope), hashed])
    signing = f"AWS4{keys[key]}".encode()
    for part in (*scope, text):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    right = scope[1] in host and hmac.compare_digest(signing.hex(), fields["Signature"])
    return key if right else ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    aws: FakeAws

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    host = ""

    def do_CONNECT(self) -> None:
        self.host = self.path.partition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.aws.context(self.host).wrap_socket(
            self.connection, server_side=True
        )
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        aws = self.server.aws
        if self.host.startswith("sts."):
            status, text = aws.assume_role(self.host, self.headers, body)
        else:
            status, fields = aws.answer(self.host, self.headers, body)
            text = json.dumps(fields)
        payload = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_args: object) -> None:
        """Keep the output of the tests readable."""


class _Direct(_Handler):
    def __init__(
        self, connection: socket.socket, address: tuple[str, int], server: _Server, host: str
    ) -> None:
        self.host = host
        super().__init__(connection, address, server)
