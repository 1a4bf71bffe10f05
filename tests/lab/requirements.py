"""What this machine lacks to run the laboratory."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys

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
