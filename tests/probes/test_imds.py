from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from werkzeug import Response

from ecr_doctor.probes.imds import ImdsProbe, ImdsState
from probes.aws_machine import AwsMachine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_httpserver import HTTPServer

ROLE_PATH = "/latest/meta-data/iam/security-credentials/"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    return AwsMachine(monkeypatch)


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("token", "role", "state"),
    [
        (Response("t0ken"), Response("puller"), ImdsState.ROLE),
        (Response("t0ken"), Response("", 404), ImdsState.NO_ROLE),
        (Response("t0ken"), Response("", 200), ImdsState.NO_ROLE),
        (Response("", 404), Response("puller"), ImdsState.ROLE),
        (Response("", 403), Response("puller"), ImdsState.REFUSES),
        (Response("t0ken"), Response("", 500), ImdsState.REFUSES),
    ],
)
def test_answers(
    machine: AwsMachine, httpserver: HTTPServer, token: Response, role: Response, state: ImdsState
) -> None:
    httpserver.expect_request("/latest/api/token", method="PUT").respond_with_response(token)
    httpserver.expect_request(ROLE_PATH).respond_with_response(role)
    machine.setenv(AWS_EC2_METADATA_SERVICE_ENDPOINT=httpserver.url_for("/"))

    seen = machine.observe(ImdsProbe())

    assert seen.state is state, seen.detail


def test_connection_without_an_answer_is_a_hop_limit(machine: AwsMachine, silent: str) -> None:
    machine.setenv(AWS_EC2_METADATA_SERVICE_ENDPOINT=silent)

    seen = machine.observe(ImdsProbe())

    assert seen.state is ImdsState.SILENT
    assert "PUT" in seen.detail


def test_nobody_there(machine: AwsMachine) -> None:
    machine.setenv(AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:9")

    seen = machine.observe(ImdsProbe())

    assert seen.state is ImdsState.NO_CONNECTION
    assert "refused" in seen.detail.lower()


def test_switched_off(machine: AwsMachine) -> None:
    machine.setenv(AWS_EC2_METADATA_DISABLED="true")

    assert machine.observe(ImdsProbe()).state is ImdsState.OFF


@pytest.mark.parametrize(
    ("no_proxy", "named"),
    [("", "HTTP_PROXY"), ("169.254.169.254", ""), ("a.example,169.254.0.0/16", ""), ("*", "")],
)
def test_a_proxy_in_the_way_is_named(machine: AwsMachine, no_proxy: str, named: str) -> None:
    machine.setenv(
        HTTP_PROXY="http://proxy.example:3128", NO_PROXY=no_proxy, AWS_EC2_METADATA_DISABLED="true"
    )

    assert machine.observe(ImdsProbe()).proxy == named
