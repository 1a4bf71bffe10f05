"""A `get` that is killed leaves the old cache or the new one, whole, and holds nobody up."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from auth import conftest
from ecr_doctor.auth import cached

if TYPE_CHECKING:
    from pathlib import Path

    from auth.conftest import Helper

FIRST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
SECOND = "210987654321.dkr.ecr.us-east-1.amazonaws.com"
AT_THE_NTH_TOUCH = """
import os, signal, sys
folder, left = os.environ.get("KILLED_IN", "/nowhere"), int(os.environ.get("KILLED_AT", 0))

def watch(event, arguments):
    global left
    if event.startswith(("open", "os.")) and any(str(a).startswith(folder) for a in arguments):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
"""


def living(folder: Path) -> int:
    """How many tokens the cache holds, which must be whole."""
    document = json.loads((folder / "cache.json").read_text())
    assert document["Version"] == cached.VERSION
    assert all(cached.entry_of(e, time.time()) for e in document["Registries"].values())
    return len(document["Registries"])


@pytest.mark.usefixtures("aws")
def test_killed_before_each_touch_of_the_folder(
    helper: Helper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two touches nothing changes on the disk but a draft: so these are all moments."""
    folder = helper.cache.parent
    helper.run(FIRST)
    before = helper.cache.read_bytes()
    monkeypatch.setattr(conftest, "START", AT_THE_NTH_TOUCH + conftest.START)

    ends: list[tuple[int, int]] = []
    while not ends or ends[-1][0] != 0:
        helper.cache.write_bytes(before)
        done = helper.run(SECOND, KILLED_IN=str(folder), KILLED_AT=str(len(ends)))
        ends.append((done.returncode, living(folder)))
        assert ends[-1][1] == 2 or helper.cache.read_bytes() == before

    *killed, last = ends
    assert set(killed) == {(-signal.SIGKILL, 1), (-signal.SIGKILL, 2)}
    assert len(killed) > 8
    assert last == (0, 2)


@pytest.mark.usefixtures("aws")
def test_what_the_killed_left_goes(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two locks, for which nobody waits, and a draft: gone with the next token that is kept."""
    folder = helper.cache.parent
    monkeypatch.setattr(conftest, "START", AT_THE_NTH_TOUCH + conftest.START)
    left: list[Path] = []
    for touch in range(20):
        helper.run(SECOND, KILLED_IN=str(folder), KILLED_AT=str(touch))
        left = list(folder.glob("*"))
        if len(left) == 3:
            break
    for path in left:
        os.utime(path, (1, 1))

    assert helper.run(FIRST).returncode == 0

    assert [path.name[:7] for path in sorted(left)] == [".cache.", ".cache.", ".fetch-"]
    assert [path.name for path in folder.iterdir()] == ["cache.json"]
