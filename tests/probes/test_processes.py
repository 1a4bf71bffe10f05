from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes import processes
from ecr_doctor.probes.processes import Daemon, DaemonsProbe
from probes.network_machine import stage

if TYPE_CHECKING:
    from pathlib import Path


def put(root: Path, pid: int, name: str, *words: str) -> None:
    folder = root / str(pid)
    folder.mkdir()
    (folder / "comm").write_text(f"{name}\n")
    (folder / "cmdline").write_bytes(b"\0".join(word.encode() for word in words) + b"\0")


def test_command_lines_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, 30, "kubelet", "/usr/bin/kubelet", "--config", "/etc/k.yaml", "--v=2")
    put(tmp_path, 7, "dockerd", "dockerd", "--config-file=/d.json", "--config-file", "/e.json")
    put(tmp_path, 8, "bash", "bash", "kubelet")
    put(tmp_path, 9, "k3s-server", "/usr/local/bin/k3s server")
    put(tmp_path, 10, "kubelet-helper", "/usr/bin/kubelet-helper")
    (tmp_path / "11").mkdir()
    (tmp_path / "self").mkdir()
    monkeypatch.setattr(processes, "PROC", str(tmp_path))

    found = stage().observe(DaemonsProbe())

    assert {(d.pid, d.name) for d in found.found} == {(30, "kubelet"), (7, "dockerd"), (9, "k3s")}
    kubelet, dockerd = found.named("kubelet"), found.named("dockerd")
    assert kubelet is not None
    assert dockerd is not None
    assert (kubelet.option("config"), kubelet.option("v")) == ("/etc/k.yaml", "2")
    assert dockerd.option("config-file") == "/e.json"
    assert found.named("containerd") is None


@pytest.mark.parametrize(
    ("group", "found"),
    [
        ("0::/system.slice/kubelet.service", True),
        ("0::/system.slice/docker.service", True),
        ("0::/system.slice/docker-0123abcd.scope", False),
        ("12:pids:/docker/0123abcd/kubelet\n1:name=systemd:/docker/0123abcd", False),
        ("0::/kubepods.slice/pod1/cri-containerd-1.scope", False),
        ("0::/", True),
    ],
)
def test_programs_in_containers_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    group: str,
    found: bool,  # noqa: FBT001
) -> None:
    put(tmp_path, 30, "kubelet", "kubelet")
    (tmp_path / "30/cgroup").write_text(group)
    monkeypatch.setattr(processes, "PROC", str(tmp_path))

    assert bool(stage().observe(DaemonsProbe()).found) is found


def test_no_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "PROC", str(tmp_path / "none"))

    assert stage().observe(DaemonsProbe()).found == ()


def test_an_option_without_its_value() -> None:
    assert Daemon(name="kubelet", pid=1, arguments=("--config",)).option("config") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_program_that_really_runs(tmp_path: Path) -> None:
    program = tmp_path / "kubelet"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([str(program), "60"]) as running:  # noqa: S603  our own link
        try:
            found = stage().observe(DaemonsProbe())
        finally:
            running.kill()

    assert running.pid in {d.pid for d in found.found if d.name == "kubelet"}


@pytest.mark.parametrize(("parent", "found"), [("dockerd", False), ("systemd", True)])
def test_the_containerd_that_dockerd_started_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    parent: str,
    found: bool,  # noqa: FBT001
) -> None:
    put(tmp_path, 5, parent, parent)
    put(tmp_path, 6, "containerd", "containerd", "--config", "/run/docker/containerd.toml")
    (tmp_path / "6/status").write_text("Name:\tcontainerd\nPPid:\t5\n")
    monkeypatch.setattr(processes, "PROC", str(tmp_path))

    assert bool(stage().observe(DaemonsProbe()).named("containerd")) is found
