from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes.aws_endpoints import Answerer, AwsEndpointsProbe
from probes.aws_machine import AwsMachine

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

NOWHERE = "http://127.0.0.1:9"
PROFILE = f"""[default]
endpoint_url = {NOWHERE}/profile
services = local
[services local]
ecr =
  endpoint_url = {NOWHERE}/services
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    return AwsMachine(monkeypatch)


@pytest.mark.parametrize(
    ("env", "config", "expected"),
    [
        pytest.param({}, "", {}, id="nothing"),
        pytest.param({"AWS_ENDPOINT_URL": NOWHERE}, "",
                     {"ecr": "AWS_ENDPOINT_URL", "sts": "AWS_ENDPOINT_URL"}, id="global"),
        pytest.param({"AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_ECR": NOWHERE,
                      "AWS_ENDPOINT_URL_STS": NOWHERE}, "",
                     {"ecr": "AWS_ENDPOINT_URL_ECR", "sts": "AWS_ENDPOINT_URL_STS"}, id="service"),
        pytest.param({"AWS_ENDPOINT_URL_S3": NOWHERE}, "", {}, id="another service"),
        pytest.param({}, PROFILE, {"ecr": "config:6", "sts": "config:2"}, id="profile"),
        pytest.param({"AWS_ENDPOINT_URL": NOWHERE}, PROFILE,
                     {"ecr": "AWS_ENDPOINT_URL", "sts": "AWS_ENDPOINT_URL"}, id="env first"),
    ],
)  # fmt: skip
def test_which_setting_counts(
    machine: AwsMachine, env: dict[str, str], config: str, expected: dict[str, str]
) -> None:
    machine.setenv(**env)
    machine.write(".aws/config", config)

    seen = machine.observe(AwsEndpointsProbe())

    origins = {o.service: o.origin.rpartition("/")[2] for o in seen.overrides}
    assert origins == expected
    assert all(o.answerer is Answerer.NOBODY for o in seen.overrides)


@pytest.mark.parametrize(
    ("env", "config", "source"),
    [
        (
            {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            "",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        ),
        ({}, "[default]\nignore_configured_endpoint_urls = true\n", "config:2"),
    ],
)
def test_settings_that_are_ignored(
    machine: AwsMachine, env: dict[str, str], config: str, source: str
) -> None:
    machine.setenv(AWS_ENDPOINT_URL=NOWHERE, **env)
    machine.write(".aws/config", config)

    seen = machine.observe(AwsEndpointsProbe())

    assert seen.overrides == ()
    assert seen.ignored_by.endswith(source)


@pytest.mark.parametrize(
    ("host", "headers", "answerer"),
    [
        ("127.0.0.1", {}, Answerer.OTHER),
        ("localhost", {"x-amzn-RequestId": "a-mock"}, Answerer.OTHER),
        ("gateway.example", {"x-amzn-RequestId": "1-2-3"}, Answerer.AWS),
        ("gateway.example", {}, Answerer.OTHER),
        ("vpce-1.api.ecr.us-east-1.vpce.amazonaws.com", {}, Answerer.AWS),
    ],
)
def test_who_answers(
    machine: AwsMachine, httpserver: HTTPServer, host: str, headers: dict[str, str], answerer: str
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=404, headers=headers)
    machine.settings["connect_to"] = (ConnectTo(host, "127.0.0.1", httpserver.port),)
    machine.setenv(AWS_ENDPOINT_URL_ECR=f"http://{host}:{httpserver.port}")

    (override,) = machine.observe(AwsEndpointsProbe()).overrides

    assert override.answerer is answerer


@pytest.mark.parametrize("url", ["localhost:4566", "ftp://x/", "http://[::1", "http://"])
def test_addresses_that_make_no_sense(machine: AwsMachine, url: str) -> None:
    machine.setenv(AWS_ENDPOINT_URL_ECR=url)

    (override,) = machine.observe(AwsEndpointsProbe()).overrides

    assert override.answerer is Answerer.NOBODY
