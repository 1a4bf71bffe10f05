"""How a run is to be done: what flags, variables and the configuration file came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GIB = 1 << 30
CONNECT_TO_VARIABLE = "ECR_DOCTOR_CONNECT_TO"
"""Rules of `--connect-to`, split at white space: `run` and our credential helper read it."""
_HIGHEST_PORT = 65535
CLIENTS = (
    "docker", "docker-build", "docker-manifest", "docker-py", "skopeo", "podman", "buildah", "oras",
    "crane", "kubelet",
)  # fmt: skip
"""The programs whose pulls can be diagnosed: what `run --client` takes."""
CONTAINERS_IMAGE = frozenset({"podman", "skopeo", "buildah"})
"""Those that pull by the library containers/image: they share its files and its ways."""
_BY_ENGINE = frozenset({"docker", "docker-build", "docker-py"})


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Reach `name` at another address (and port), as curl's `--connect-to` does."""

    name: str
    address: str
    port: int | None = None


def parse_connect_to(text: str) -> ConnectTo:
    """NAME=ADDRESS[:PORT]; an IPv6 address with a port goes into brackets.

    Raises:
        ValueError: the text is not of this form.

    """
    name, equals, address = text.partition("=")
    if not name or not equals or not address:
        raise ValueError(f"{text!r} is not NAME=ADDRESS[:PORT]")
    host, port = _split_port(address)
    return ConnectTo(name, host, port)


def connect_to_rules(env: Mapping[str, str]) -> tuple[ConnectTo, ...]:
    """The rules of `ECR_DOCTOR_CONNECT_TO`, for a program without options such as a helper.

    Raises:
        ValueError: one of them is not NAME=ADDRESS[:PORT].

    """
    return tuple(parse_connect_to(rule) for rule in env.get(CONNECT_TO_VARIABLE, "").split())


def _split_port(address: str) -> tuple[str, int | None]:
    if address.count(":") > 1 and not address.startswith("["):
        return address, None  # a bare IPv6 address
    host, colon, port = address.rpartition(":")
    if not colon or port.endswith("]"):
        return address.strip("[]"), None
    if not port.isdigit() or not 0 < int(port) <= _HIGHEST_PORT:
        raise ValueError(f"{port!r} is not a port")
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run depends on besides the image."""

    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The environment of the pull that is diagnosed; ordinarily that of this process."""
    error_text: str = ""
    """What the failed pull printed, given with `--error`."""
    profile: str = ""
    region: str = ""
    docker_config: str = ""
    """Folder of `config.json`, as docker's own `--config`; empty for where docker looks."""
    client: str = "docker"
    pull_secret: str = ""
    """File with a pull secret of Kubernetes, as `kubectl get secret NAME -o yaml` prints it."""
    platform: str = ""
    pull: bool = True
    pull_limit: int = GIB
    """Bytes (compressed layers); a larger image is probed and not pulled."""
    timeout: float = 30.0
    """Seconds for the whole run."""
    connect_to: tuple[ConnectTo, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    checks_dirs: tuple[str, ...] = ()

    @property
    def by_engine(self) -> bool:
        """Whether a docker engine does the pull; the other clients ask the registry themselves."""
        return self.client in _BY_ENGINE

    def dial(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for `host:port`."""
        for rule in self.connect_to:
            if rule.name.lower() == host.lower():
                return rule.address, rule.port or port
        return host, port
