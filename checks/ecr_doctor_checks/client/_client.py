"""Which client's pull is in question, and whether docker's own file matters to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.settings import CONTAINERS_IMAGE
from ecr_doctor.probes.credential import DockerCredentialProbe
from ecr_doctor.probes.docker_cli import DockerCliProbe

if TYPE_CHECKING:
    from ecr_doctor.probes.credential import DockerCredential
    from ecr_doctor.sdk import Context

WITHOUT_STORE = CONTAINERS_IMAGE | {"kubelet"}
"""They do not know credsStore."""
_DOCKER = frozenset({"docker", "docker-build", "docker-manifest"})


def client_in_question(ctx: Context) -> str:
    """The client; `docker` itself may be podman's imitation of it."""
    if ctx.settings.client != "docker":
        return ctx.settings.client
    cli = ctx.try_observe(DockerCliProbe())
    return cli.emulates if cli is not None and cli.emulates else "docker"


def reader(ctx: Context) -> str:
    """Who reads the logins, for a sentence; docker's commands are docker."""
    return client_in_question(ctx).partition("-")[0]


def other_credential(ctx: Context) -> DockerCredential | None:
    """What another client than docker's would send; None for docker, or where it is not known."""
    if ctx.settings.client in _DOCKER:
        return None
    return ctx.try_observe(DockerCredentialProbe())


def taken_elsewhere(ctx: Context, path: str) -> str:
    """Why docker's file at `path` does not matter: the client has its login from another place."""
    credential = other_credential(ctx)
    if credential is None or not credential.found or credential.path == path:
        return ""
    return f"{credential.client} takes its login from {credential.path or credential.kind}"
