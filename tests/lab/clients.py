"""How each client pulls, as commands in the laboratory; each keeps what it pulled below /run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lab.requirements import find_program

if TYPE_CHECKING:
    from lab.world import Lab

_STORE = "/run/lab-store"
_PYTHON = "import sys, docker; docker.from_env().images.pull(sys.argv[1])"
OWN_STORES = ("rm -rf /run/lab-store*",)
"""Removes what clients without dockerd have pulled: layers that are there are not fetched again."""


def pull_command(client: str, image: str) -> list[str]:
    """Return the command by which this client pulls the image."""
    match client:
        case "skopeo":
            copy = ["copy", "-q", f"docker://{image}", f"dir:{_STORE}"]
            return ["skopeo", "--insecure-policy", *copy]
        case "buildah" | "podman":
            own = ["--root", _STORE, "--runroot", f"{_STORE}-run", "--storage-driver", "vfs"]
            return [client, *own, "pull", "-q", image]
        case "docker-build":
            build = f'printf "FROM {image}\\n" | docker build -q -'
            return ["env", "DOCKER_BUILDKIT=0", "sh", "-c", build]
        case "docker-manifest":
            return ["docker", "manifest", "inspect", image]
        case "docker-py":
            return [sys.executable, "-c", _PYTHON, image]
        case _:
            return ["docker", "pull", "-q", image]


def offer(lab: Lab, client: str) -> None:
    """Put a client on the user's PATH that is not on it in other faults."""
    program = find_program(client)
    if program and not (lab.bin / client).exists():
        (lab.bin / client).symlink_to(program)
