"""What this machine lacks to run the laboratory."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS = {
    "docker": "a docker client",
    "dockerd": "docker.io",
    "docker-registry": "docker-registry",
    "docker-credential-ecr-login": "amazon-ecr-credential-helper",
    "ip": "iproute2",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
}
MODULES = ("aiohttp", "cryptography")


_STORE_SINCE = 24
"""First dockerd whose containerd image store is for use (docker docs, "containerd image store")."""


@cache
def store_dockerd() -> str | None:
    """Return a dockerd that knows the containerd image store; LAB_DOCKERD may name one."""
    for name in (os.environ.get("LAB_DOCKERD"), "dockerd"):
        program = find_program(name) if name else None
        if program and _major(program) >= _STORE_SINCE and find_program("containerd"):
            return program
    return None


def _major(program: str) -> int:
    """Return the first number of what `--version` prints; 0 where there is none."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"version (\d+)\.", done.stdout)
    return int(found[1]) if found else 0


def _containers() -> str | None:
    """Tell why no containers can be run with a network of their own."""
    if os.geteuid() != 0:
        return "only root can run containers here"
    return None if find_program("runc") else "runc is not installed"


OPTIONAL: dict[str, Callable[[], str | None]] = {
    "skopeo": lambda: None if find_program("skopeo") else "skopeo is not installed",
    "buildah": lambda: None if find_program("buildah") else "buildah is not installed",
    "containerd-store": lambda: None if store_dockerd() else "no dockerd 24 with containerd",
    "containers": _containers,
}
"""What some faults need: why it is lacking, None where it is there."""


def lacking(name: str) -> str | None:
    """Return why this machine has no `name` of OPTIONAL; None where it has it."""
    return OPTIONAL[name]()


def unshare_command() -> list[str]:
    """Return the command that opens namespaces of our own, with or without root."""
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command += ["--propagation", "private"]
    return command if os.geteuid() == 0 else [*command, "--user", "--map-root-user"]


def search_path() -> str:
    """Return PATH with the folders of daemons, which an ordinary user's PATH lacks."""
    return os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"


def find_program(name: str) -> str | None:
    """Return the full path of a program."""
    return shutil.which(name, path=search_path())


def missing() -> str | None:
    """Return the reason why the laboratory cannot run here; None where it can."""
    if not sys.platform.startswith("linux"):
        return "the laboratory needs Linux namespaces"
    for name, package in PROGRAMS.items():
        if find_program(name) is None:
            return f"{name} is not installed (package: {package})"
    for module in MODULES:
        if importlib.util.find_spec(module) is None:
            return f"the Python package {module} is not installed"
    return _namespaces_refused()


def _namespaces_refused() -> str | None:
    """Try to open namespaces, since kernels and containers forbid them in many ways."""
    probe = subprocess.run(  # noqa: S603 - our own command
        [*unshare_command(), "true"], capture_output=True, text=True, check=False
    )
    if probe.returncode == 0:
        return None
    return f"no root and no user namespaces here: {probe.stderr.strip()}"
