"""What the real clients of this machine send, beside what `which --ask` predicts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from clients.real.comparison import Servers, both_servers, disagreements
from clients.real.configurations import CONFIGURATIONS, Configuration
from clients.real.programs import MUST_RUN, RealClient, real_clients
from clients.real.random_configurations import random_configurations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.lab

# Read at import: the tests' own environment is emptied of such variables.
_IN_CI = bool(os.environ.get("CI"))
_LEAST = 60
_ALL = (*CONFIGURATIONS, *random_configurations(seed=2026, count=30))


@pytest.fixture(scope="module")
def clients() -> tuple[RealClient, ...]:
    """All clients of this machine."""
    return tuple(real_clients())


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """The registry and the engine that take notes."""
    with both_servers() as running:
        yield running


def test_the_machine_has_the_clients(clients: tuple[RealClient, ...]) -> None:
    missing = sorted(set(MUST_RUN) - {client.name for client in clients})
    if missing and not _IN_CI:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    assert missing == []


def test_there_are_enough_configurations_of_different_names() -> None:
    assert len({configuration.name for configuration in CONFIGURATIONS}) >= _LEAST
    assert len(CONFIGURATIONS) == len({configuration.name for configuration in CONFIGURATIONS})


@pytest.mark.parametrize("configuration", _ALL, ids=lambda item: item.name)
def test_prediction(
    configuration: Configuration,
    clients: tuple[RealClient, ...],
    servers: Servers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = servers.place(configuration, tmp_path / "user")
    monkeypatch.chdir(place.here / "work")
    assert disagreements(clients, place, servers) == {}
