from __future__ import annotations

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.disk import Disk
from ecr_doctor.testing import context
from ecr_doctor_checks.host.disk_space import MIB, DiskSpace, judge


def disk(free: int = 100, inodes: int = 100_000, *, read_only: bool = False) -> Disk:
    return Disk(
        path="/var/lib/docker",
        free=free * MIB,
        total=1000 * MIB,
        free_inodes=inodes,
        total_inodes=200_000,
        read_only=read_only,
    )


@pytest.mark.parametrize(
    ("seen", "layers", "status", "cause"),
    [
        pytest.param(disk(), 10, Status.PASS, None, id="room"),
        pytest.param(disk(), 0, Status.PASS, None, id="size unknown"),
        pytest.param(disk(5), 10, Status.FAIL, "disk-full", id="not even the download fits"),
        pytest.param(disk(20), 10, Status.WARN, "disk-full", id="unpacked it may not fit"),
        pytest.param(disk(0), 0, Status.FAIL, "disk-full", id="nothing left"),
        pytest.param(disk(inodes=0), 10, Status.FAIL, "inodes-exhausted", id="no inodes"),
        pytest.param(disk(inodes=50), 10, Status.WARN, "inodes-exhausted", id="few inodes"),
        pytest.param(disk(read_only=True), 10, Status.FAIL, "data-root-read-only", id="read-only"),
    ],
)
def test_verdict(seen: Disk, layers: int, status: Status, cause: str | None) -> None:
    verdict = judge(seen, layers * MIB)

    assert (verdict.status, verdict.cause) == (status, cause)


def test_the_engines_disk_is_nothing_to_clients_without_an_engine() -> None:
    ctx = context(settings=Settings(client="skopeo"))

    assert DiskSpace().run(ctx).status is Status.NOT_APPLICABLE
