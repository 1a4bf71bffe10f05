"""The real clients of this machine, each run once for an image, and what it sent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .servers import basic_login, build_logins, engine_login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .configurations import Configuration
    from .servers import Notes

MUST_RUN: Final = ("docker", "docker-build", "docker-manifest", "docker-py", "skopeo")
"""Debian and pip have them: where CI is set they are never skipped."""
STOPS: Final = "(stops)"
_VERSION = re.compile(r"\b(\d+\.\d+(?:\.\d+)?)")
_LIMIT = 30.0
_DOCKER_PY = "import docker, sys; docker.APIClient(sys.argv[1], version='1.41').pull(sys.argv[2])"
_PASSED: Final = ("LD_LIBRARY_PATH", "CONTAINERS_CONF")
"""For clients that are not where their package puts them."""
_WANT_ROOT: Final = ("podman", "buildah")
_ASKED_FOR_VERSION: Final = {"oras": "version", "crane": "version"}
_OF_REGISTRY: Final = ("docker-manifest", "skopeo", "podman", "buildah", "oras", "crane")

Sent = tuple[str, str] | str | None
"""User and password, nothing, or `STOPS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a client runs."""

    here: Path
    env: dict[str, str]
    image: str
    """With the registry's host and port."""
    socket: str
    configuration: Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class RealClient:
    """A program of this machine."""

    name: str
    path: str
    version: str

    @property
    def asks_registry(self) -> bool:
        """Whether it speaks to the registry itself, and not to an engine."""
        return self.name in _OF_REGISTRY

    def sends(self, place: Place, notes: Notes) -> set[Sent]:
        """Run it; more than one where the engine would choose by chance."""
        notes.empty()
        done = subprocess.run(  # noqa: S603  the client in question
            self._command(place),
            env={**place.env, **self._variables(place)},
            cwd=place.here / "work",
            capture_output=True,
            timeout=_LIMIT,
            check=False,
        )
        if notes.requests == 0 or (self.name == "oras" and not _was_refused(notes, done.stderr)):
            return {STOPS}
        header = notes.headers[-1] if notes.headers else ""
        if self.asks_registry:
            return {basic_login(header) if header else None}
        if self.name == "docker-build":
            host = place.image.partition("/")[0]
            return set(build_logins(header, host)) if header else {None}
        return {engine_login(header) if header else None}

    def _command(self, place: Place) -> list[str]:
        if self.name == "docker-py":
            return [self.path, "-c", _DOCKER_PY, f"unix://{place.socket}", place.image]
        if self.name.startswith("docker"):
            return self._of_docker(place)
        return [self.path, *self._of_registry(place)]

    def _of_docker(self, place: Place) -> list[str]:
        folder = place.configuration.docker_config
        config = ["--config", str(place.here / folder)] if folder else []
        if self.name == "docker-build":
            (place.here / "work/Dockerfile").write_text(f"FROM {place.image}\n")
            return [self.path, *config, "build", "."]
        manifest = ["manifest", "inspect", "--insecure", place.image]
        pull = ["pull", "--quiet", place.image]
        return [self.path, *config, *(manifest if self.name == "docker-manifest" else pull)]

    def _of_registry(self, place: Place) -> list[str]:
        name = place.configuration.authfile
        flag = "--registry-config" if self.name == "oras" else "--authfile"
        file = [flag, str(place.here / name)] if name else []
        url, store = f"docker://{place.image}", Path(place.socket).parent  # podman wants it short
        match self.name:
            case "crane":
                return ["manifest", "--insecure", place.image]
            case "oras":
                own = ["manifest", "fetch", "--insecure", "--plain-http=false"]
                return [*own, *file, place.image]
            case "skopeo":
                return ["inspect", "--tls-verify=false", *file, url]
            case _:
                own = ["--root", f"{store}/a", "--runroot", f"{store}/b", "--storage-driver", "vfs"]
                return [*own, "pull", "--tls-verify=false", *file, url]

    def _variables(self, place: Place) -> dict[str, str]:
        own = {"DOCKER_HOST": f"unix://{place.socket}", "DOCKER_BUILDKIT": "0"}
        if self.name == "docker-manifest":
            own["DOCKER_CLI_EXPERIMENTAL"] = "enabled"
        return own | {name: os.environ[name] for name in _PASSED if name in os.environ}


def real_clients() -> Iterator[RealClient]:
    """All that this machine has, every binary on PATH."""
    for path in _all("docker"):
        version = _version(path)
        for name in ("docker", "docker-build", "docker-manifest") if version else ():
            yield RealClient(name=name, path=path, version=version)
    yield RealClient(name="docker-py", path=sys.executable, version=version_of("docker"))
    for name in ("skopeo", "podman", "buildah", "oras", "crane"):
        for path in _all(name):
            version = _version(path)
            if version and (name not in _WANT_ROOT or os.geteuid() == 0):
                yield RealClient(name=name, path=path, version=version)


def _was_refused(notes: Notes, said: bytes) -> bool:
    """Whether oras found or missed a login: it looks for one when its first request is refused."""
    return bool(notes.headers) or b"basic credential not found" in said


def _all(name: str) -> list[str]:
    paths = [Path(folder, name) for folder in os.environ.get("PATH", "").split(":") if folder]
    found = {os.path.realpath(path): str(path) for path in paths if os.access(path, os.X_OK)}
    return list(found.values())


def _version(path: str) -> str:
    """The version; empty for podman that is called docker, and for what does not run."""
    question = _ASKED_FOR_VERSION.get(Path(path).name, "--version")
    try:
        done = subprocess.run(  # noqa: S603  the client in question
            [path, question], capture_output=True, text=True, timeout=_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    imitation = Path(path).name == "docker" and "podman" in done.stdout
    found = _VERSION.search(done.stdout)
    return found.group(1) if found and not imitation and done.returncode == 0 else ""
