"""The work of `ecr-doctor which`: which clients, what each finds, and how it is shown."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from ecr_doctor.clients import oras
from ecr_doctor.clients.kubelet import CLIENT as KUBELET
from ecr_doctor.clients.which import NAMES, Client
from ecr_doctor.engine.observe import Observer
from ecr_doctor.errors import UsageError, did_you_mean
from ecr_doctor.model import Settings
from ecr_doctor.probes.client_programs import ClientProgramProbe, installed_clients
from ecr_doctor.probes.client_search import search
from ecr_doctor.probes.kubelet_place import KubeletPlaceProbe
from ecr_doctor.report.ink import ink_for
from ecr_doctor.report.which_json import which_json
from ecr_doctor.report.which_text import which_text

from .images import readable_target

if TYPE_CHECKING:
    from ecr_doctor.clients.resolution import Resolution
    from ecr_doctor.probes.base import Scene

_TIMEOUT = 60.0
"""Seconds for all helpers together; each has 5.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The options of the command."""

    clients: tuple[str, ...] = ()
    """NAME or NAME@VERSION; empty for those that are installed."""
    ask: bool = False
    docker_config: str = ""
    authfile: str = ""
    kubelet_config: str = ""
    style: str = "text"


def answer(image: str, wishes: Wishes) -> str:
    """What `which` prints.

    Raises:
        UsageError: the image cannot be read, or a client is not known.

    """
    env = MappingProxyType(dict(os.environ))
    settings = Settings(env=env, docker_config=wishes.docker_config, timeout=_TIMEOUT)
    scene = Observer(readable_target(image), settings)
    clients = [_named(scene, text, wishes) for text in wishes.clients]
    found = [_found(scene, one, ask=wishes.ask) for one in clients or _installed(scene, wishes)]
    if wishes.style == "json":
        return which_json(image, found, scene.redactor)
    ink = ink_for(sys.stdout, os.environ)
    return which_text(image, scene.target.host, found, scene.redactor, ink)


def _found(scene: Scene, client: Client, *, ask: bool) -> Resolution:
    if client.name == oras.CLIENT and scene.target.tag_assumed:
        return oras.without_tag(client.version)
    return search(scene, client, ask=ask)


def _named(scene: Scene, text: str, wishes: Wishes) -> Client:
    """The client of an option; without a version that of the installed program."""
    name, at, version = text.partition("@")
    if name not in NAMES:
        hint = did_you_mean(name, NAMES, f"Known clients: {', '.join(NAMES)}.")
        raise UsageError(f"there is no client {name[:60]!r}", hint)
    if at and not any(character.isdigit() for character in version):
        raise UsageError(f"{text[:60]!r} is not NAME@VERSION", "For instance docker@28.2.2.")
    if not at:
        version = scene.observe(ClientProgramProbe(name)).version
    return _client(scene, name, version, wishes)


def _installed(scene: Scene, wishes: Wishes) -> list[Client]:
    """What is on PATH, and the kubelet of a node."""
    found = [_client(scene, one.name, one.version, wishes) for one in installed_clients(scene)]
    if wishes.kubelet_config or scene.observe(KubeletPlaceProbe()).is_node:
        found.append(_client(scene, KUBELET, "", wishes))
    if not found:
        click.echo("no client is on PATH; this is what the newest docker would do", err=True)
        found.append(_client(scene, "docker", "", wishes))
    return found


def _client(scene: Scene, name: str, version: str, wishes: Wishes) -> Client:
    """The client with the option that is for it."""
    if name == KUBELET:
        place = scene.observe(KubeletPlaceProbe(wishes.kubelet_config))
        return Client(name, version, place.config)
    folder = Client(name).takes_folder
    return Client(name, version, wishes.docker_config if folder else wishes.authfile)
