"""The `config.json` that docker reads, and the others that it does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from datetime import datetime

    from ecr_doctor.clients.docker_config import DockerConfig, Route

    from .base import Scene


class ConfigState(StrEnum):
    """What docker finds where it looks for its configuration."""

    OK = "ok"
    MISSING = "missing"
    EMPTY = "empty"
    """No bytes, white space or `null`: docker takes it for an empty configuration, silently."""
    DIRECTORY = "directory"
    DANGLING = "dangling"
    UNREADABLE = "unreadable"
    INVALID = "invalid"
    """No JSON, or a field of another type than docker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLogin:
    """An `auths` entry that could serve the registry of this run."""

    key: str
    user: str = ""
    problem: str = ""
    """Why docker cannot use it; empty when it can."""
    password_kind: str = ""
    """`ecr-token`, `aws-secret-key`, `line-break`, `other` or empty."""
    expires: datetime | None = None
    token_region: str = ""
    token_account: str = ""
    used: bool = False
    """Whether docker would take this entry rather than another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherConfig:
    """A docker configuration of this machine that this docker does not read."""

    path: str
    whose: str
    """`user dev`, `root`, `docker snap`, ..."""
    state: ConfigState
    serves: str = ""
    """What it has for the registry (`credHelpers entry`); empty when nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerConfigFile:
    """The configuration that docker reads for this user."""

    path: str
    reason: str
    """What decides on the path: `--docker-config`, `DOCKER_CONFIG`, `HOME`, `password database`."""
    state: ConfigState
    config: DockerConfig
    """What docker has after reading it: empty when the file is missing or broken."""
    problem: str = ""
    """In the words that docker prints after its WARNING."""
    line: int = 0
    column: int = 0
    logins: tuple[StoredLogin, ...] = ()
    others: tuple[OtherConfig, ...] = ()

    def route(self, host: str) -> Route:
        """Where this file sends docker for a host's credential; no helper is run."""
        return self.config.route(host)


@dataclass(frozen=True, slots=True)
class DockerConfigProbe(Probe[DockerConfigFile]):
    """Reads docker's configuration as docker would."""

    def look(self, scene: Scene) -> DockerConfigFile:
        """Read the file, and look for others."""
        raise NotImplementedError
