"""How far this machine's clock is from AWS's: signatures are refused when it is too far."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.auth.endpoints import ecr_api_host

from .aws_errors import AwsError, FailureKind, parse_date
from .aws_identity import AwsIdentity, AwsIdentityProbe
from .base import Probe, ProbeError
from .http_peek import peek
from .reach import HTTPS, ReachProbe
from .side import Side

if TYPE_CHECKING:
    from datetime import timedelta

    from .base import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsClock:
    """The clock of this machine against the Date header of an answer."""

    ahead: timedelta | None = None
    """How far this machine is ahead (negative: behind); None where nobody answered."""
    source: str = ""
    """The host, or the call, that told the time."""
    refused: AwsError | None = None
    """AWS's refusal of a signature for its time."""
    accepted: bool = False
    """AWS accepted a signature made by this clock."""


@dataclass(frozen=True, slots=True)
class AwsClockProbe(Probe[AwsClock]):
    """Takes the time from the answer of STS; without one, from whoever answers of AWS."""

    limit: ClassVar[float] = 9.5

    def look(self, scene: Scene) -> AwsClock:
        """Compare the clocks.

        Raises:
            ProbeError: the image is not in Amazon ECR.

        """
        if scene.target.registry is None:
            raise ProbeError("the image is not in an Amazon ECR registry")
        try:
            identity = scene.observe(AwsIdentityProbe())
        except ProbeError:
            identity = AwsIdentity()
        if identity.skew is None:
            return _ask_around(scene)
        error = identity.error
        refused = error if error and error.kind is FailureKind.CLOCK_SKEW else None
        return AwsClock(
            ahead=identity.skew,
            source="STS GetCallerIdentity",
            refused=refused,
            accepted=error is None,
        )


def _ask_around(scene: Scene) -> AwsClock:
    registry = scene.target.registry
    hosts = [ecr_api_host(registry), scene.target.host] if registry else []
    with ThreadPoolExecutor(max(1, len(hosts))) as pool:
        clocks = list(pool.map(lambda host: _clock_of(scene, host), hosts))
    return next((clock for clock in clocks if clock.ahead is not None), AwsClock())


def _clock_of(scene: Scene, host: str) -> AwsClock:
    name, _, port = host.partition(":")
    number = int(port) if port.isdigit() else HTTPS
    if not scene.observe(ReachProbe(name, number, Side.CLIENT)).open:
        return AwsClock(source=host)
    answer = peek(scene, name, number)
    date = parse_date(answer.header("Date"))
    return AwsClock(ahead=scene.now() - date if date else None, source=host)
