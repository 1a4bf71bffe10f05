"""`ecr-doctor which IMAGE`: which credential each client would send, and why."""

from __future__ import annotations

import os
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from ecr_doctor.clients.resolution import Resolution
    from ecr_doctor.clients.which import Client
    from ecr_doctor.model import Target
    from ecr_doctor.probes.base import Scene

_TIMEOUT = 60.0
"""Seconds for all helpers together; each has 4.5."""


@click.command()
@click.argument("image")
@click.option(
    "--client",
    "clients",
    multiple=True,
    metavar="NAME[@VERSION]",
    help="Repeatable  [default: those that are installed]",
)
@click.option("--ask", is_flag=True, help="Run the helpers, and tell the final outcome.")
@click.option(
    "--docker-config", default="", metavar="DIR", help="As docker's --config: docker, docker-py."
)
@click.option(
    "--authfile",
    default="",
    metavar="FILE",
    help="As --authfile of skopeo, podman and buildah, --registry-config of oras.",
)
@click.option(
    "--kubelet-config",
    default="",
    metavar="FILE",
    help="As kubelet's --image-credential-provider-config  [default: that of this node]",
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text")
def which(  # noqa: PLR0913
    image: str,
    *,
    clients: tuple[str, ...],
    ask: bool,
    docker_config: str,
    authfile: str,
    kubelet_config: str,
    style: str,
) -> int:
    r"""Tell which credential each client would send for IMAGE, and from where.

    Nothing is sent and no registry is asked. Without --ask no helper is run either: where only a
    helper's answer decides, the outcome is "depends".

    \b
        ecr-doctor which IMAGE
        ecr-doctor which IMAGE --ask --client docker --client podman@5.4
        ecr-doctor which IMAGE --format json

    Exit codes: 0 answered, whatever is sent; 2 wrong usage, or no image reference.
    """
    from ecr_doctor.engine.observe import Observer  # noqa: PLC0415  help needs none of it
    from ecr_doctor.model import Settings  # noqa: PLC0415
    from ecr_doctor.probes.client_search import search  # noqa: PLC0415

    flags = {"folder": docker_config, "file": authfile, "kubelet": kubelet_config}
    target = _target(image)
    env = MappingProxyType(dict(os.environ))
    scene = Observer(target, Settings(env=env, docker_config=docker_config, timeout=_TIMEOUT))
    wanted = [_named(scene, text, flags) for text in clients] or _installed(scene, flags)
    found = [search(scene, client, ask=ask) for client in wanted]
    click.echo(_render(scene, found, style), nl=False)
    return 0


def _target(image: str) -> Target:
    """The image; one that cannot be read is wrong usage: there is nothing to search for."""
    from ecr_doctor.model import parse_target  # noqa: PLC0415

    target = parse_target(image)
    if target.reference_error is not None:
        error = target.reference_error
        raise UsageError(f"{image[:200]!r} is no image: {error}", error.hint)
    return target


def _named(scene: Scene, text: str, flags: dict[str, str]) -> Client:
    """The client of an option; without a version that of the installed program."""
    from ecr_doctor.clients.which import NAMES  # noqa: PLC0415
    from ecr_doctor.probes.client_programs import ClientProgramProbe  # noqa: PLC0415

    name, at, version = text.partition("@")
    if name not in NAMES:
        raise UsageError(f"there is no client {name[:60]!r}", f"Known clients: {', '.join(NAMES)}.")
    if at and not any(character.isdigit() for character in version):
        raise UsageError(f"{text[:60]!r} is not NAME@VERSION", "For instance docker@28.2.2.")
    return _client(
        scene, name, version or scene.observe(ClientProgramProbe(name)).version, flags
    )


def _installed(scene: Scene, flags: dict[str, str]) -> list[Client]:
    """What is on PATH, and the kubelet of a node."""
    from ecr_doctor.probes.client_programs import installed_clients  # noqa: PLC0415
    from ecr_doctor.probes.kubelet_place import KubeletPlaceProbe  # noqa: PLC0415

    found = [_client(scene, one.name, one.version, flags) for one in installed_clients(scene)]
    if flags["kubelet"] or scene.observe(KubeletPlaceProbe()).is_node:
        found.append(_client(scene, "kubelet", "", flags))
    if not found:
        click.echo("no client is on PATH; this is what the newest docker would do", err=True)
        found.append(_client(scene, "docker", "", flags))
    return found


def _client(scene: Scene, name: str, version: str, flags: dict[str, str]) -> Client:
    from ecr_doctor.clients.which import Client  # noqa: PLC0415
    from ecr_doctor.probes.kubelet_place import KubeletPlaceProbe  # noqa: PLC0415

    if name == "kubelet":
        place = scene.observe(KubeletPlaceProbe(flags["kubelet"]))
        return Client(name, version, place.config)
    client = Client(name, version)
    return Client(name, version, flags["folder" if client.takes_folder else "file"])


def _render(scene: Scene, found: list[Resolution], style: str) -> str:
    if style == "json":
        from ecr_doctor.report.which_json import which_json  # noqa: PLC0415

        return which_json(scene.target.image, found, scene.redactor)
    from ecr_doctor.report.ink import ink_for  # noqa: PLC0415
    from ecr_doctor.report.which_text import which_text  # noqa: PLC0415

    ink = ink_for(sys.stdout, os.environ)
    return which_text(scene.target.image, scene.target.host, found, scene.redactor, ink)
