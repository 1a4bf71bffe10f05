"""dockerd told otherwise: by its environment, by daemon.json, by folders on other disks."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from lab import names
from lab.daemon import Options
from lab.faults.model import Injection, fails, nothing, works
from lab.servers.proxy import OPEN

if TYPE_CHECKING:
    from lab.world import Lab


_DEAD = f"http://{names.REFUSING}:3128"

_OPEN = f"http://{names.PROXY}:{OPEN}"

_FOLDER = "/run/otherdisk"

_BIG = f"{names.HOST}/team/big:latest"

_HOLLOW = f"{names.HOST}/team/hollow:latest"

_DOWN = "Cannot connect to the Docker daemon"


def _environment(**variables: str) -> Injection:
    return lambda lab: lab.daemon.restart(Options(environment=variables))


def _daemon_json(**options: object) -> Injection:
    """Return an injection of a daemon.json with which dockerd does not start."""

    def inject(lab: Lab) -> None:
        lab.daemon.stop()
        written = {name.replace("_", "-"): value for name, value in options.items()}
        lab.etc("docker/daemon.json").write_text(json.dumps(written), encoding="utf-8")

    return inject


def _insecure(*, in_file: bool) -> Injection:
    """Return an injection of a network whose registries need no certificate."""

    def inject(lab: Lab) -> None:
        network = "10.77.0.0/16"
        if in_file:
            text = json.dumps({"insecure-registries": [network]})
            lab.etc("docker/daemon.json").write_text(text, encoding="utf-8")
            lab.daemon.restart()
            lab.distrust_daemon()
        else:
            lab.daemon.restart(Options(arguments=("--insecure-registry", network)))
        lab.update(tls={names.HOST: "unknown-ca"})

    return inject


def _temporary_folder(size: str, *, read_only: bool = False) -> Injection:
    """Return an injection of a folder for downloads that lies on a disk of its own."""

    def inject(lab: Lab) -> None:
        lab.daemon.stop()
        lab.mount_tmpfs(_FOLDER, f"size={size}")
        lab.daemon.start(Options(environment={"DOCKER_TMPDIR": f"{_FOLDER}/downloads"}))
        if read_only:
            view = [f"mount --bind {_FOLDER} {_FOLDER}", f"mount -o remount,bind,ro {_FOLDER}"]
            lab.namespace.script(view)

    return inject


def _small_disk(lab: Lab) -> None:
    lab.daemon.stop()
    lab.mount_tmpfs(_FOLDER, "size=24m")
    lab.daemon.start(Options(data_root=_FOLDER))


_fails = partial(fails, "daemon")

FAULTS = (
    works("daemon-all-proxy-dead", "dockerd's ALL_PROXY is dead", _environment(ALL_PROXY=_DEAD)),
    works(
        "daemon-socks-all-proxy-dead",
        "dockerd's all_proxy is a dead SOCKS proxy",
        _environment(all_proxy=f"socks5://{names.REFUSING}:1080"),
    ),
    _fails(
        "daemon-proxy-capitals-dead",
        "dockerd's HTTPS_PROXY is dead, its https_proxy good",
        _environment(HTTPS_PROXY=_DEAD, https_proxy=_OPEN),
        "proxy-misconfigured",
        says="proxyconnect tcp",
    ),
    _fails(
        "daemon-no-proxy-network",
        "dockerd's proxy is dead, and its NO_PROXY has the network, not the name",
        _environment(HTTPS_PROXY=_DEAD, NO_PROXY="10.77.0.0/16,localhost"),
        "proxy-misconfigured",
        "no-proxy-misconfigured",
        says="proxyconnect tcp",
    ),
    _fails(
        "daemon-proxy-hash",
        "the password of dockerd's proxy has a # that is not encoded",
        _environment(HTTPS_PROXY=f"http://me:wo#rd@{names.PROXY}:3129"),
        "proxy-misconfigured",
    ),
    works(
        "daemon-proxy-percent",
        "the password of dockerd's proxy has a lone %, for which Go takes no proxy",
        _environment(HTTPS_PROXY=f"http://me:50%off@{names.REFUSING}:3128"),
    ),
    _fails(
        "daemon-json-proxies-too-old",
        "daemon.json has proxies, which this dockerd does not know",
        _daemon_json(proxies={"https-proxy": _OPEN}),
        "docker-daemon-unreachable",
        says=_DOWN,
    ),
    _fails(
        "daemon-json-hosts-twice",
        "daemon.json has the hosts that the command line has too",
        _daemon_json(hosts=["unix:///var/run/docker.sock"]),
        "docker-daemon-unreachable",
        says=_DOWN,
    ),
    works(
        "insecure-network",
        "the registry's network is insecure to dockerd",
        _insecure(in_file=False),
    ),
    works(
        "insecure-network-in-file",
        "daemon.json calls the registry's network insecure",
        _insecure(in_file=True),
    ),
    _fails(
        "disk-full-unpacked",
        "a small layer unpacks to 40 MB, and 24 MB are free",
        _small_disk,
        "disk-full",
        says="no space left on device",
        image=_HOLLOW,
    ),
    works(
        "hollow-image", "a small layer unpacks to 40 MB, for which there is room", nothing, _HOLLOW
    ),
    _fails(
        "disk-full-downloads",
        "DOCKER_TMPDIR lies on a disk that is too small for the layer",
        _temporary_folder("8m"),
        "disk-full",
        says="no space left on device",
        image=_BIG,
    ),
    _fails(
        "disk-read-only-downloads",
        "DOCKER_TMPDIR lies on a disk that is read-only",
        _temporary_folder("64m", read_only=True),
        "data-root-read-only",
        says="read-only file system",
    ),
)
