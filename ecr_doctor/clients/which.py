"""All clients under one signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from . import (
    buildah,
    crane,
    docker,
    docker_build,
    docker_manifest,
    docker_py,
    oras,
    podman,
    skopeo,
)

if TYPE_CHECKING:
    from .machine import Machine
    from .resolution import Resolution


class _ByHost(Protocol):
    def __call__(
        self, machine: Machine, host: str, *, version: str, config_dir: str
    ) -> Resolution: ...


class _ByRepository(Protocol):
    def __call__(
        self, machine: Machine, host: str, repository: str, *, version: str, auth_file: str
    ) -> Resolution: ...


_BY_HOST: dict[str, _ByHost] = {
    "docker": docker.resolve,
    "docker-build": docker_build.resolve,
    "docker-manifest": docker_manifest.resolve,
    "docker-py": docker_py.resolve,
}
_BY_REPOSITORY: dict[str, _ByRepository] = {
    "skopeo": skopeo.resolve,
    "podman": podman.resolve,
    "buildah": buildah.resolve,
    "oras": oras.resolve,
    "crane": crane.resolve,
}
NAMES = (*_BY_HOST, *_BY_REPOSITORY)


@dataclass(frozen=True, slots=True)
class Client:
    """A program that pulls."""

    name: str
    """One of `NAMES`."""
    version: str = ""
    """Its own version; an unknown one counts as the newest."""
    flag: str = ""
    """The folder or file of its command line: `--config`, `--authfile`, `--registry-config`."""


def resolve(client: Client, machine: Machine, host: str, repository: str) -> Resolution:
    """What the client sends to `host` for a repository.

    Raises:
        KeyError: no such client is known.

    """
    version, flag = client.version, client.flag
    if client.name in _BY_HOST:
        return _BY_HOST[client.name](machine, host, version=version, config_dir=flag)
    by_repository = _BY_REPOSITORY[client.name]
    return by_repository(machine, host, repository, version=version, auth_file=flag)
