"""containerd's configuration for registries: config.toml, and hosts.toml of the image's host.

containerd, docs/hosts.md and core/remotes/docker/config/hosts.go: a folder `HOST`, else `_default`,
below `config_path`; pulls of Kubernetes and nerdctl read them, docker does not.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ecr_doctor.clients.machine import FileState

from .base import Probe
from .local_machine import read_file
from .processes import DaemonsProbe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Scene

ROOT = ""
"""Where the machine's files begin: empty but in tests."""
_CONFIG = "/etc/containerd/config.toml"
_K3S_CONFIG = "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"
HOSTS_FOLDER = "/etc/containerd/certs.d"
_CAPABILITIES = frozenset({"pull", "resolve", "push"})
_PLUGINS = ("io.containerd.cri.v1.images", "io.containerd.grpc.v1.cri")
"""Of configurations of version 3 and 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerdConfig:
    """What containerd's files say of the image's host, and of the pause image."""

    path: str = ""
    """config.toml; empty where there is none, or it may not be read."""
    problem: str = ""
    """Why containerd cannot use config.toml."""
    config_path: str = ""
    """Folders of hosts.toml; empty where config.toml does not name any."""
    mirrors_too: bool = False
    """The old `registry.mirrors` or `configs` stand beside `config_path`: containerd's part for
    Kubernetes does not start."""
    sandbox_image: str = ""
    hosts_file: str = ""
    """The hosts.toml that is read for the image's host; empty for none."""
    hosts_problem: str = ""
    """Why pulls of this host fail with it."""
    servers: tuple[str, ...] = ()
    """URLs that it sends pulls to, the upstream `server` last."""


@dataclass(frozen=True, slots=True)
class ContainerdConfigProbe(Probe[ContainerdConfig]):
    """Reads the files; containerd itself is not asked."""

    def look(self, scene: Scene) -> ContainerdConfig:
        """Find config.toml, then the hosts.toml for the image's host."""
        path = _path(scene)
        config, problem = _toml(path) if path else ({}, "")
        cri = _cri(config)
        registry = _table(cri.get("registry"))
        folders = str(registry.get("config_path") or "")[:500]
        file = _hosts_file(folders or HOSTS_FOLDER, scene.target.host)
        hosts, broken = _toml(file) if file else ({}, "")
        pinned = _table(cri.get("pinned_images"))
        return ContainerdConfig(
            path=path,
            problem=scene.redactor.clean(problem),
            config_path=folders,
            mirrors_too=bool(folders and (registry.get("mirrors") or registry.get("configs"))),
            sandbox_image=str(pinned.get("sandbox") or cri.get("sandbox_image") or "")[:300],
            hosts_file=file,
            hosts_problem=scene.redactor.clean(broken or _fault(hosts)),
            servers=tuple(scene.redactor.clean(url)[:300] for url in _servers(hosts)),
        )


def _path(scene: Scene) -> str:
    daemon = scene.observe(DaemonsProbe()).named("containerd")
    named = (daemon.option("config") or daemon.option("c")) if daemon is not None else ""
    candidates = [named] if named else [_CONFIG, _K3S_CONFIG]
    return next((path for path in candidates if os.access(ROOT + path, os.R_OK)), "")


def _toml(path: str) -> tuple[dict[str, Any], str]:
    """The file's tables, and why it cannot be read as TOML."""
    read = read_file(ROOT + path)
    if read.state not in {FileState.OK, FileState.EMPTY}:
        return {}, "" if read.state is FileState.UNREADABLE else read.problem.replace(ROOT, "")
    try:
        return tomllib.loads(read.data.decode("utf-8")), ""
    except (ValueError, RecursionError) as error:
        return {}, f"no TOML: {error}"[:300]


def _cri(config: dict[str, Any]) -> dict[str, Any]:
    plugins = _table(config.get("plugins"))
    return next((_table(plugins[name]) for name in _PLUGINS if name in plugins), {})


def _hosts_file(folders: str, host: str) -> str:
    """The hosts.toml that containerd takes: the first folder that exists counts."""
    name, colon, port = host.partition(":")
    names = [f"{name}_{port}_"] if colon else []
    for folder in folders.split(":"):
        for candidate in (*names, host, "_default"):
            below = f"{folder}/{candidate}"
            if os.path.isdir(ROOT + below):  # noqa: PTH112  ROOT
                file = f"{below}/hosts.toml"
                return file if os.path.exists(ROOT + file) else ""  # noqa: PTH110  ROOT
    return ""


def _servers(hosts: dict[str, Any]) -> Iterator[str]:
    yield from (str(url) for url in _table(hosts.get("host")))
    if isinstance(hosts.get("server"), str):
        yield hosts["server"]


def _fault(hosts: dict[str, Any]) -> str:
    """What containerd refuses in a hosts.toml that is good TOML; empty for nothing."""
    if "host" in hosts and not isinstance(hosts["host"], dict):
        return "`host` is no table"
    if not isinstance(hosts.get("server", ""), str):
        return "`server` is no text"
    for url in _servers(hosts):
        if not _is_server(url):
            return f"{url} is no address of a server"
    for url, entry in _table(hosts.get("host")).items():
        unknown = [c for c in _texts(_table(entry).get("capabilities")) if c not in _CAPABILITIES]
        if unknown:
            return f"{url} has the unknown capability {unknown[0]}"
    return _missing_file(hosts)


def _missing_file(hosts: dict[str, Any]) -> str:
    """A certificate file that is named and certainly not there."""
    for entry in (hosts, *_table(hosts.get("host")).values()):
        for path in _texts(_table(entry).get("ca")):
            absolute = path.startswith("/")
            if absolute and read_file(ROOT + path).state is FileState.MISSING:
                return f"the authority {path} is not there"
    return ""


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]
