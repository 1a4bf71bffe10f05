"""/etc/hosts: names that are given an address before any name server is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from .base import Scene

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class HostsEntry:
    """One line of the file that names the host."""

    address: str
    line: int


@dataclass(frozen=True, slots=True)
class HostsFile:
    """What the file says of one host."""

    path: str
    entries: tuple[HostsEntry, ...] = ()

    @property
    def source(self) -> str:
        """`path:line` of the first entry; the path alone without one."""
        return f"{self.path}:{self.entries[0].line}" if self.entries else self.path


@dataclass(frozen=True, slots=True)
class HostsFileProbe(Probe[HostsFile]):
    """Looks a host up in the file, as the C library and Go do: case does not count."""

    host: str
    path: str = "/etc/hosts"

    def look(self, scene: Scene) -> HostsFile:  # noqa: ARG002
        """Read the file; a missing or unreadable one has no entries."""
        try:
            with Path(self.path).open("rb") as file:
                text = file.read(_LARGEST).decode("utf-8", "replace")
        except OSError:
            return HostsFile(self.path)
        entries = []
        for number, line in enumerate(text.splitlines(), 1):
            address, *names = line.partition("#")[0].split() or [""]
            if self.host.lower() in (name.lower() for name in names):
                entries.append(HostsEntry(address, number))
        return HostsFile(self.path, tuple(entries))
