from __future__ import annotations

import pytest

from checks.client.views import Seen, config, helper
from ecr_doctor.model import Status
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.helper_cache import CacheState, HelperCache, HelperCacheProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.client.helper_cache import HelperCacheCheck

AT = "/home/dev/.ecr"


@pytest.mark.parametrize(
    ("cache", "status", "cause"),
    [
        (HelperCache(folder=AT), Status.PASS, None),
        (HelperCache(folder=AT, state=CacheState.OK, log_size=1 << 30), Status.PASS, None),
        (HelperCache(), Status.INCONCLUSIVE, None),
        (HelperCache(folder=AT, writable=False, disabled=True), Status.PASS, None),
        (HelperCache(folder=AT, writable=False), Status.WARN, "helper-cache-unwritable"),
        (HelperCache(folder=AT, log_writable=False), Status.WARN, "helper-cache-unwritable"),
        (HelperCache(folder=AT, state=CacheState.UNREADABLE), Status.WARN,
         "helper-cache-unwritable"),
        (HelperCache(folder=AT, state=CacheState.CORRUPT), Status.WARN, "helper-cache-corrupt"),
        (HelperCache(folder=AT, state=CacheState.OTHER_VERSION), Status.WARN,
         "helper-cache-corrupt"),
    ],
)  # fmt: skip
def test_verdict(cache: HelperCache, status: Status, cause: str | None) -> None:
    seen: Seen = {DockerConfigProbe(): config(helper()), HelperCacheProbe(): cache}
    verdict = HelperCacheCheck().run(context(seen))

    assert (verdict.status, verdict.cause) == (status, cause)


def test_other_helpers_keep_no_such_cache() -> None:
    seen: Seen = {DockerConfigProbe(): config(helper("pass"))}

    assert HelperCacheCheck().run(context(seen)).status is Status.NOT_APPLICABLE
