from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from ecr_doctor.probes.reach import ReachState
from ecr_doctor.probes.registry_mirrors import MirrorsProbe
from probes.network_machine import ENGINE, LOOPBACK, dead_port, stage


def test_each_mirror_is_knocked_at() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        alive = f"http://{LOOPBACK}:{server.getsockname()[1]}/"
        dead = f"https://{LOOPBACK}:{dead_port()}"
        engine = replace(ENGINE, mirrors=(alive, dead))

        first, second = stage(engine=engine).observe(MirrorsProbe())

    assert (first.state, first.dead) == (ReachState.OPEN, False)
    assert (second.state, second.dead) == (ReachState.REFUSED, True)


@pytest.mark.parametrize("url", ["mirror.example", "https://", "http://h:99999", "ftp://h"])
def test_addresses_that_are_none(url: str) -> None:
    (found,) = stage(engine=replace(ENGINE, mirrors=(url,))).observe(MirrorsProbe())

    assert (found.host, found.state, found.dead) == ("", None, False)


def test_no_mirrors() -> None:
    assert stage().observe(MirrorsProbe()) == ()
