"""Which programs that pull images this user has, and their versions."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ecr_doctor.clients.which import OF_DOCKER

from .base import Probe, ProbeError
from .docker_cli import DockerCliProbe
from .lookup import find_program
from .process import run

if TYPE_CHECKING:
    from .base import Scene

_VERSION = re.compile(r"(?<![\w.])v?(\d+\.\d+(?:\.\d+)?)")
_LIMIT = 3.0
"""Seconds; podman prepares its storage first."""
_ASK_PYTHON = (
    "import sys; sys.path = [p for p in sys.path if p]\n"
    "from importlib.metadata import version; print(version('docker'))"
)
"""Reads the metadata of docker-py; nothing of it is imported, and nothing of the current folder."""
_QUESTIONS: Final = {
    "skopeo": ("skopeo", "--version"),
    "podman": ("podman", "--version"),
    "buildah": ("buildah", "--version"),
    "oras": ("oras", "version"),
    "crane": ("crane", "version"),
    "docker-py": ("python3", "-c", _ASK_PYTHON),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProgram:
    """A program that pulls; `name` as `which` has it."""

    name: str
    path: str = ""
    """Empty when it is not on PATH; for docker-py the Python that has it."""
    version: str = ""
    """Empty when it could not be asked."""


@dataclass(frozen=True, slots=True)
class ClientProgramProbe(Probe[ClientProgram]):
    """Finds one program and asks its version."""

    name: str

    def look(self, scene: Scene) -> ClientProgram:
        """Search PATH, then run it with `--version`, which asks no registry."""
        if self.name in OF_DOCKER:
            return _docker(scene, self.name)
        if self.name not in _QUESTIONS:
            return ClientProgram(name=self.name)
        question = _QUESTIONS[self.name]
        path = find_program(question[0], scene.env)
        if not path:
            return _imitation(scene, self.name)
        finished = run(path, question, env=scene.env, limit=min(_LIMIT, scene.time_left()))
        found = _VERSION.search(finished.stdout.decode("utf-8", errors="replace"))
        if self.name == "docker-py" and (finished.exit_code != 0 or not found):
            return ClientProgram(name=self.name)
        version = found.group(1) if found else ""
        return ClientProgram(name=self.name, path=path, version=version)


def _docker(scene: Scene, name: str) -> ClientProgram:
    cli = scene.observe(DockerCliProbe())
    if cli.emulates:
        return ClientProgram(name=name)
    return ClientProgram(name=name, path=cli.path, version=cli.version)


def _imitation(scene: Scene, name: str) -> ClientProgram:
    """The command `docker` of the package podman-docker is podman."""
    cli = scene.observe(DockerCliProbe())
    if cli.emulates != name:
        return ClientProgram(name=name)
    return ClientProgram(name=name, path=cli.path, version=cli.version)


def installed_clients(scene: Scene) -> tuple[ClientProgram, ...]:
    """Every program that is there, in the order in which people use them; asked side by side."""
    names = ("docker", "docker-build", "docker-manifest", *_QUESTIONS)

    def ask(name: str) -> ClientProgram:
        try:
            return scene.observe(ClientProgramProbe(name))
        except ProbeError:
            return ClientProgram(name=name)

    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        found = tuple(pool.map(ask, names))
    return tuple(program for program in found if program.path)
