"""What a reader of the report asks first: versions, engine, system."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from ecr_doctor.model import Evidence
from ecr_doctor.probes.docker_engine import EngineProbe

if TYPE_CHECKING:
    from .observe import Observer

VARIABLES = (
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "HTTPS_PROXY",
    "NO_PROXY",
    "CI",
)


def describe_environment(observer: Observer) -> tuple[Evidence, ...]:
    """Facts about the machine; only what the probes have seen already, nothing is looked up."""
    facts = [
        Evidence("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        Evidence("python", platform.python_version(), sys.executable),
    ]
    engine = observer.peek(EngineProbe())
    if engine is not None and engine.reachable:
        store = "containerd image store" if engine.containerd_store else engine.storage_driver
        value = f"{engine.server_version}, {engine.os}/{engine.architecture}, {store}"
        facts.append(Evidence("docker engine", value, engine.endpoint.url))
    facts += [
        Evidence(name, observer.redactor.clean(observer.env[name])[:300], "environment")
        for name in VARIABLES
        if observer.env.get(name)
    ]
    return tuple(facts)
