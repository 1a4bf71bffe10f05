"""Engines that are reached in another way, variables that lead astray, and full disks."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from lab import names
from lab.daemon import SOCKET, Options
from lab.faults.engines import context
from lab.faults.model import Fault, Injection, nothing
from lab.home import HELPER

if TYPE_CHECKING:
    from lab.world import Lab

_WRONG = ("docker-host-wrong", "docker-daemon-unreachable")
_TCP = f"tcp://{names.NAME_SERVER}:2375"
_ROOT = "/run/fulldata"


def _listening(*, with_tls_folder: bool = False) -> Injection:
    """Return an injection in which dockerd listens on TCP too, without TLS."""

    def inject(lab: Lab) -> None:
        lab.daemon.restart(Options(arguments=("-H", _TCP)))
        if with_tls_folder:
            for name, own in (
                ("ca", "lab.crt"),
                ("cert", "corporate.crt"),
                ("key", "corporate.key"),
            ):
                text = (lab.folder / "tls" / own).read_text(encoding="ascii")
                lab.user.write(f".docker/{name}.pem", text)

    return inject


def _dead_socket(lab: Lab) -> None:
    """Leave a socket behind that nobody listens at, as a killed dockerd does."""
    lab.daemon.stop()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(lab.namespace.root / SOCKET[1:]))


def _full(fill: str) -> Injection:
    """Return an injection of a data-root that a command fills up after dockerd's start."""

    def inject(lab: Lab) -> None:
        lab.daemon.stop()
        lab.mount_tmpfs(_ROOT, "size=64m,nr_inodes=1000")
        lab.daemon.start(Options(data_root=_ROOT))
        lab.namespace.script([f"cd {_ROOT}; {fill} 2>/dev/null || true"])

    return inject


def _broken_context(lab: Lab) -> None:
    context("unix:///var/run/docker.sock")(lab)
    for meta in lab.user.path.glob(".docker/contexts/meta/*/meta.json"):
        meta.write_text('{"Name": "lab",', encoding="ascii")


def _missing_context(lab: Lab) -> None:
    lab.user.write_config({**HELPER, "currentContext": "gone"})


def _astray(
    name: str, summary: str, *accept: str, inject: Injection = nothing, **env: str
) -> Fault:
    return Fault(name, "environment", summary, inject, accept or _WRONG, env=env)


def _works(name: str, summary: str, inject: Injection = nothing, **env: str) -> Fault:
    return Fault(name, "none", summary, inject, pull_works=True, env=env)


FAULTS = (
    _works(
        "engine-tcp", "DOCKER_HOST is TCP without TLS, and works", _listening(), DOCKER_HOST=_TCP
    ),
    _astray(
        "engine-tls-without-files",
        "DOCKER_TLS_VERIFY, and no certificates",
        inject=_listening(),
        DOCKER_HOST=_TCP,
        DOCKER_TLS_VERIFY="1",
    ),
    _astray(
        "engine-tls-of-plain",
        "DOCKER_TLS_VERIFY, and the engine speaks plain HTTP",
        inject=_listening(with_tls_folder=True),
        DOCKER_HOST=_TCP,
        DOCKER_TLS_VERIFY="1",
    ),
    _astray(
        "engine-tls-folder-missing",
        "DOCKER_CERT_PATH names no folder",
        inject=_listening(),
        DOCKER_HOST=_TCP,
        DOCKER_TLS_VERIFY="1",
        DOCKER_CERT_PATH="/home/dev/.minikube/certs",
    ),
    _works(
        "engine-tls-empty",
        "DOCKER_TLS_VERIFY is set and empty: no TLS",
        _listening(),
        DOCKER_HOST=_TCP,
        DOCKER_TLS_VERIFY="",
    ),
    _astray(
        "engine-ssh",
        "DOCKER_HOST is ssh, and there is no ssh",
        DOCKER_HOST=f"ssh://dev@{names.REFUSING}",
    ),
    _astray(
        "engine-two-slashes",
        "DOCKER_HOST lacks a slash, so that the path is relative",
        DOCKER_HOST="unix://var/run/docker.sock",
    ),
    _astray("engine-path", "DOCKER_HOST is a path", DOCKER_HOST="/var/run/docker.sock"),
    _astray("engine-http", "DOCKER_HOST is a web address", DOCKER_HOST=f"http://{names.REFUSING}"),
    _astray(
        "engine-windows",
        "DOCKER_HOST is the pipe of Windows",
        DOCKER_HOST="npipe:////./pipe/docker_engine",
    ),
    _works(
        "engine-space",
        "a space is before DOCKER_HOST: docker does not mind",
        DOCKER_HOST=f" unix://{SOCKET}",
    ),
    _astray("engine-closed-port", "no engine at the port", DOCKER_HOST="tcp://127.0.0.1:2375"),
    _astray(
        "engine-registry-instead",
        "DOCKER_HOST is the address of another web server",
        DOCKER_HOST="tcp://127.0.0.1:5000",
    ),
    _astray(
        "api-version-future",
        "DOCKER_API_VERSION is newer than the engine's",
        "docker-too-old",
        *_WRONG,
        DOCKER_API_VERSION="1.99",
    ),
    _works("api-version-old", "DOCKER_API_VERSION is old and known", DOCKER_API_VERSION="1.30"),
    _works(
        "context-default",
        "DOCKER_CONTEXT is default, whatever config.json says",
        _missing_context,
        DOCKER_CONTEXT="default",
    ),
    _astray("context-garbled", "the file of the context in use is cut", inject=_broken_context),
    Fault(
        "socket-dead",
        "daemon",
        "the socket is there, and nobody listens",
        _dead_socket,
        ("docker-daemon-unreachable",),
        says="Cannot connect to the Docker daemon",
    ),
    Fault(
        "disk-no-inodes",
        "daemon",
        "the file system under dockerd's data-root has no inodes left",
        _full("i=0; while true >fill$i; do i=$((i+1)); done"),
        ("disk-full", "inodes-exhausted"),
        says="no space left on device",
    ),
    Fault(
        "disk-no-space",
        "daemon",
        "the file system under dockerd's data-root is full to the last byte",
        _full("cat /dev/zero >fill"),
        ("disk-full",),
        says="no space left on device",
    ),
)
