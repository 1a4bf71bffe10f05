"""The docker engine that would do the pull: is it there, and how is it set up."""

from __future__ import annotations

import errno
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .base import Probe, ProbeError
from .docker_endpoint import DockerEndpoint, DockerEndpointProbe
from .docker_http import DOCKER_PORT, ask_engine
from .lookup import find_program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docker import APIClient

    from .base import Scene

CONNECT_SECONDS = 2.5
ANSWER_SECONDS = 4.0
_PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


class EngineProblem(StrEnum):
    """Why the engine cannot be talked to."""

    NONE = ""
    NO_CONTEXT = "no-context"
    """The chosen docker context does not exist."""
    BAD_ENDPOINT = "bad-endpoint"
    """The address cannot be read, or has a scheme that is not looked at (ssh)."""
    NO_PROGRAM = "no-program"
    """docker reaches the engine by a program (ssh) that is not on PATH."""
    NO_SOCKET = "no-socket"
    PERMISSION = "permission"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    """No route, no such name, or no answer in time."""
    NOT_DOCKER = "not-docker"
    """Something answers, and it is not a docker engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What the engine says of itself (`docker info`), or why it does not."""

    endpoint: DockerEndpoint
    problem: EngineProblem = EngineProblem.NONE
    detail: str = ""
    server_version: str = ""
    operating_system: str = ""
    """The distribution's name, or `Docker Desktop`."""
    os: str = ""
    architecture: str = ""
    """In the words of image platforms: amd64, arm64, ..."""
    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    data_root: str = ""
    storage_driver: str = ""
    containerd_store: bool = False
    mirrors: tuple[str, ...] = ()
    insecure_registries: tuple[str, ...] = ()
    """Hosts and networks for which the engine checks no certificate."""
    rootless: bool = False
    podman: bool = False
    """Podman answers in docker's place."""
    swarm: str = ""
    """`active` where the engine is a node of a swarm; `inactive` ordinarily."""

    @property
    def reachable(self) -> bool:
        """Whether the engine answered."""
        return self.problem is EngineProblem.NONE


@dataclass(frozen=True, slots=True)
class EngineProbe(Probe[Engine]):
    """Connects to the engine that docker would use and asks it for its set-up."""

    def look(self, scene: Scene) -> Engine:
        """Ask the engine; every way of not reaching it is part of the answer."""
        endpoint = scene.observe(DockerEndpointProbe())
        problem, detail = knock(endpoint, scene.env)
        if problem is not EngineProblem.NONE:
            return Engine(endpoint=endpoint, problem=problem, detail=detail)
        try:
            return _engine(scene, endpoint, _info(scene, endpoint))
        except Exception as error:  # noqa: BLE001  docker-py lets errors of four libraries through
            detail = scene.redactor.clean(str(error))[:500]
            return Engine(endpoint=endpoint, problem=EngineProblem.NOT_DOCKER, detail=detail)


def pulling_engine(scene: Scene) -> Engine | None:
    """The engine that does the pull; None where it does not answer, or the client needs none."""
    if not scene.settings.by_engine:
        return None
    try:
        engine = scene.observe(EngineProbe())
    except ProbeError:
        return None
    return engine if engine.reachable else None


def _info(scene: Scene, endpoint: DockerEndpoint) -> Any:  # noqa: ANN401
    """The engine's answer to `GET /info`; docker-py is for TLS and for proxies only."""
    scheme = urlsplit(endpoint.url).scheme
    plain = scheme in {"tcp", "http"} and not any(scene.env.get(name) for name in _PROXIES)
    if not endpoint.tls_path and (plain or scheme == "unix"):
        return ask_engine(endpoint.url, "/info", ANSWER_SECONDS)
    with open_client(endpoint, ANSWER_SECONDS) as client:
        return client.info()


