"""Replication between regions, from a server that speaks as ECR does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Request, Response

from ecr_doctor.probes.replication import Replication, ReplicationProbe
from probes.aws_machine import ENV_KEYS, AwsMachine

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

HERE, THERE = "us-east-1", "eu-west-1"
OURS = {"region": HERE, "registryId": "123456789012"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer) -> AwsMachine:
    machine = AwsMachine(monkeypatch)
    machine.setenv(**ENV_KEYS, AWS_REGION=THERE, AWS_ENDPOINT_URL_ECR=httpserver.url_for("/"))
    return machine


def answer(server: HTTPServer, status: int, body: dict[str, Any]) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []

    def handle(request: Request) -> Response:
        asked.append(json.loads(request.get_data()))
        return Response(json.dumps(body), status, content_type="application/x-amz-json-1.1")

    server.expect_request("/").respond_with_handler(handle)
    return asked


@pytest.mark.parametrize(
    ("entries", "seen", "state"),
    [
        ([], Replication(), (False, False)),
        ([{**OURS, "region": "ap-south-1", "status": "FAILED"}], Replication(),
         (False, False)),
        ([{**OURS, "registryId": "1", "status": "FAILED"}], Replication(), (False, False)),
        ([{**OURS, "status": "COMPLETE"}], Replication(source=THERE, status="COMPLETE"),
         (False, False)),
        ([{**OURS, "status": "IN_PROGRESS"}], Replication(source=THERE, status="IN_PROGRESS"),
         (True, False)),
        ([{**OURS, "status": "FAILED", "failureCode": "X"}],
         Replication(source=THERE, status="FAILED", failure="X"), (False, True)),
    ],
)  # fmt: skip
def test_states(
    machine: AwsMachine,
    httpserver: HTTPServer,
    entries: list[dict[str, str]],
    seen: Replication,
    state: tuple[bool, bool],
) -> None:
    asked = answer(httpserver, 200, {"replicationStatuses": entries})

    found = machine.observe(ReplicationProbe())

    assert (found, (found.under_way, found.failed)) == (seen, state)
    assert asked[0]["repositoryName"] == "team/app"


def test_a_refusal(machine: AwsMachine, httpserver: HTTPServer) -> None:
    answer(httpserver, 400, {"__type": "ImageNotFoundException", "message": "no"})

    assert machine.observe(ReplicationProbe()) == Replication()


def test_no_other_region(machine: AwsMachine, httpserver: HTTPServer) -> None:
    machine.setenv(AWS_REGION=HERE)
    asked = answer(httpserver, 200, {})

    assert machine.observe(ReplicationProbe()) == Replication()
    assert asked == []
