from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.probes.hosts_file import HostsEntry, HostsFileProbe
from probes.network_machine import stage

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """# 10.0.0.9 registry.example
127.0.0.1 localhost
10.0.0.1\tother.example  Registry.Example # the old one
10.0.0.2 registry.example
"""


@pytest.mark.parametrize(
    ("host", "entries"),
    [
        ("registry.example", (HostsEntry("10.0.0.1", 3), HostsEntry("10.0.0.2", 4))),
        ("REGISTRY.example", (HostsEntry("10.0.0.1", 3), HostsEntry("10.0.0.2", 4))),
        ("example", ()),
        ("10.0.0.1", ()),
    ],
)
def test_finds_lines(tmp_path: Path, host: str, entries: tuple[HostsEntry, ...]) -> None:
    path = tmp_path / "hosts"
    path.write_text(TEXT)

    found = stage().observe(HostsFileProbe(host, str(path)))

    assert found.entries == entries
    assert found.source == (f"{path}:3" if entries else str(path))


def test_no_file_has_no_entries(tmp_path: Path) -> None:
    assert stage().observe(HostsFileProbe("a", str(tmp_path / "none"))).entries == ()
