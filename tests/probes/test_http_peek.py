from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import trustme
from pytest_httpserver import HTTPServer

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes.http_peek import peek
from probes.aws_machine import AwsMachine

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "api.ecr.us-east-1.amazonaws.com"


@pytest.fixture(scope="module")
def httpserver() -> Iterator[HTTPServer]:
    """A server whose certificate is of an authority that nobody knows, for another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("elsewhere.example").configure_cert(context)
    with HTTPServer(ssl_context=context) as server:
        yield server


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    return AwsMachine(monkeypatch)


@pytest.fixture
def proxy(httpserver: HTTPServer) -> Iterator[tuple[int, list[bytes]]]:
    """A proxy that tunnels every host to the test's server and keeps what it was asked."""
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def serve() -> None:
        client, _ = server.accept()
        with client, socket.create_connection(("127.0.0.1", httpserver.port)) as upstream:
            asked.append(client.recv(65536))
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=pump, args=(upstream, client), daemon=True)
            back.start()
            pump(client, upstream)
            back.join(5)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with server:
        yield server.getsockname()[1], asked
        thread.join(5)


def test_a_certificate_proves_nothing_here(machine: AwsMachine, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", 404, headers={"x-amzn-RequestId": "r"})
    machine.settings["connect_to"] = (ConnectTo(NAME, "127.0.0.1", httpserver.port),)

    seen = peek(machine.scene(), NAME)

    assert (seen.status, seen.header("X-AMZN-REQUESTID")) == (404, "r")
    assert seen.header("Date")
    assert seen.header("no-such") == ""


def test_goes_through_the_users_proxy(
    machine: AwsMachine, httpserver: HTTPServer, proxy: tuple[int, list[bytes]]
) -> None:
    httpserver.clear()
    httpserver.expect_request("/").respond_with_data("", 418)
    port, asked = proxy
    machine.setenv(HTTPS_PROXY=f"http://me:pass-word@127.0.0.1:{port}")

    seen = peek(machine.scene(), NAME)

    assert seen.status == 418
    assert asked[0].startswith(f"CONNECT {NAME}:443 ".encode())
    assert b"Proxy-Authorization: Basic bWU6cGFzcy13b3Jk" in asked[0]


@pytest.mark.parametrize("tls", [True, False])
def test_nobody_there(machine: AwsMachine, *, tls: bool) -> None:
    assert "refused" in peek(machine.scene(), "127.0.0.1", 9, tls=tls).problem


def test_what_is_no_tls(machine: AwsMachine) -> None:
    def greet() -> None:
        client, _ = server.accept()
        with client:
            client.sendall(b"SSH-2.0\r\n")
            client.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet, daemon=True)
        thread.start()

        assert peek(machine.scene(), "127.0.0.1", server.getsockname()[1]).problem
        thread.join(5)
