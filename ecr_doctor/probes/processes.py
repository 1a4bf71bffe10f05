"""Command lines of the programs that run on this machine, from /proc."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .base import Scene

PROC = "/proc"
_WANTED = frozenset({"kubelet", "containerd", "dockerd", "k3s", "rke2"})
_CONTAINERS = ("docker", "libpod", "kubepods", "containerd", "crio", "/lxc")
"""In the name of a control group: its programs are those of a container, not of this machine."""
_MOST_BYTES = 64 << 10
_MOST_PROCESSES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A running program of a container host."""

    name: str
    pid: int
    arguments: tuple[str, ...] = ()

    def option(self, name: str) -> str:
        """The value of `--name value` or `--name=value`; empty where it is not given."""
        value = ""
        for number, word in enumerate(self.arguments):
            flag, equals, after = word.partition("=")
            if flag in {f"--{name}", f"-{name}"}:
                follows = self.arguments[number + 1 : number + 2]
                value = after if equals else "".join(follows)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemons:
    """The programs that were found."""

    found: tuple[Daemon, ...] = ()

    def named(self, name: str) -> Daemon | None:
        """The one that has run longest; None where it does not run, or in another namespace."""
        return min((d for d in self.found if d.name == name), key=lambda d: d.pid, default=None)


@dataclass(frozen=True, slots=True)
class DaemonsProbe(Probe[Daemons]):
    """Reads the command lines of kubelet, containerd, dockerd, k3s and rke2.

    Those that run in containers (a cluster of kind or minikube) are left out, and a containerd
    that dockerd has started for itself: no kubelet talks to it.
    """

    def look(self, scene: Scene) -> Daemons:
        """Walk through /proc; processes that end meanwhile are passed over."""
        try:
            folders = [entry for entry in Path(PROC).iterdir() if entry.name.isdigit()]
        except OSError:
            return Daemons()
        return Daemons(found=tuple(_daemons(scene, folders[:_MOST_PROCESSES])))


def _daemons(scene: Scene, folders: Iterable[Path]) -> Iterable[Daemon]:
    for folder in folders:
        try:
            name = (folder / "comm").read_text(encoding="utf-8", errors="replace").strip()
            if not name.startswith(tuple(_WANTED)):
                continue
            with (folder / "cmdline").open("rb") as file:
                words = file.read(_MOST_BYTES).decode("utf-8", errors="replace").split("\0")
        except OSError:
            continue
        program = Path(words[0].partition(" ")[0]).name
        if program in _WANTED and not _contained(folder) and not _dockers_own(folder, program):
            clean = tuple(scene.redactor.clean(word)[:1000] for word in words[1:] if word)
            yield Daemon(name=program, pid=int(folder.name), arguments=clean)


def _dockers_own(folder: Path, program: str) -> bool:
    """Whether it is a containerd whose parent is dockerd (moby, libcontainerd/supervisor)."""
    if program != "containerd":
        return False
    try:
        status = (folder / "status").read_text(encoding="utf-8", errors="replace")
        parent = status.partition("PPid:")[2].split(maxsplit=1)[0]
        name = (folder.parent / parent / "comm").read_text(encoding="utf-8", errors="replace")
    except (OSError, IndexError):
        return False
    return name.strip() == "dockerd"


def _contained(folder: Path) -> bool:
    try:
        groups = (folder / "cgroup").read_text(encoding="utf-8", errors="replace")[:_MOST_BYTES]
    except OSError:
        return False
    paths = [line.rpartition(":")[2] for line in groups.splitlines()]
    # The daemons themselves are services: /system.slice/docker.service.
    return any(
        part in path and not path.endswith(".service") for path in paths for part in _CONTAINERS
    )
