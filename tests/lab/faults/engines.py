"""Docker engines, contexts and addresses of engines that are not as usual."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault, Injection, nothing
from lab.home import HELPER
from lab.servers.engines import HANGING, STRANGE, TOO_NEW

if TYPE_CHECKING:
    from lab.world import Lab


_DOCKER_DOWN = "Cannot connect to the Docker daemon"


def context(endpoint: str) -> Injection:
    """Return an injection of a docker context that leads there and is in use."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({**HELPER, "currentContext": "lab"})
        digest = hashlib.sha256(b"lab").hexdigest()
        meta = {"Name": "lab", "Metadata": {}, "Endpoints": {"docker": {"Host": endpoint}}}
        lab.user.write(f".docker/contexts/meta/{digest}/meta.json", json.dumps(meta))

    return inject


FAULTS = (
    Fault(
        "engine-hangs",
        "daemon",
        "the engine accepts and never answers",
        nothing,
        ("docker-daemon-unreachable", "docker-host-wrong"),
        env={"DOCKER_HOST": f"unix://{HANGING}"},
        slow=True,
    ),
    Fault(
        "engine-too-new",
        "daemon",
        "the engine speaks to newer clients only",
        nothing,
        ("docker-too-old", "docker-daemon-unreachable", "docker-host-wrong"),
        env={"DOCKER_HOST": f"unix://{TOO_NEW}"},
        says="is too old",
    ),
    Fault(
        "engine-strange",
        "daemon",
        "something else listens at the socket",
        nothing,
        ("docker-daemon-unreachable", "docker-host-wrong"),
        env={"DOCKER_HOST": f"unix://{STRANGE}"},
    ),
    Fault(
        "engine-black-hole",
        "environment",
        "packets to DOCKER_HOST vanish",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": f"tcp://{names.BLACK_HOLE}:2375"},
        slow=True,
    ),
    Fault(
        "engine-no-name",
        "environment",
        "DOCKER_HOST has no address",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": "tcp://docker.corp.example:2375"},
    ),
    Fault(
        "engine-docker-name",
        "environment",
        "DOCKER_HOST=tcp://docker:2375 outside of CI",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": "tcp://docker:2375"},
    ),
    Fault(
        "engine-file",
        "environment",
        "DOCKER_HOST names a file that is no socket",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_HOST": "unix:///etc/hosts"},
    ),
    Fault(
        "engine-true-socket",
        "none",
        "DOCKER_HOST names the true socket",
        nothing,
        pull_works=True,
        env={"DOCKER_HOST": "unix:///var/run/docker.sock"},
    ),
    Fault(
        "context-good",
        "none",
        "the context in use leads to the true socket",
        context("unix:///var/run/docker.sock"),
        pull_works=True,
    ),
    Fault(
        "context-dead",
        "environment",
        "the context in use leads to a missing socket",
        context("unix:///home/dev/.colima/docker.sock"),
        ("docker-host-wrong", "docker-daemon-unreachable"),
        says=_DOCKER_DOWN,
    ),
    Fault(
        "context-variable",
        "environment",
        "DOCKER_CONTEXT names no context",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        env={"DOCKER_CONTEXT": "prod"},
    ),
    Fault(
        "context-overruled",
        "none",
        "DOCKER_HOST overrules the dead context",
        context("unix:///home/dev/.colima/docker.sock"),
        pull_works=True,
        env={"DOCKER_HOST": "unix:///var/run/docker.sock"},
    ),
)
