"""The `config.json` that docker reads, and the others that it does not."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ecr_doctor.auth.token import looks_like_ecr, token_expiry
from ecr_doctor.clients.docker import load
from ecr_doctor.clients.docker_config import NO_CONFIG, DockerConfig, Route, host_part, parse_config
from ecr_doctor.clients.machine import FileState
from ecr_doctor.clients.places import LEGACY_FILE
from ecr_doctor.clients.resolution import SourceKind

from .base import Probe, ProbeError
from .docker_cli import DockerCliProbe
from .local_machine import LocalMachine, read_file
from .user_home import homes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from ecr_doctor.clients.docker import LoadedConfig
    from ecr_doctor.clients.docker_config import AuthEntry
    from ecr_doctor.clients.machine import FileRead
    from ecr_doctor.redact import Redactor

    from .base import Scene

__all__ = [
    "ConfigState", "DockerConfig", "DockerConfigFile", "DockerConfigProbe", "OtherConfig",
    "Route", "SourceKind", "StoredLogin",
]  # fmt: skip

_SECRET_KEY = re.compile(r"[A-Za-z0-9/+]{40}")
_ODD_SCHEME = re.compile(r"^(?!https?://)[A-Za-z][A-Za-z0-9+.-]*://")


class ConfigState(StrEnum):
    """What docker finds where it looks for its configuration."""

    OK = "ok"
    MISSING = "missing"
    EMPTY = "empty"
    """No bytes, white space or `null`: docker takes it for an empty configuration, silently."""
    DIRECTORY = "directory"
    """Not a file: a folder, a device, or a path that goes through a file."""
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
    """Why docker cannot decode it; empty when it can."""
    password_kind: str = ""
    """`ecr-token`, `cut-off-token`, `aws-secret-key`, `line-break`, `other`; empty for none."""
    token_only: bool = False
    """Whether it holds an identity or registry token and nothing that ECR takes."""
    expires: datetime | None = None
    used: bool = False
    """Whether it is the entry (or one of several) that docker would take from `auths`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherConfig:
    """A docker configuration of this machine that this docker does not read."""

    path: str
    whose: str
    """`user dev (SUDO_USER)`, `root`, `docker snap`, ..."""
    state: ConfigState
    own: bool = True
    """False for other users' files that nothing ties to this run."""
    serves: str = ""
    """What it has for the registry (`credHelpers entry, helper ecr-login`); empty for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerConfigFile:
    """The configuration that docker reads for this user."""

    path: str
    reason: str
    """What decides on the path: `--config`, `DOCKER_CONFIG`, `HOME`, the password database."""
    state: ConfigState
    config: DockerConfig = NO_CONFIG
    """What docker has after reading it: empty when the file is missing or broken."""
    problem: str = ""
    """In the words that docker prints after its WARNING."""
    line: int = 0
    """Where the problem is, counted from 1; 0 when it has no place."""
    column: int = 0
    logins: tuple[StoredLogin, ...] = ()
    others: tuple[OtherConfig, ...] = ()

    def route(self, host: str) -> Route:
        """Where this file sends docker for a host's credential; no helper is run."""
        return self.config.route(host)

    @property
    def place(self) -> str:
        """The path, with the line of the problem where it has one."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class DockerConfigProbe(Probe[DockerConfigFile]):
    """Reads docker's configuration as docker would."""

    def look(self, scene: Scene) -> DockerConfigFile:
        """Read the file, and look for others."""
        loaded = load_config(scene)
        _learn(loaded.config, scene.redactor)
        state = _state(loaded.read, loaded.config)
        line, column = _position(loaded)
        return DockerConfigFile(
            path=loaded.path,
            reason=loaded.place.reason,
            state=state,
            config=loaded.config,
            problem=scene.redactor.clean(loaded.config.problem or loaded.read.problem),
            line=line,
            column=column,
            logins=_logins(loaded.config, scene.target.host),
            others=tuple(_others(scene, loaded.path)),
        )


def load_config(scene: Scene) -> LoadedConfig:
    """Docker's configuration; the client's version is asked only where it matters."""
    machine = LocalMachine(scene.env)
    folder = scene.settings.docker_config
    loaded = load(machine, config_dir=folder)
    if loaded.read.state in {FileState.MISSING, FileState.DANGLING}:
        home = scene.env.get("HOME") or machine.passwd_home
        if read_file(f"{home}/{LEGACY_FILE}").state is FileState.OK:
            return load(machine, version=client_version(scene), config_dir=folder)
    return loaded


def client_version(scene: Scene) -> str:
    """The docker client's version; empty when there is none to be asked."""
    try:
        return scene.observe(DockerCliProbe()).version
    except ProbeError:
        return ""


