"""The look-alike, up for a test."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ecr_doctor.demo.cloud import Cloud
from ecr_doctor.demo.server import Server
from ecr_doctor.demo.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    StartServer = Callable[[World], Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartServer]:
    """Starts a look-alike of a world; it ends with the test."""
    with ExitStack() as stack:

        def begin(world: World) -> Server:
            folder = tmp_path / "server"
            folder.mkdir()
            return stack.enter_context(Server(Cloud(world), folder))

        yield begin


@pytest.fixture
def server(start: StartServer) -> Server:
    """A look-alike in which nothing is broken."""
    return start(World())
