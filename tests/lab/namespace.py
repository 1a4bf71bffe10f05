"""Namespaces of our own: a network without a way out, and mounts nobody else sees."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lab import names
from lab.requirements import unshare_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHIELDED = (Path("/home"), Path("/root"))


class Namespace:
    """One mount, network and process namespace; all that runs in it dies with it."""

    def __init__(self, folder: Path) -> None:
        """Remember the laboratory's folder, whose files are mounted over the machine's."""
        self.folder = folder
        self.pid = 0
        self._holder: subprocess.Popen[bytes] | None = None

    def start(self, exposed: Iterable[Path]) -> None:
        """Open the namespaces; `exposed` stay visible though they lie in a home folder."""
        # The holder must not outlive us even when we are killed: hence pdeathsig.
        command = ["setpriv", "--pdeathsig", "KILL", *unshare_command(), "sleep", "infinity"]
        self._holder = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command
        self.pid = self._first_process(self._holder.pid)
        self.script(self._mounts(list(exposed)) + self._addresses())

    def stop(self) -> None:
        """Kill everything inside; mounts and network go with the last process."""
        if self._holder is not None:
            self._holder.kill()
            self._holder.wait()
            self._holder = None

    @property
    def root(self) -> Path:
        """Return the namespace's root folder as seen from outside."""
        return Path(f"/proc/{self.pid}/root")

    def enter(self, command: Sequence[str]) -> list[str]:
        """Return the command that runs `command` inside."""
        flags = ["-m", "-n", "-p"]
        if os.geteuid() != 0:
            flags += ["-U", "--preserve-credentials"]
        return ["nsenter", "-t", str(self.pid), *flags, "--", *command]

    def script(self, lines: list[str]) -> None:
        """Run shell lines inside; the first that fails ends it."""
        done = subprocess.run(  # noqa: S603 - our own command
            self.enter(["sh", "-e"]),
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"the namespace cannot be set up: {done.stderr.strip()}")

    def _first_process(self, holder: int) -> int:
        """Wait until the holder runs its child, and until that child became `sleep`."""
        children = Path(f"/proc/{holder}/task/{holder}/children")
        for _ in range(500):
            for child in children.read_text().split():
                if Path(f"/proc/{child}/comm").read_text().strip() == "sleep":
                    return int(child)
            time.sleep(0.01)
        raise RuntimeError("the namespaces did not open")

    def _addresses(self) -> list[str]:
        """Put every address on the loopback device; there is no other and no route."""
        ip = "PATH=$PATH:/usr/sbin:/sbin ip"
        adds = [f"address add {a}/32 dev lo" for a in names.all_addresses()]
        sixes = [names.six(a) for a in names.served_addresses()]
        adds += [f"address add {a}/128 dev lo nodad" for a in sixes]
        return [f"{ip} -batch - <<'END'", "link set lo up", *adds, "END"]

    def _mounts(self, exposed: list[Path]) -> list[str]:
        """Mount the laboratory's files over the machine's."""
        folder = shlex.quote(str(self.folder))
        lines = ["mount -t tmpfs -o mode=755 lab-run /run", "mkdir -p /run/lock"]
        exposed = [*exposed, self.folder]
        for closed in (*SHIELDED, *_closed_parents(exposed)):
            lines += _shield(closed, exposed)
        for name, inside in (("home", "/home/dev"), ("home2", "/home/dev2")):
            lines += [f"mkdir -p {inside}", f"mount --bind {folder}/{name} {inside}"]
        lines += [f"mount --bind {folder}/etc/docker /etc/docker"]
        for name in ("resolv.conf", "hosts", "ssl/certs/ca-certificates.crt"):
            # A link into /run (systemd-resolved) has lost its target to our tmpfs.
            target = shlex.quote(str(Path("/etc", name).resolve()))
            source = f"{folder}/etc/{Path(name).name}"
            lines += [f"test -e {target} || {{ mkdir -p $(dirname {target}); touch {target}; }}"]
            lines += [f"mount --bind {source} {target}"]
        return lines


def _closed_parents(exposed: list[Path]) -> list[Path]:
    """Return folders that only their owner may enter, outer ones first: tox makes its own so."""
    parents = {parent for path in exposed for parent in path.parents}
    return sorted(parent for parent in parents if not parent.stat().st_mode & stat.S_IXOTH)


def _shield(home: Path, exposed: list[Path]) -> list[str]:
    """Hide a closed folder, and bring back what the laboratory needs of it.

    No login of the machine's owner can leak in. And since the new parents are open to
    all, a Python below a closed /root is readable for the faults' other users.
    """
    inside = sorted({path for path in exposed if path.is_relative_to(home)})
    lines = []
    for number, path in enumerate(inside):
        stage = f"/run/lab-stage{home}/{number}"
        lines += [f"mkdir -p {stage}", f"mount --rbind {shlex.quote(str(path))} {stage}"]
    lines += [f"mount -t tmpfs -o mode=755 lab-home {home}"]
    for number, path in enumerate(inside):
        target = shlex.quote(str(path))
        lines += [f"mkdir -p {target}", f"mount --rbind /run/lab-stage{home}/{number} {target}"]
    return lines


def kill_group(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """Signal a process and all it started: killing `nsenter` alone spares its child."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    process.wait()