def open_client(endpoint: DockerEndpoint, timeout: float) -> APIClient:
    """A docker-py client for the endpoint; `timeout` is in seconds for each read."""
    from docker.tls import TLSConfig  # noqa: PLC0415

    from docker import APIClient  # noqa: PLC0415

    class ImpatientClient(APIClient):
        """Keeps its time limit in `pull` too, where docker-py waits without end."""

        def post(self, url: str | bytes, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return super().post(url, *args, **{**kwargs, "timeout": timeout})

    tls: Any = False
    if endpoint.tls_path:
        folder = Path(endpoint.tls_path)
        pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
        tls = TLSConfig(client_cert=pair, ca_cert=str(folder / "ca.pem"), verify=True)
    options: Any = {"base_url": endpoint.url, "version": "auto", "timeout": timeout, "tls": tls}
    with _config_left_alone():
        return ImpatientClient(**options)


_config_lock = threading.Lock()


@contextmanager
def _config_left_alone() -> Iterator[None]:
    """Keep docker-py from reading config.json, of whose malformed logins it dies.

    What is wrong in that file is for other probes to say; the engine answers all the same.
    """
    from docker.utils import config  # noqa: PLC0415

    with _config_lock:
        ordinary = config.load_general_config
        config.load_general_config = lambda *_: {"auths": {}}
        try:
            yield
        finally:
            config.load_general_config = ordinary


def knock(endpoint: DockerEndpoint, env: Mapping[str, str]) -> tuple[EngineProblem, str]:
    """Connect and hang up: the operating system says more precisely why than docker-py."""
    if not endpoint.url:
        return EngineProblem.NO_CONTEXT, f"there is no docker context {endpoint.context!r}"
    parts = urlsplit(endpoint.url)
    if parts.scheme == "unix":
        return _connect(socket.AF_UNIX, parts.netloc + parts.path)
    if parts.scheme in {"tcp", "http", "https"} and parts.hostname:
        try:
            port = parts.port or DOCKER_PORT
        except ValueError as error:
            return EngineProblem.BAD_ENDPOINT, str(error)
        return _connect(socket.AF_INET, (parts.hostname, port))
    if parts.scheme == "ssh" and not find_program("ssh", env):
        return EngineProblem.NO_PROGRAM, "docker needs ssh for it, which is not on PATH"
    return EngineProblem.BAD_ENDPOINT, f"{endpoint.url!r} is not unix:// or tcp://"


def _connect(family: int, address: str | tuple[str, int]) -> tuple[EngineProblem, str]:
    try:
        if isinstance(address, tuple):
            socket.create_connection(address, CONNECT_SECONDS).close()
        else:
            with socket.socket(family, socket.SOCK_STREAM) as unix:
                unix.settimeout(CONNECT_SECONDS)
                unix.connect(address)
    except OSError as error:
        return _problem(error), f"{address}: {error.strerror or error}"
    return EngineProblem.NONE, ""


def _problem(error: OSError) -> EngineProblem:
    if error.errno == errno.ENOENT:
        return EngineProblem.NO_SOCKET
    if error.errno in {errno.EACCES, errno.EPERM}:
        return EngineProblem.PERMISSION
    if error.errno == errno.ECONNREFUSED:
        return EngineProblem.REFUSED
    if error.errno in {errno.ENOTSOCK, errno.ENOTDIR, errno.EPROTOTYPE}:
        return EngineProblem.BAD_ENDPOINT
    return EngineProblem.UNREACHABLE


_ARCHITECTURES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "i386": "386",
    "i686": "386",
}


def _engine(scene: Scene, endpoint: DockerEndpoint, info: dict[str, Any]) -> Engine:
    def text(key: str) -> str:
        value = info.get(key)
        return scene.redactor.clean(value)[:500] if isinstance(value, str) else ""

    registries = info.get("RegistryConfig") or {}
    machine = text("Architecture")
    return Engine(
        endpoint=endpoint,
        server_version=text("ServerVersion"),
        operating_system=text("OperatingSystem"),
        os=text("OSType"),
        architecture=_ARCHITECTURES.get(machine, machine),
        http_proxy=_proxy(info.get("HttpProxy")),
        https_proxy=_proxy(info.get("HttpsProxy")),
        no_proxy=text("NoProxy"),
        data_root=text("DockerRootDir"),
        storage_driver=text("Driver"),
        containerd_store="io.containerd.snapshotter" in str(info.get("DriverStatus")),
        mirrors=tuple(str(mirror)[:300] for mirror in registries.get("Mirrors") or ()),
        insecure_registries=tuple(_insecure(registries)),
        rootless="name=rootless" in str(info.get("SecurityOptions")),
        podman="BuildahVersion" in info,  # podman, pkg/api/handlers/compat/info.go
        swarm=str((info.get("Swarm") or {}).get("LocalNodeState") or "")[:40],
    )


def _insecure(registries: dict[str, Any]) -> Iterator[str]:
    for name, index in (registries.get("IndexConfigs") or {}).items():
        if isinstance(index, dict) and index.get("Secure") is False:
            yield str(name)[:300]
    yield from (str(network)[:300] for network in registries.get("InsecureRegistryCIDRs") or ())


def _proxy(value: object) -> str:
    """The proxy's URL; the engine masks its password as `xxxxx` (moby, daemon/info.go)."""
    return value[:500] if isinstance(value, str) else ""
