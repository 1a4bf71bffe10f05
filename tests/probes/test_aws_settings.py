from __future__ import annotations

import pytest

from ecr_doctor.probes.aws_settings import AwsSettingsProbe
from probes.aws_machine import AwsMachine

CHAIN = """[profile work]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = base
[profile base]
max_attempts = many
[profile other]
retry_mode = x
"""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    return AwsMachine(monkeypatch)


@pytest.mark.parametrize(
    ("env", "config", "refused"),
    [
        # Name and place, then who refuses it: measured with the helper 0.6.0 and botocore.
        ({}, "", []),
        ({"AWS_MAX_ATTEMPTS": "3", "AWS_RETRY_MODE": "adaptive"}, "", []),
        ({"AWS_MAX_ATTEMPTS": ""}, "", []),
        ({"AWS_MAX_ATTEMPTS": "many"}, "", ["AWS_MAX_ATTEMPTS environment go python"]),
        ({"AWS_MAX_ATTEMPTS": "2.5"}, "", ["AWS_MAX_ATTEMPTS environment go python"]),
        ({"AWS_MAX_ATTEMPTS": " 1"}, "", ["AWS_MAX_ATTEMPTS environment go"]),
        ({"AWS_MAX_ATTEMPTS": "0"}, "", ["AWS_MAX_ATTEMPTS environment python"]),
        ({"AWS_MAX_ATTEMPTS": "-1"}, "", ["AWS_MAX_ATTEMPTS environment python"]),
        ({"AWS_RETRY_MODE": "legacy"}, "", ["AWS_RETRY_MODE environment go"]),
        ({"AWS_RETRY_MODE": "Standard"}, "", ["AWS_RETRY_MODE environment go python"]),
        ({"AWS_DEFAULTS_MODE": "Legacy"}, "", []),
        ({"AWS_DEFAULTS_MODE": "x"}, "", ["AWS_DEFAULTS_MODE environment go python"]),
        ({"AWS_USE_FIPS_ENDPOINT": "TRUE"}, "", []),
        ({"AWS_USE_FIPS_ENDPOINT": "1"}, "", ["AWS_USE_FIPS_ENDPOINT environment go"]),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv6"}, "", []),
        ({}, "[default]\nretry_mode = legacy\n", ["retry_mode config:2 go"]),
        ({}, "[default]\nuse_fips_endpoint = 1\n", []),
        ({"AWS_RETRY_MODE": "standard"}, "[default]\nretry_mode=x\n",
         ["retry_mode config:2 go python"]),
        ({"AWS_PROFILE": "work"}, CHAIN, ["max_attempts config:5 go python"]),
        ({}, CHAIN, []),
    ],
)  # fmt: skip
def test_what_is_refused(
    machine: AwsMachine, env: dict[str, str], config: str, refused: list[str]
) -> None:
    machine.setenv(**env)
    machine.write(".aws/config", config)

    found = machine.observe(AwsSettingsProbe())

    told = [
        f"{s.name} {s.origin.rpartition('/')[2]}"
        + " go" * s.go_refuses
        + " python" * s.python_refuses
        for s in found
    ]
    assert told == refused
