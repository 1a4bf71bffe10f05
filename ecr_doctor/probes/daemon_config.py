"""daemon.json, as dockerd reads it: what it holds, and whether dockerd starts with it.

Tried with dockerd 20.10, and read in moby, daemon/config/config.go. Releases differ on a file that
is empty, begins with a byte order mark, or has more after its JSON value: nothing is said of those.
A file that is missing at the default place is no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecr_doctor.clients.go_json import JsonSyntaxError, Pairs, decode, plain, type_name
from ecr_doctor.clients.machine import FileState

from .base import Probe
from .docker_engine import EngineProbe
from .local_machine import read_file
from .processes import DaemonsProbe

if TYPE_CHECKING:
    from .base import Scene

DEFAULT_PATH = "/etc/docker/daemon.json"
SNAP_PATH = "/var/snap/docker/current/config/daemon.json"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonConfig:
    """The file, and what of it concerns pulls."""

    path: str
    state: FileState
    problem: str = ""
    """Why dockerd cannot use it; empty when it can, or when there is none."""
    line: int = 0
    """Where the problem is, counted from 1; 0 when it has no place."""
    mirrors: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    """Names of the proxies that are set: `http-proxy`, `https-proxy`, `no-proxy`."""
    concurrent_downloads: int = 0
    """`max-concurrent-downloads`; 0 when it is not set (then it is 3)."""
    containerd_store: bool | None = None
    """`features.containerd-snapshotter`; None when it is not set."""

    @property
    def place(self) -> str:
        """The path, with the line of the problem where it has one."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class DaemonConfigProbe(Probe[DaemonConfig]):
    """Reads the configuration of the engine on this machine."""

    def look(self, scene: Scene) -> DaemonConfig:
        """Find the file that dockerd was started with, and read it."""
        path = _path(scene)
        read = read_file(path)
        if read.state is not FileState.OK:
            problem = read.problem if read.state is FileState.DIRECTORY else ""
            return DaemonConfig(path=path, state=read.state, problem=problem)
        try:
            found = decode(read.data.removeprefix(_BOM)).value
        except JsonSyntaxError as error:
            problem = scene.redactor.clean(str(error))[:300]
            # What is not UTF-8 is no JSON to some releases, and is decoded by others.
            problem = "" if b"\0" in read.data else problem
            return DaemonConfig(path=path, state=read.state, problem=problem, line=error.line)
        problem = _wrong_type(found)
        if problem or not isinstance(found, Pairs):
            return DaemonConfig(path=path, state=read.state, problem=problem)
        return _read(scene, path, plain(found))


def _path(scene: Scene) -> str:
    daemon = scene.observe(DaemonsProbe()).named("dockerd")
    if daemon is not None and daemon.option("config-file"):
        return daemon.option("config-file")
    engine = scene.observe(EngineProbe())
    if engine.rootless:
        folder = scene.env.get("XDG_CONFIG_HOME") or f"{scene.env.get('HOME', '')}/.config"
        return f"{folder}/docker/daemon.json"
    return SNAP_PATH if engine.data_root.startswith("/var/snap/") else DEFAULT_PATH


_TYPES = {
    "registry-mirrors": "array",
    "insecure-registries": "array",
    "dns": "array",
    "hosts": "array",
    "max-concurrent-downloads": "number",
    "data-root": "string",
    "storage-driver": "string",
    "debug": "bool",
    "features": "object",
    "proxies": "object",
}


def _wrong_type(value: object) -> str:
    """The first value of a type that dockerd does not take; empty where all are right."""
    if value is not None and not isinstance(value, Pairs):
        return f"it is {type_name(value)}, and not an object"
    for key, item in value if isinstance(value, Pairs) else ():
        wanted, found = _TYPES.get(key, ""), type_name(item)
        if wanted and found not in {wanted, "null"}:
            return f"{key} is {found}, and not {wanted}"
    return ""


def _read(scene: Scene, path: str, config: dict[str, Any]) -> DaemonConfig:
    mirrors = config.get("registry-mirrors")
    proxies = config.get("proxies")
    features = config.get("features")
    downloads = config.get("max-concurrent-downloads")
    store = features.get("containerd-snapshotter") if isinstance(features, dict) else None
    listed = mirrors if isinstance(mirrors, list) else []
    return DaemonConfig(
        path=path,
        state=FileState.OK,
        mirrors=tuple(scene.redactor.clean(str(mirror))[:300] for mirror in listed[:20]),
        proxies=tuple(str(name)[:40] for name in proxies) if isinstance(proxies, dict) else (),
        concurrent_downloads=downloads if isinstance(downloads, int) else 0,
        containerd_store=store if isinstance(store, bool) else None,
    )