def version_matters(config: DockerConfig) -> bool:
    """Whether a key is written so that docker's versions read it differently."""
    return any(_ODD_SCHEME.match(entry.key) for entry in config.auths)


def _state(read: FileRead, config: DockerConfig) -> ConfigState:
    if read.state is not FileState.OK:
        return ConfigState(read.state.value)
    if config.empty:
        return ConfigState.EMPTY
    broken = config.problem and not config.unordered
    return ConfigState.INVALID if broken else ConfigState.OK


def _position(loaded: LoadedConfig) -> tuple[int, int]:
    """Line and column of the problem: of the bad character, or of the field of a wrong type."""
    config = loaded.config
    if config.line or not config.problem or not loaded.read.data:
        return config.line, config.column
    broken = next((entry.key for entry in config.auths if entry.problem), "")
    field = re.search(r"ConfigFile\.(\w+)", config.problem)
    wanted = broken or (field.group(1) if field else "")
    text = loaded.read.data.decode("utf-8", errors="replace")
    at = text.lower().find(f'"{wanted.lower()}"') if wanted else -1
    if at < 0:
        return 0, 0
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _learn(config: DockerConfig, redactor: Redactor) -> None:
    for entry in config.auths:
        for user, secret in ((entry.user, entry.secret), (entry.plain_user, entry.plain_secret)):
            if secret:
                pair = f"{user}:{secret.reveal()}".encode("utf-8", errors="surrogateescape")
                redactor.learn(secret, base64.b64encode(pair).decode())


def _logins(config: DockerConfig, host: str) -> tuple[StoredLogin, ...]:
    if not host:
        return ()
    used = {entry.key for entry in config.entries_for(host)}
    return tuple(
        stored_login(entry, used=entry.key in used)
        for entry in config.auths
        if entry.key in used or host_part(entry.key) == host
    )


def stored_login(entry: AuthEntry, *, used: bool) -> StoredLogin:
    """What can be told of an entry without showing its secret."""
    secret = entry.secret.reveal()
    return StoredLogin(
        key=entry.key,
        user=_shown(entry.user),
        problem=entry.problem,
        password_kind=_password_kind(secret),
        token_only=(entry.identity_token or entry.registry_token) and not entry.sends,
        expires=token_expiry(secret),
        used=used,
    )


def _shown(user: str) -> str:
    """The user's name, printable and short: it is somebody's text."""
    return "".join(c if c.isprintable() else "?" for c in user)[:80]


def _password_kind(secret: str) -> str:
    if not secret:
        return ""
    if "\n" in secret or "\r" in secret:
        return "line-break"
    if looks_like_ecr(secret) or token_expiry(secret) is not None:
        return "ecr-token"
    if secret.startswith("eyJ"):
        return "cut-off-token"
    return "aws-secret-key" if _SECRET_KEY.fullmatch(secret) else "other"


def _others(scene: Scene, used: str) -> Iterator[OtherConfig]:
    for path, whose, own in _candidates(scene.env):
        if _same(path, used):
            continue
        read = read_file(path)
        hidden = read.state is FileState.UNREADABLE and "/snap/" in path
        if read.state is FileState.MISSING or hidden:
            continue
        config = parse_config(read.data) if read.state is FileState.OK else DockerConfig(empty=True)
        _learn(config, scene.redactor)
        yield OtherConfig(
            path=path,
            whose=whose,
            own=own,
            state=_state(read, config),
            serves=_serves(config, scene.target.host),
        )


def _candidates(env: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    named = env.get("DOCKER_CONFIG", "")
    if named:
        yield f"{named.rstrip('/')}/config.json", "DOCKER_CONFIG", True
    for home in homes(env):
        yield f"{home.path}/.docker/config.json", home.whose, home.own
        snap = f"{home.path}/snap/docker/current/.docker/config.json"
        yield snap, f"docker snap of {home.whose}", home.own


def _same(path: str, other: str) -> bool:
    try:
        return os.path.realpath(path) == os.path.realpath(other)
    except (OSError, ValueError):
        return path == other


def _serves(config: DockerConfig, host: str) -> str:
    """What certainly serves the host: a helper for it, ECR's store, or a login."""
    if not host:
        return ""
    route = config.route(host)
    if route.kind is SourceKind.HELPER:
        return f"credHelpers entry, helper {route.helper}"
    if route.kind is SourceKind.STORE and route.asks_ecr_helper:
        return f"credsStore {route.helper}"
    if any(entry.sends for entry in route.entries):
        return f"a stored login under {route.entries[0].key}"
    return ""
