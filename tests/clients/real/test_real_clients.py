"""What the real clients of this machine send, beside what `which --ask` predicts."""

from __future__ import annotations

import os
import shutil
import tempfile
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from clients.real.configurations import CONFIGURATIONS, Configuration
from clients.real.programs import MUST_RUN, STOPS, Place, RealClient, Sent, real_clients
from clients.real.servers import Notes, engine, registry
from ecr_doctor.clients.resolution import Login, Outcome
from ecr_doctor.clients.which import Client
from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings, parse_target
from ecr_doctor.probes.client_search import search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.lab

# Read at import: the tests' own environment is emptied of such variables.
_IN_CI = bool(os.environ.get("CI"))
_LEAST = 60


@pytest.fixture(scope="module")
def clients() -> tuple[RealClient, ...]:
    """All clients of this machine."""
    return tuple(real_clients())


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, str, Notes, Notes]]:
    """The registry's host, the engine's socket, and the notes of both."""
    folder = tempfile.mkdtemp(prefix="ecr-doctor-")  # a socket's path must be short
    socket = f"{folder}/s"
    try:
        with registry() as (host, of_registry), engine(socket) as of_engine:
            yield host, socket, of_registry, of_engine
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_machine_has_the_clients(clients: tuple[RealClient, ...]) -> None:
    missing = sorted(set(MUST_RUN) - {client.name for client in clients})
    if missing and not _IN_CI:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    assert missing == []


def test_there_are_enough_configurations_of_different_names() -> None:
    assert len({configuration.name for configuration in CONFIGURATIONS}) >= _LEAST
    assert len(CONFIGURATIONS) == len({configuration.name for configuration in CONFIGURATIONS})


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=lambda item: item.name)
def test_prediction(
    configuration: Configuration,
    clients: tuple[RealClient, ...],
    servers: tuple[str, str, Notes, Notes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host, socket, of_registry, of_engine = servers
    here = tmp_path / "user"
    place = Place(
        here=here,
        env=configuration.build(here, host),
        image=f"{host}/team/app:v1",
        socket=socket,
        configuration=configuration,
    )
    monkeypatch.chdir(here / "work")
    wrong = {}
    for client in clients:
        sent = client.sends(place, of_registry if client.asks_registry else of_engine)
        expected = _predicted(client, place)
        if not sent <= expected:
            wrong[f"{client.name} {client.version}"] = (sent, expected)
    assert wrong == {}


def _predicted(client: RealClient, place: Place) -> set[Sent]:
    settings = Settings(env=MappingProxyType(place.env))
    wanted = Client(client.name, client.version)
    flag = (
        place.configuration.docker_config if wanted.takes_folder else place.configuration.authfile
    )
    if flag and client.name != "docker-py":
        wanted = Client(client.name, client.version, str(place.here / flag))
    found = search(Observer(parse_target(place.image), settings), wanted, ask=True)
    if found.outcome is Outcome.ERROR:
        return {STOPS}
    return {_login(login) for login in found.candidates or (found.login,)}


def _login(login: Login) -> Sent:
    secret = login.secret.reveal()
    return (login.user, secret) if login.user or secret else None
