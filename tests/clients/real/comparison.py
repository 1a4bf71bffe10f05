"""What the real clients send beside what `which --ask` predicts."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from clients.real.programs import STOPS, Place, RealClient, Sent
from clients.real.servers import Notes, engine, registry
from ecr_doctor.clients.resolution import Login, Outcome
from ecr_doctor.clients.which import Client
from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings, parse_target
from ecr_doctor.probes.client_search import search

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from clients.real.configurations import Configuration


@dataclass(frozen=True, slots=True)
class Servers:
    """A registry and an engine, and what arrived at them."""

    host: str
    socket: str
    of_registry: Notes
    of_engine: Notes

    def place(self, configuration: Configuration, here: Path) -> Place:
        """Write the configuration's files below a new folder."""
        return Place(
            here=here,
            env=configuration.build(here, self.host),
            image=configuration.image.replace("HOST", self.host),
            socket=self.socket,
            configuration=configuration,
        )


@contextmanager
def both_servers(address: str = "127.0.0.1", name: str = "localhost") -> Iterator[Servers]:
    """Start them; at an address of its own the registry has the port of HTTPS."""
    folder = tempfile.mkdtemp(prefix="ecr-doctor-")  # a socket's path must be short
    socket = f"{folder}/s"
    try:
        with registry(address, name) as (host, of_registry), engine(socket) as of_engine:
            yield Servers(host, socket, of_registry, of_engine)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def disagreements(
    clients: Sequence[RealClient], place: Place, servers: Servers
) -> dict[str, tuple[set[Sent], set[Sent]]]:
    """Client to what it sent and what was predicted, where these differ."""
    wrong = {}
    for client in clients:
        notes = servers.of_registry if client.asks_registry else servers.of_engine
        sent = client.sends(place, notes)
        expected = predicted(client, place)
        if not sent <= expected:
            wrong[f"{client.name} {client.version}".strip()] = (sent, expected)
    return wrong


def predicted(client: RealClient, place: Place) -> set[Sent]:
    """What `which --ask` says; more than one where chance decides.

    A candidate that is not sent may also be one at which the client stops.
    """
    settings = Settings(env=MappingProxyType(place.env))
    wanted = Client(client.name, client.version)
    flag = (
        place.configuration.docker_config if wanted.takes_folder else place.configuration.authfile
    )
    if flag and client.name != "docker-py":
        wanted = Client(client.name, client.version, str(place.here / flag))
    scene = Observer(parse_target(place.image), settings)
    if client.name == "oras" and scene.target.tag_assumed:
        return {STOPS}
    found = search(scene, wanted, ask=True)
    if found.outcome is Outcome.ERROR:
        return {STOPS}
    if found.outcome is Outcome.ANONYMOUS and not found.candidates:
        return {None}
    sent = {_login(login) for login in found.candidates or (found.login,)}
    return {*sent, STOPS} if found.candidates and None in sent else sent


def _login(login: Login) -> Sent:
    secret = login.secret.reveal()
    if login.bearer:
        return "Bearer", secret
    return (login.user, secret) if login.user or secret else None
