"""A diagnosis takes the identity that our helper would take, and only where docker asks it."""

from __future__ import annotations

import pytest

from ecr_doctor.probes.aws_credentials import AwsCredentialsProbe, CredentialsProblem
from probes.aws_machine import ENV_KEYS, KEYS, AwsMachine

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
OURS = f'{{"credHelpers": {{"{HOST}": "ecr-doctor"}}}}'
TABLE = f'[registries."{HOST}"]\nprofile = "work"\n'


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> AwsMachine:
    machine = AwsMachine(monkeypatch)
    machine.setenv(**ENV_KEYS)
    machine.write(".aws/credentials", f"[work]\n{KEYS}")
    return machine


def test_the_table_goes_before_variables(machine: AwsMachine) -> None:
    machine.write(".docker/config.json", OURS)
    path = machine.write(".config/ecr-doctor/ecr-doctor.toml", TABLE)

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.usable
    assert (seen.profile, seen.profile_origin) == ("work", f"{path}:1")
    assert seen.winner is not None
    assert seen.winner.profile == "work"


@pytest.mark.parametrize(
    ("config", "table"),
    [
        (OURS.replace("ecr-doctor", "ecr-login"), TABLE),
        ("{}", TABLE),
        (OURS, TABLE.replace("123456789012", "210987654321")),
        (OURS, "[registries"),
    ],
)
def test_elsewhere_the_ordinary_search_is_right(
    machine: AwsMachine, config: str, table: str
) -> None:
    machine.write(".docker/config.json", config)
    machine.write(".config/ecr-doctor/ecr-doctor.toml", table)

    seen = machine.observe(AwsCredentialsProbe())

    assert (seen.profile, seen.profile_origin) == ("default", "")
    assert seen.winner is not None
    assert seen.winner.origin == "AWS_ACCESS_KEY_ID"


def test_the_flag_goes_before_the_table(machine: AwsMachine) -> None:
    machine.write(".docker/config.json", OURS)
    machine.write(".config/ecr-doctor/ecr-doctor.toml", TABLE)
    machine.write(".aws/config", f"[profile dev]\n{KEYS}")
    machine.settings["profile"] = "dev"

    assert machine.observe(AwsCredentialsProbe()).profile_origin == "--profile"


def test_a_profile_that_is_missing_is_named_with_the_place_in_the_table(
    machine: AwsMachine,
) -> None:
    machine.write(".docker/config.json", OURS)
    path = machine.write(".config/ecr-doctor/ecr-doctor.toml", TABLE.replace("work", "wrok"))

    seen = machine.observe(AwsCredentialsProbe())

    assert seen.problem is CredentialsProblem.PROFILE_MISSING
    assert (seen.origin, seen.nearest) == (f"{path}:1", "work")
