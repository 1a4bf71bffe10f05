"""How a run is to be done: what flags, variables and the configuration file came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """Reach `name` at another address (and port), as curl's `--connect-to` does."""

    name: str
    address: str
    port: int | None = None


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

    def dial(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for `host:port`."""
        for rule in self.connect_to:
            if rule.name.lower() == host.lower():
                return rule.address, rule.port or port
        return host, port
