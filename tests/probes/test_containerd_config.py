from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.probes import containerd_config
from ecr_doctor.probes.containerd_config import ContainerdConfig, ContainerdConfigProbe
from ecr_doctor.probes.processes import Daemon, Daemons, DaemonsProbe
from ecr_doctor.testing import HOST
from probes.network_machine import stage

if TYPE_CHECKING:
    from pathlib import Path

    from ecr_doctor.probes.base import Probe

CERTS = "/etc/containerd/certs.d"
V2 = '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "pause:2"\n'
V3 = (
    'version = 3\n[plugins."io.containerd.cri.v1.images".pinned_images]\nsandbox = "pause:3"\n'
    '[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/a:/b"\n'
)
OLD_AND_NEW = (
    f'[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "{CERTS}"\n'
    '[plugins."io.containerd.grpc.v1.cri".registry.mirrors."x"]\nendpoint = ["https://y"]\n'
)


class Node:
    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def look(self, *arguments: str) -> ContainerdConfig:
        daemon = Daemon(name="containerd", pid=7, arguments=arguments)
        given: dict[Probe[Any], Any] = {DaemonsProbe(): Daemons(found=(daemon,))}
        return stage(given=given).observe(ContainerdConfigProbe())


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Node:
    monkeypatch.setattr(containerd_config, "ROOT", str(tmp_path))
    return Node(tmp_path)


def test_nothing(node: Node) -> None:
    assert node.look() == ContainerdConfig()


@pytest.mark.parametrize(
    ("text", "sandbox", "config_path"),
    [(V2, "pause:2", ""), (V3, "pause:3", "/a:/b"), ("", "", ""), ("plugins = 3", "", "")],
)
def test_config_toml(node: Node, text: str, sandbox: str, config_path: str) -> None:
    node.write("/etc/containerd/config.toml", text)

    found = node.look()

    assert (found.sandbox_image, found.config_path, found.problem) == (sandbox, config_path, "")


def test_a_config_elsewhere(node: Node) -> None:
    node.write("/opt/c.toml", V2)

    assert node.look("--config", "/opt/c.toml").path == "/opt/c.toml"
    assert node.look("-c", "/opt/c.toml").sandbox_image == "pause:2"


def test_settings_that_exclude_each_other(node: Node) -> None:
    node.write("/etc/containerd/config.toml", OLD_AND_NEW)

    assert node.look().mirrors_too


def test_no_toml(node: Node) -> None:
    node.write("/etc/containerd/config.toml", "a = = b")

    assert node.look().problem.startswith("no TOML")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ""),
        (f'server = "https://{HOST}"', ""),
        ('[host."https://mirror.example"]\ncapabilities = ["pull", "resolve"]', ""),
        ('[host."https://mirror.example"]\nca = "/etc/ca.crt"', ""),
        ('[host."https://mirror.example"]\nca = "relative.crt"', ""),
        ('[host."https://mirror.example"]\nca = ["/gone.crt"]', "the authority /gone.crt"),
        ('[host."https://mirror.example"]\ncapabilities = ["pul"]', "https://mirror.example has"),
        ('[host."ftp://mirror.example"]', "ftp://mirror.example is no address"),
        ('server = "https://h:99999"', "https://h:99999 is no address"),
        ("server = 3", "`server` is no text"),
        ('host = "x"', "`host` is no table"),
        ("[host.https://mirror]", "no TOML"),
    ],
)
def test_hosts_toml(node: Node, text: str, problem: str) -> None:
    node.write("/etc/ca.crt", "")
    node.write(f"{CERTS}/{HOST}/hosts.toml", text)

    found = node.look()

    assert found.hosts_file == f"{CERTS}/{HOST}/hosts.toml"
    assert found.hosts_problem.startswith(problem)
    assert bool(found.hosts_problem) is bool(problem)


def test_the_host_s_own_folder_hides_the_default(node: Node) -> None:
    node.write(f"{CERTS}/_default/hosts.toml", 'server = "https://default.example"')

    assert node.look().servers == ("https://default.example",)

    (node.root / CERTS.lstrip("/") / HOST).mkdir()
    assert node.look().hosts_file == ""
