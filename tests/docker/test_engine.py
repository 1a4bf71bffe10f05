"""The engine of our own that these tests fall back to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .engine import own_engine

pytestmark = pytest.mark.docker


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start an engine")
@pytest.mark.skipif(
    not shutil.which("dockerd") and not os.environ.get("CI"), reason="dockerd is not installed"
)
def test_it_leaves_nothing_mounted(tmp_path: Path) -> None:
    with own_engine(tmp_path):
        assert (tmp_path / "exec").is_dir()
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()
    shutil.rmtree(tmp_path)
