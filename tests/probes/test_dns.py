from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from ecr_doctor.probes import dns
from ecr_doctor.probes.dns import DnsProbe, DnsState, is_private
from ecr_doctor.probes.hosts_file import HostsEntry, HostsFile, HostsFileProbe
from ecr_doctor.probes.name_servers import ServerAnswer, ServerState
from probes.network_machine import stage

HOST = "registry.example"
Resolve = Callable[..., list[Any]]
NO_HOSTS: dict[Any, Any] = {HostsFileProbe(HOST): HostsFile("/etc/hosts")}


def found(*addresses: str) -> Resolve:
    def getaddrinfo(*_: object, **__: object) -> list[Any]:
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    return getaddrinfo


def failing(code: int, after: float = 0.0) -> Resolve:
    def getaddrinfo(*_: object, **__: object) -> list[Any]:
        time.sleep(after)
        raise socket.gaierror(code, "some words")

    return getaddrinfo


def machine(
    monkeypatch: pytest.MonkeyPatch, getaddrinfo: Resolve, *servers: ServerAnswer
) -> list[str]:
    asked: list[str] = []

    def ask(host: str, *_: object) -> list[ServerAnswer]:
        asked.append(host)
        return list(servers)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(dns, "ask", ask)
    monkeypatch.setattr(dns, "PATIENCE", 0.05)
    monkeypatch.setattr(dns, "LIMIT", 0.2)
    return asked


@pytest.mark.parametrize(
    ("code", "server", "state"),
    [
        (socket.EAI_NONAME, ServerState.NO_SUCH_NAME, DnsState.NO_SUCH_NAME),
        (socket.EAI_NONAME, ServerState.NO_ADDRESS, DnsState.NO_ADDRESS),
        (socket.EAI_AGAIN, ServerState.SERVER_FAILURE, DnsState.SERVER_FAILURE),
        (socket.EAI_AGAIN, ServerState.SILENT, DnsState.TIMEOUT),
        (socket.EAI_AGAIN, ServerState.REFUSED, DnsState.NO_SERVER),
    ],
)
def test_the_name_server_says_why(
    monkeypatch: pytest.MonkeyPatch, code: int, server: ServerState, state: DnsState
) -> None:
    machine(monkeypatch, failing(code), ServerAnswer("10.0.0.2", server))

    answer = stage(given=NO_HOSTS).observe(DnsProbe(HOST))

    assert answer.state is state
    assert answer.detail == "some words"
    assert not answer.resolved


@pytest.mark.parametrize(
    ("code", "state"),
    [(socket.EAI_NONAME, DnsState.NO_SUCH_NAME), (socket.EAI_AGAIN, DnsState.FAILED)],
)
def test_no_name_server_can_be_asked(
    monkeypatch: pytest.MonkeyPatch, code: int, state: DnsState
) -> None:
    machine(monkeypatch, failing(code))

    assert stage(given=NO_HOSTS).observe(DnsProbe(HOST)).state is state


def test_a_name_that_resolves_needs_no_query(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = machine(monkeypatch, found("10.0.0.1", "10.0.0.2", "10.0.0.1"))

    answer = stage(given=NO_HOSTS).observe(DnsProbe(HOST))

    assert answer.addresses == ("10.0.0.1", "10.0.0.2")
    assert answer.is_private
    assert asked == []


def test_getaddrinfo_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, failing(socket.EAI_AGAIN, 3), ServerAnswer("x", ServerState.SILENT))
    started = time.monotonic()

    answer = stage(given=NO_HOSTS).observe(DnsProbe(HOST))

    assert time.monotonic() - started < 1
    assert answer.state is DnsState.TIMEOUT


def test_a_second_name_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = ServerAnswer("10.0.0.2", ServerState.SILENT)
    works = ServerAnswer("10.0.0.3", ServerState.ADDRESSES, ("52.0.0.1",))
    machine(monkeypatch, failing(socket.EAI_AGAIN, 3), silent, works)

    answer = stage(given=NO_HOSTS).observe(DnsProbe(HOST))

    assert answer.addresses == ("52.0.0.1",)
    assert answer.slow
    assert not answer.is_private


@pytest.mark.parametrize(
    ("in_dns", "overridden"), [(("10.0.0.9",), False), (("52.0.0.1",), True), ((), True)]
)
def test_the_hosts_file_is_compared_with_dns(
    monkeypatch: pytest.MonkeyPatch, in_dns: tuple[str, ...], *, overridden: bool
) -> None:
    state = ServerState.ADDRESSES if in_dns else ServerState.NO_SUCH_NAME
    machine(monkeypatch, found("10.0.0.9"), ServerAnswer("x", state, in_dns))
    entry = HostsFile("/etc/hosts", (HostsEntry("10.0.0.9", 7),))

    answer = stage(given={HostsFileProbe(HOST): entry}).observe(DnsProbe(HOST))

    assert answer.hosts_file == "/etc/hosts:7"
    assert answer.overridden is overridden


@pytest.mark.parametrize("address", ["127.0.0.1", "2001:db8::1"])
def test_an_address_is_its_own_answer(address: str) -> None:
    assert stage().observe(DnsProbe(address)).addresses == (address,)


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.1.2.3", True), ("172.31.0.1", True), ("100.64.0.1", True), ("fd00::1", True),
     ("52.94.0.1", False), ("2600:1f18::1", False), ("nonsense", False)],
)  # fmt: skip
def test_private_addresses(address: str, *, private: bool) -> None:
    assert is_private(address) is private
