from __future__ import annotations

from dataclasses import replace

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.probes.reach import ReachState
from ecr_doctor.probes.registry_mirrors import Mirror, MirrorsProbe
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.host.registry_mirrors import RegistryMirrors

URL = "https://mirror.example"
PLAIN = Engine(endpoint=DockerEndpoint(url=DEFAULT_ENDPOINT, source="default"))
ENGINE = replace(PLAIN, mirrors=(URL,))


def mirror(state: ReachState | None, host: str = "mirror.example") -> Mirror:
    return Mirror(url=f"https://{host}", host=host, state=state)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (mirror(ReachState.OPEN), Status.PASS),
        (mirror(ReachState.PROXY_LOGIN), Status.PASS),
        (mirror(None), Status.PASS),
        (mirror(ReachState.REFUSED), Status.WARN),
        (mirror(ReachState.TIMEOUT), Status.WARN),
        (mirror(ReachState.NO_NAME), Status.WARN),
        (mirror(ReachState.OPEN, HOST), Status.WARN),
        (Mirror(url="mirror"), Status.WARN),
    ],
)
def test_verdict(seen: Mirror, status: Status) -> None:
    """Never a failure: an image of ECR does not come from a mirror."""
    good = mirror(ReachState.OPEN, "good.example")
    ctx = context({EngineProbe(): ENGINE, MirrorsProbe(): (good, seen)})

    verdict = RegistryMirrors().run(ctx)

    assert verdict.status is status
    assert verdict.cause == (None if status is Status.PASS else "registry-mirror-broken")


def test_no_mirrors() -> None:
    assert RegistryMirrors().run(context({EngineProbe(): PLAIN})).status is Status.NOT_APPLICABLE
    ctx = context({EngineProbe(): ENGINE}, settings=Settings(client="podman"))
    assert RegistryMirrors().run(ctx).status is Status.NOT_APPLICABLE
