"""Faults of dockerd, of its proxy and its disk, and of the way to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lab import names
from lab.daemon import Options
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.servers.proxy import LOGIN, OPEN, REFUSING

if TYPE_CHECKING:
    from lab.world import Lab

_NOT_THERE = "Cannot connect to the Docker daemon at "
_TINY = "/run/tinydata"
_GROUP = 2375


def _daemon_proxy(url: str) -> Injection:
    """Return an injection that gives dockerd, and not the shell, a proxy."""
    return lambda lab: lab.daemon.restart(Options(environment={"HTTPS_PROXY": url}))


def _tiny_disk(lab: Lab) -> None:
    lab.daemon.stop()
    lab.mount_tmpfs(_TINY, "size=24m")
    lab.daemon.start(Options(data_root=_TINY))


def _read_only(lab: Lab) -> None:
    lab.daemon.stop()
    lab.mount_tmpfs(_TINY, "size=512m")
    lab.daemon.start(Options(data_root=_TINY))
    # dockerd's open files forbid to remount, but not to lay a read-only view over the folder.
    view = [f"mount --bind {_TINY} {_TINY}", f"mount -o remount,bind,ro {_TINY}"]
    lab.namespace.script(view)


def _bad_daemon_json(lab: Lab) -> None:
    lab.daemon.stop()
    lab.etc("docker/daemon.json").write_text('{"registry-mirrors": [],}\n', encoding="utf-8")


def _mirror(url: str) -> Injection:
    arguments = ("--registry-mirror", url)
    return lambda lab: lab.daemon.restart(Options(arguments=arguments))


def _closed_socket(lab: Lab) -> None:
    (lab.namespace.root / "run/docker.sock").chmod(0o600)


def _docker_group(*, member: bool) -> Injection:
    """Return an injection of a socket that only members of a group may use, as packages set up."""

    def inject(lab: Lab) -> None:
        path = lab.namespace.root / "run/docker.sock"
        os.chown(path, 0, _GROUP)
        path.chmod(0o660)
        lab.group = _GROUP if member else 0

    return inject


FAULTS = (
    Fault(
        "daemon-down",
        "daemon",
        "dockerd does not run",
        lambda lab: lab.daemon.stop(),
        ("docker-daemon-unreachable",),
        says=_NOT_THERE,
    ),
    Fault(
        "daemon-json-invalid",
        "daemon",
        "a comma too many in daemon.json, with which dockerd does not start",
        _bad_daemon_json,
        ("docker-daemon-unreachable",),
        says=_NOT_THERE,
    ),
    Fault(
        "daemon-mirror-dead",
        "none",
        "dockerd's mirror of Docker Hub refuses connections, which is nothing to ECR",
        _mirror(f"http://{names.REFUSING}:5000"),
        pull_works=True,
    ),
    Fault(
        "socket-permission",
        "daemon",
        "the user has no right on docker.sock",
        _closed_socket,
        ("docker-socket-permission",),
        says="permission denied",
        uid=65534,
    ),
    Fault(
        "socket-group-member",
        "none",
        "the user is no root, and in docker's group",
        _docker_group(member=True),
        pull_works=True,
        uid=65534,
    ),
    Fault(
        "socket-group-stranger",
        "daemon",
        "the user is not in docker's group",
        _docker_group(member=False),
        ("docker-socket-permission",),
        says="permission denied",
        uid=65534,
    ),
    Fault(
        "daemon-proxy-nxdomain",
        "daemon",
        "the name of dockerd's proxy does not resolve",
        _daemon_proxy("http://proxy.corp.example:3128"),
        ("proxy-misconfigured",),
        says="proxyconnect tcp: dial tcp: lookup proxy.corp.example",
    ),
    Fault(
        "daemon-proxy-refused",
        "daemon",
        "dockerd's proxy refuses connections",
        _daemon_proxy(f"http://{names.REFUSING}:3128"),
        ("proxy-misconfigured",),
        says="proxyconnect tcp: dial tcp",
    ),
    Fault(
        "daemon-proxy-open",
        "none",
        "dockerd uses a proxy that works",
        _daemon_proxy(f"http://{names.PROXY}:{OPEN}"),
        pull_works=True,
    ),
    Fault(
        "daemon-proxy-login",
        "daemon",
        "dockerd's proxy wants a login",
        _daemon_proxy(f"http://{names.PROXY}:{LOGIN}"),
        ("proxy-authentication-required",),
        says="Proxy Authentication Required",
    ),
    Fault(
        "daemon-proxy-forbids",
        "daemon",
        "dockerd's proxy forbids the host",
        _daemon_proxy(f"http://{names.PROXY}:{REFUSING}"),
        ("proxy-misconfigured",),
        says="Forbidden",
    ),
    Fault(
        "client-proxy-open",
        "none",
        "the shell uses a proxy that works",
        nothing,
        pull_works=True,
        env={"HTTPS_PROXY": f"http://{names.PROXY}:{OPEN}"},
    ),
    Fault(
        "client-proxy-login",
        "environment",
        "the shell's proxy wants a login",
        nothing,
        ("proxy-authentication-required",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": f"http://{names.PROXY}:{LOGIN}"},
    ),
    Fault(
        "client-proxy-forbids",
        "environment",
        "the shell's proxy forbids the hosts of AWS",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": f"http://{names.PROXY}:{REFUSING}"},
    ),
    Fault(
        "docker-host-nowhere",
        "environment",
        "DOCKER_HOST names an address where nothing listens",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        says=_NOT_THERE,
        env={"DOCKER_HOST": f"tcp://{names.REFUSING}:2375"},
    ),
    Fault(
        "docker-host-bad-socket",
        "environment",
        "DOCKER_HOST names a missing socket",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        says=_NOT_THERE,
        env={"DOCKER_HOST": "unix:///tmp/none.sock"},
    ),
    Fault(
        "docker-host-unparsable",
        "environment",
        "DOCKER_HOST has no scheme",
        nothing,
        ("docker-host-wrong", "docker-daemon-unreachable"),
        says=_NOT_THERE,
        env={"DOCKER_HOST": "localhost:2375"},
    ),
    Fault(
        "disk-full",
        "daemon",
        "an image of 40 MB, and 24 MB under dockerd's data-root",
        _tiny_disk,
        ("disk-full",),
        says="no space left on device",
        image=f"{names.HOST}/team/big:latest",
    ),
    Fault(
        "disk-read-only",
        "daemon",
        "the file system under dockerd's data-root is read-only",
        _read_only,
        ("data-root-read-only",),
        says="read-only file system",
    ),
)
