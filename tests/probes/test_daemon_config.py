from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.clients.machine import FileState
from ecr_doctor.probes import daemon_config
from ecr_doctor.probes.daemon_config import DaemonConfig, DaemonConfigProbe
from ecr_doctor.probes.processes import Daemon, Daemons, DaemonsProbe
from probes.network_machine import ENGINE, stage

if TYPE_CHECKING:
    from pathlib import Path

    from ecr_doctor.probes.base import Probe
    from ecr_doctor.probes.docker_engine import Engine


def read(
    monkeypatch: pytest.MonkeyPatch,
    path: Path,
    *arguments: str,
    engine: Engine = ENGINE,
    **env: str,
) -> DaemonConfig:
    monkeypatch.setattr(daemon_config, "DEFAULT_PATH", str(path))
    dockerd = Daemon(name="dockerd", pid=1, arguments=arguments)
    given: dict[Probe[Any], Any] = {DaemonsProbe(): Daemons(found=(dockerd,))}
    return stage(engine=engine, given=given, env=env).observe(DaemonConfigProbe())


# Each was tried with dockerd 20.10.24; those without a problem are taken by it, or by later ones.
@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        (b"{}", "", 0),
        (b"null", "", 0),
        (b'{"registry-mirrors": ["https://mirror.example"]}', "", 0),
        (b"\xef\xbb\xbf{}", "", 0),
        (b"{} more", "", 0),
        ("{}".encode("utf-16"), "", 1),
        (b'{"debug": true,\n}', "invalid character '}' looking for beginning of object key", 2),
        (b"{'debug': true}", 'invalid character "\'"', 1),
        (b"[]", "it is array, and not an object", 0),
        (b'{"registry-mirrors": "x"}', "registry-mirrors is string, and not array", 0),
        (b'{"max-concurrent-downloads": "3"}', "max-concurrent-downloads is string", 0),
    ],
)
def test_what_dockerd_does_not_start_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: bytes, problem: str, line: int
) -> None:
    path = tmp_path / "daemon.json"
    path.write_bytes(text)

    found = read(monkeypatch, path)

    assert found.problem.startswith(problem)
    assert bool(found.problem) is bool(problem)
    assert found.line == line
    assert found.place == (f"{path}:{line}" if line else str(path))


def test_the_settings_of_a_pull(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "daemon.json"
    path.write_text(
        '{"registry-mirrors": ["https://u:secret1234@m.example"], "max-concurrent-downloads": 9,'
        ' "proxies": {"https-proxy": "http://p"}, "features": {"containerd-snapshotter": true}}'
    )

    found = read(monkeypatch, path)

    assert (found.concurrent_downloads, found.containerd_store) == (9, True)
    assert found.proxies == ("https-proxy",)
    assert "secret1234" not in found.mirrors[0]
    assert found.mirrors[0].endswith("@m.example")


@pytest.mark.parametrize(
    ("kind", "state", "problem"),
    [
        ("missing", FileState.MISSING, False),
        ("empty", FileState.EMPTY, False),
        ("folder", FileState.DIRECTORY, True),
    ],
)
def test_no_file(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kind: str,
    state: FileState,
    problem: bool,  # noqa: FBT001
) -> None:
    path = tmp_path / "daemon.json"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()

    found = read(monkeypatch, path)

    assert (found.state, bool(found.problem)) == (state, problem)


def test_where_the_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rootless = replace(ENGINE, rootless=True)
    snap = replace(ENGINE, data_root="/var/snap/docker/common/var-lib-docker")
    usual = tmp_path / "daemon.json"

    named = read(monkeypatch, usual, "--config-file", str(tmp_path / "own.json"))
    assert named.path == str(tmp_path / "own.json")
    assert read(monkeypatch, usual).path == str(usual)
    home = read(monkeypatch, usual, engine=rootless, HOME=str(tmp_path))
    assert home.path == f"{tmp_path}/.config/docker/daemon.json"
    assert read(monkeypatch, usual, engine=rootless, XDG_CONFIG_HOME="/x").path.startswith("/x/d")
    assert read(monkeypatch, usual, engine=snap).path.startswith("/var/snap/docker/")
