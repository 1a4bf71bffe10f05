from __future__ import annotations

import pytest

from ecr_doctor.model import parse_target
from ecr_doctor.probes.api_endpoint import ApiEndpointProbe
from ecr_doctor.probes.base import ProbeError
from probes.network_machine import stage

AWS = "api.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("env", "host", "port", "source"),
    [
        ({}, AWS, 443, ""),
        ({"AWS_ENDPOINT_URL": "https://vpce-1.example:8443"}, "vpce-1.example", 8443,
         "AWS_ENDPOINT_URL"),
        ({"AWS_ENDPOINT_URL": "https://a.example", "AWS_ENDPOINT_URL_ECR": "https://b.example"},
         "b.example", 443, "AWS_ENDPOINT_URL_ECR"),
        ({"AWS_ENDPOINT_URL": "https://a.example", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
         AWS, 443, ""),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}, AWS, 443, ""),
    ],
)  # fmt: skip
def test_endpoint(env: dict[str, str], host: str, port: int, source: str) -> None:
    endpoint = stage(env=env).observe(ApiEndpointProbe())

    assert (endpoint.host, endpoint.port, endpoint.source) == (host, port, source)


def test_another_registry_has_no_api() -> None:
    with pytest.raises(ProbeError, match="not in an Amazon ECR"):
        stage(target=parse_target("ghcr.io/a/b")).observe(ApiEndpointProbe())
