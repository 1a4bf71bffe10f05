"""The client in a container, as those of CI jobs are: what it sees there, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.container import HOME, SOCKET
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.servers.metadata import CONTAINER, INSTANCE
from lab.world import HELPER

if TYPE_CHECKING:
    from lab.world import Lab

_DOCKER_FILES = f"{HOME}/.docker"
_ALL = (SOCKET, HOME)
_NEEDS = ("containers",)
_TASK = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/lab"}


def _inside(mounts: tuple[str, ...] = _ALL, before: Injection = nothing) -> Injection:
    """Return an injection that moves the client into a container with these of the machine's."""

    def inject(lab: Lab) -> None:
        before(lab)
        lab.move_client_into_container(mounts)

    return inject


def _metadata(mode: str, address: str = INSTANCE) -> Injection:
    def inject(lab: Lab) -> None:
        (lab.user.path / ".aws/credentials").unlink()
        lab.add_address(address)
        lab.update(metadata=mode)

    return inject


def _no_helper(lab: Lab) -> None:
    (lab.bin / HELPER).unlink()


def _works(name: str, summary: str, inject: Injection, **env: str) -> Fault:
    """Return a trap: everything is there, inside the container."""
    name = f"container-{name}"
    return Fault(name, "none", summary, inject, pull_works=True, env=env, needs=_NEEDS)


def _fails(
    name: str, summary: str, inject: Injection, *accept: str, says: str = NO_CREDENTIALS
) -> Fault:
    """Return a fault of a client in a container."""
    slow = "imds-unreachable" in accept
    name = f"container-{name}"
    return Fault(name, "environment", summary, inject, accept, says=says, slow=slow, needs=_NEEDS)


FAULTS = (
    _works("healthy", "the client is in a container that has all it needs", _inside()),
    _fails(
        "imds-hop-limit-1",
        "the metadata service's answers are lost on the way into the container",
        _inside(before=_metadata("hops-1")),
        "imds-unreachable",
        "helper-without-credentials-in-container",
    ),
    _works(
        "imds-hop-limit-2",
        "the metadata service's answers reach the container",
        _inside(before=_metadata("hops-2")),
    ),
    Fault(
        "host-imds-hop-limit-1",
        "none",
        "the instance itself gets answers with a hop limit of 1",
        _metadata("hops-1"),
        pull_works=True,
    ),
    _works(
        "task-role",
        "the container is a task with a role",
        _inside(before=_metadata("ok", CONTAINER)),
        **_TASK,
    ),
    _fails(
        "no-aws",
        "docker's configuration is mounted, AWS's is not",
        _inside((SOCKET, _DOCKER_FILES)),
        "no-aws-credentials",
        "imds-unreachable",
        "helper-without-credentials-in-container",
    ),
    _fails(
        "no-docker-config",
        "the home is not mounted, so there is no config.json",
        _inside((SOCKET,)),
        "never-logged-in",
        "config-wrong-home-or-user",
        "config-not-in-inner-docker",
    ),
    _fails(
        "no-helper",
        "the helper is not installed in the container",
        _inside(before=_no_helper),
        "helper-not-on-path",
    ),
    _fails(
        "no-socket",
        "docker's socket is not mounted",
        _inside((HOME,)),
        "docker-daemon-unreachable",
        says="Cannot connect to the Docker daemon",
    ),
)
