"""The real dockerd: started, stopped, and started again with other options."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lab.namespace import Namespace, kill_group
from lab.requirements import find_program, search_path

if TYPE_CHECKING:
    from pathlib import Path

SOCKET = "/run/docker.sock"
DATA_ROOT = "/run/docker-data"


@dataclass(frozen=True)
class Options:
    """How a dockerd differs from the ordinary one."""

    environment: dict[str, str] = field(default_factory=dict)
    data_root: str = DATA_ROOT
    program: str = "dockerd"
    arguments: tuple[str, ...] = ()


class Daemon:
    """One dockerd at a time, in the laboratory's namespaces."""

    def __init__(self, namespace: Namespace, log: Path) -> None:
        """Remember where it shall run."""
        self._namespace = namespace
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.options = Options()

    @property
    def running(self) -> bool:
        """Tell whether dockerd runs."""
        return self._process is not None and self._process.poll() is None

    def launch(self, options: Options = Options()) -> None:
        """Start dockerd without waiting for it."""
        self.options = options
        environment = {"PATH": search_path(), "HOME": "/run", **options.environment}
        assignments = [f"{name}={value}" for name, value in environment.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._namespace.enter(["env", "-i", *assignments, *self._command(options)]),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, options: Options = Options()) -> None:
        """Start dockerd and wait until it answers."""
        self.launch(options)
        self.wait()

    def wait(self) -> None:
        """Wait until dockerd answers, and let every user of the laboratory talk to it."""
        for _ in range(1500):
            if not self.running:
                tail = self._log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"dockerd ended:\n{tail}")
            if self._answers():
                (self._namespace.root / SOCKET[1:]).chmod(0o666)
                return
            time.sleep(0.01)
        raise RuntimeError("dockerd does not answer")

    def stop(self) -> None:
        """Kill dockerd; its containerd dies with it, and its data go."""
        if self._process is not None:
            kill_group(self._process)
            self._process = None
        root = self._namespace.root
        for name in (SOCKET, "/run/docker.pid"):
            (root / name[1:]).unlink(missing_ok=True)
        for name in ("/run/docker-exec", "/run/docker", self.options.data_root):
            shutil.rmtree(root / name[1:], ignore_errors=True)

    def restart(self, options: Options = Options()) -> None:
        """Start afresh, with nothing remembered: no layers, no cached /etc/hosts."""
        self.stop()
        self.start(options)

    def _command(self, options: Options) -> list[str]:
        program = find_program(options.program) or options.program
        command = [program, "--bridge=none", "--iptables=false", "-H", f"unix://{SOCKET}"]
        command += ["--data-root", options.data_root, "--exec-root", "/run/docker-exec"]
        command += ["--pidfile", "/run/docker.pid"]
        if os.geteuid() != 0:
            command += ["--rootless", "-G", "root"]
        return [*command, *options.arguments]

    def _answers(self) -> bool:
        """Ask dockerd whether it is there, through its socket as seen from outside."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self._namespace.root / SOCKET[1:]))
                connection.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                answer = http.client.HTTPResponse(connection)
                answer.begin()
                return answer.status == 200
        except OSError:
            return False
