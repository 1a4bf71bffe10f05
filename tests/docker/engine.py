"""The docker engine of these tests: the one of this host, or else one of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DEFAULT = "unix:///var/run/docker.sock"
_START_SECONDS = 30.0


def why_not() -> str:
    """Why no engine can be had on this machine; empty when one can."""
    if _answers(_host()):
        return ""
    if os.geteuid() != 0:
        return "no docker engine answers, and only root can start one"
    if shutil.which("dockerd") is None:
        return "no docker engine answers, and dockerd is not installed"
    return ""


@contextmanager
def engine(folder: Path) -> Iterator[str]:
    """The engine's DOCKER_HOST; an engine of our own goes away at the end."""
    if _answers(_host()):
        yield _host()
        return
    with own_engine(folder) as url:
        yield url


@contextmanager
def own_engine(folder: Path) -> Iterator[str]:
    """The DOCKER_HOST of a dockerd of our own; it goes away at the end, and its mounts with it.

    It mounts its network namespace and layers below `folder`. Only a mount namespace of its own
    lets go of them in every case; left mounted, they keep pytest from removing the folder later.
    """
    url = f"unix://{folder}/docker.sock"
    command = [
        "unshare", "--mount", "--",
        "dockerd", "--bridge=none", "--iptables=false", f"--host={url}",
        f"--data-root={folder}/data", f"--exec-root={folder}/exec", f"--pidfile={folder}/pid",
    ]  # fmt: skip
    with (folder / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  our own command
    try:
        _wait(url, folder / "dockerd.log")
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _host() -> str:
    return os.environ.get("DOCKER_HOST", DEFAULT)


def _answers(url: str) -> bool:
    if not url.startswith("unix://"):
        return True
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(url.removeprefix("unix://")) == 0


def _wait(url: str, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _answers(url):
        if time.monotonic() > end:
            raise RuntimeError(f"dockerd did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)
