"""Where the docker CLI looks for its engine: DOCKER_HOST, else the context, else the default.

The order is that of docker/cli, cli/command/cli.go (`resolveContextName`, `resolveDockerEndpoint`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .base import Scene

DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"
_LARGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerEndpoint:
    """The engine that docker would talk to, and what decided it."""

    url: str
    """`unix://PATH`, `tcp://HOST:PORT`, `ssh://...`; empty when the context does not exist."""
    source: str
    """`DOCKER_HOST`, `DOCKER_CONTEXT`, the `config.json` that names a context, or `default`."""
    context: str = ""
    tls_path: str = ""
    """Folder of the client certificates (DOCKER_CERT_PATH); empty without TLS."""

    @property
    def is_default(self) -> bool:
        """Whether nothing was configured."""
        return self.source == "default"


@dataclass(frozen=True, slots=True)
class DockerEndpointProbe(Probe[DockerEndpoint]):
    """Reads the variables and files that decide which engine docker talks to."""

    def look(self, scene: Scene) -> DockerEndpoint:
        """Resolve the endpoint as the docker CLI does."""
        env = scene.env
        if env.get("DOCKER_HOST"):
            return DockerEndpoint(
                url=_with_scheme(env["DOCKER_HOST"].strip()),
                source="DOCKER_HOST",
                tls_path=_tls_path(env),
            )
        folder = _config_folder(env, scene.settings.docker_config)
        context, source = env.get("DOCKER_CONTEXT", ""), "DOCKER_CONTEXT"
        if not context:
            source = str(folder / "config.json")
            context = _text(_read_json(Path(source)).get("currentContext"))
        if context in {"", "default"}:
            return DockerEndpoint(url=DEFAULT_ENDPOINT, source="default")
        return DockerEndpoint(url=_context_host(folder, context), source=source, context=context)


def _with_scheme(host: str) -> str:
    return host if "://" in host else f"tcp://{host}"


def _tls_path(env: Mapping[str, str]) -> str:
    if not env.get("DOCKER_TLS_VERIFY"):
        return ""
    return env.get("DOCKER_CERT_PATH") or str(_config_folder(env, ""))


def _config_folder(env: Mapping[str, str], override: str) -> Path:
    chosen = override or env.get("DOCKER_CONFIG", "")
    return Path(chosen) if chosen else Path(env.get("HOME") or Path.home()) / ".docker"


def _context_host(folder: Path, name: str) -> str:
    """The context's host; contexts live in folders named by the sha256 of their name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = _read_json(folder / "contexts" / "meta" / digest / "meta.json")
    endpoints = meta.get("Endpoints")
    docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
    return _text(docker.get("Host")) if isinstance(docker, dict) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _read_json(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LARGEST_FILE))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
