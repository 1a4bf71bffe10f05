"""All clients under one signature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from ecr_doctor.model.settings import CONTAINERS_IMAGE

from . import (
    buildah,
    crane,
    docker,
    docker_build,
    docker_manifest,
    docker_py,
    kubelet,
    oras,
    podman,
    skopeo,
)
from .consequences import CONTAINERS_VARIABLES, DOCKER_VARIABLES, fallbacks, shadowed

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
    "kubelet": kubelet.resolve,
}
NAMES = (*_BY_HOST, *_BY_REPOSITORY)
OF_DOCKER = frozenset({"docker", "docker-build", "docker-manifest"})
"""The three ways of the docker command; BuildKit asks as `docker pull` does."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that pulls."""

    name: str
    """One of `NAMES`."""
    version: str = ""
    """Its own version; an unknown one counts as the newest."""
    flag: str = ""
    """The folder or file of its command line: `--config`, `--authfile`, `--registry-config`."""

    @property
    def takes_folder(self) -> bool:
        """Whether its flag names docker's folder and not a file."""
        return self.name in _BY_HOST


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


def explain(client: Client, machine: Machine, host: str, repository: str) -> Resolution:
    """The same, with all that the winner hides and with what happens when it fails.

    Raises:
        KeyError: no such client is known.

    """
    found = resolve(client, machine, host, repository)
    if client.name == kubelet.CLIENT:
        return found  # it tries all that it finds, and says so itself

    def again(other: Machine) -> Resolution:
        return resolve(client, other, host, repository)

    def unflagged(other: Machine) -> Resolution:
        return resolve(replace(client, flag=""), other, host, repository)

    variables = CONTAINERS_VARIABLES if client.name in CONTAINERS_IMAGE else DOCKER_VARIABLES
    hidden = shadowed(again, machine, found, variables)
    if client.flag:
        known = replace(found, candidates=(), shadowed=())
        hidden += tuple(
            source
            for source in shadowed(unflagged, machine, known, variables)
            if source not in hidden
        )
    return replace(found, shadowed=hidden, fallbacks=fallbacks(again, machine, found))
