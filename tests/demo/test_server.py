"""The server as such, asked by urllib3: names, certificates, dates, and its end."""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest
import urllib3

from ecr_doctor.demo.cloud import Cloud
from ecr_doctor.demo.names import HOST, SITES
from ecr_doctor.demo.server import ADDRESS, Server
from ecr_doctor.demo.world import CertificateFault, World
from ecr_doctor.model.settings import parse_connect_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    StartServer = Callable[[World], Server]


@contextmanager
def client(server: Server, host: str = HOST) -> Iterator[urllib3.HTTPSConnectionPool]:
    """A client that trusts the demo's authority and calls the server by a host's name."""
    rules = {rule.name: rule for rule in map(parse_connect_to, server.connect_to())}
    rule = rules.get(host) or rules[HOST]
    context = ssl.create_default_context(cafile=server.authority_file)
    if hasattr(ssl, "VERIFY_X509_STRICT"):
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default since Python 3.13
    with urllib3.HTTPSConnectionPool(
        rule.address,
        rule.port,
        timeout=5,
        retries=False,
        ssl_context=context,
        server_hostname=host,
        assert_hostname=host,
        headers={"Host": host},
    ) as pool:
        yield pool


@pytest.mark.parametrize("host", sorted(SITES))
def test_every_host_is_served_with_a_trusted_certificate(server: Server, host: str) -> None:
    with client(server, host) as pool:
        assert pool.request("GET", "/").status in {400, 401, 403}


def test_hosts_that_it_does_not_play_are_refused(server: Server) -> None:
    with client(server) as pool:
        assert pool.request("GET", "/v2/", headers={"Host": "example.com"}).status == 421


def test_connections_are_kept(server: Server) -> None:
    with client(server) as pool:
        for _ in range(3):
            assert pool.request("GET", "/v2/").status == 401
        assert pool.num_connections == 1


def test_head_has_the_length_and_no_body(server: Server) -> None:
    with client(server) as pool:
        answer = pool.request("HEAD", "/v2/")

    assert (answer.headers["Content-Length"], answer.data) == ("15", b"")


def test_the_date_is_that_of_the_cloud(start: StartServer) -> None:
    server = start(World(clock_ahead=timedelta(minutes=20)))

    with client(server) as pool:
        date = parsedate_to_datetime(pool.request("GET", "/v2/").headers["Date"])

    assert abs(date - datetime.now(UTC) - timedelta(minutes=20)) < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (CertificateFault.OTHER_AUTHORITY, "unable to get local issuer certificate"),
        (CertificateFault.EXPIRED, "certificate has expired"),
    ],
)
def test_a_host_can_have_a_wrong_certificate(
    start: StartServer, fault: CertificateFault, text: str
) -> None:
    server = start(World(certificates={HOST: fault}))

    with client(server) as pool, pytest.raises(urllib3.exceptions.SSLError, match=text):
        pool.request("GET", "/v2/")
    with client(server, "sts.us-east-1.amazonaws.com") as pool:
        assert pool.request("POST", "/").status == 403


def test_a_host_can_refuse_connections(start: StartServer) -> None:
    server = start(World(closed=frozenset({HOST})))

    with client(server) as pool, pytest.raises(urllib3.exceptions.NewConnectionError):
        pool.request("GET", "/v2/")


def test_it_listens_on_the_loopback_address_alone(server: Server) -> None:
    assert ADDRESS == "127.0.0.1"
    assert all(f"={ADDRESS}:" in rule for rule in server.connect_to())


def test_private_keys_are_for_the_owner_alone(server: Server) -> None:
    key = server.authority_file.with_name("server.pem")

    assert key.stat().st_mode & 0o077 == 0


def test_after_the_end_nothing_answers(tmp_path: Path) -> None:
    with Server(Cloud(World()), tmp_path) as server:
        address = (ADDRESS, server.port)
        socket.create_connection(address, 5).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, 5)
