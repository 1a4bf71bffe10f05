"""What a remedy may know: docker's configuration, the helpers at hand, and the cause to be cured.

Plain values alone: whoever calls fills them from probes, tests from tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecr_doctor.auth.token import USER, looks_like_ecr, token_expiry
from ecr_doctor.clients.docker_config import NO_CONFIG, DockerConfig, host_part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecr_doctor.clients.docker_config import AuthEntry
    from ecr_doctor.model import RegistryHost

ECR_LOGIN = "ecr-login"
ECR_DOCTOR = "ecr-doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigSeen:
    """Docker's `config.json`, as it is now."""

    path: str
    reason: str = "HOME"
    """What decides on the path: `--config`, `DOCKER_CONFIG`, `HOME`, the password database."""
    state: str = "ok"
    """`ok`, `missing`, `empty`, `directory`, `dangling`, `unreadable`, `invalid`."""
    data: bytes = b""
    config: DockerConfig = NO_CONFIG
    problem: str = ""
    place: str = ""
    """The path, with the line of the problem where it has one."""
    link: str = ""
    """Where the path leads if it is a symbolic link, as written in the link."""
    target_folder: bool = True
    """Of a link to nothing: whether the folder is there in which its target would be."""
    has_folder: bool = True
    """Whether the path's folder is there."""
    empty_folder: bool = False
    """Whether an empty folder lies in the file's place."""
    closed: str = ""
    """What may not be read or entered: the file, or a folder above it."""
    owner: int = 0
    """Numeric id of the owner of what is closed, or of the file."""
    owner_name: str = ""
    mode: int = 0o600
    """Permission bits of what is closed, or of the file."""
    legacy: str = ""
    """The old `~/.dockercfg`, where docker reads that because there is no config.json."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperSeen:
    """A helper that fetches tokens of Amazon ECR."""

    name: str
    """The suffix: `ecr-login`."""
    path: str = ""
    runnable: bool = False
    answers: bool | None = None
    """Whether it gave a good login for the registry just now; None when it was not asked."""
    said: str = ""
    """What it said instead."""
    elsewhere: str = ""
    """Where it is, when PATH does not lead there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One pull that fails, and what there is to cure it with."""

    host: str
    registry: RegistryHost | None
    config: ConfigSeen
    now: datetime
    helpers: tuple[HelperSeen, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    uid: int = 0
    user: str = ""
    system: str = ""
    """ID of /etc/os-release, with its ID_LIKE: `ubuntu debian`."""

    @property
    def sudo_user(self) -> str:
        """Who called sudo or doas; empty without one."""
        return self.env.get("SUDO_USER", "") or self.env.get("DOAS_USER", "")

    @property
    def is_public(self) -> bool:
        """Whether the registry is the public gallery's, which serves without a login."""
        return self.registry is not None and self.registry.is_public

    def entries(self) -> tuple[AuthEntry, ...]:
        """The stored logins that docker may take for the registry, in whatever spelling."""
        return tuple(e for e in self.config.config.auths if host_part(e.key) == self.host)

    def is_good(self, entry: AuthEntry) -> bool:
        """Whether a stored login is certainly one that the registry takes, as far as it says."""
        secret = entry.secret.reveal()
        expires = token_expiry(entry.secret)
        alive = expires is not None and expires > self.now
        shaped = looks_like_ecr(entry.secret) and "\n" not in secret and "\r" not in secret
        return entry.sends and not entry.problem and entry.user == USER and alive and shaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """A cause that was found, with the facts that the checks gave."""

    cause: str
    title: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def fact(self, name: str) -> str:
        """A fact; empty where the checks did not give it."""
        return self.facts.get(name, "")
