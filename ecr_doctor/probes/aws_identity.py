"""Who AWS takes us for: STS GetCallerIdentity, which no policy can forbid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .aws_client import call_aws
from .aws_errors import AwsError, answer_date
from .base import Probe, ProbeError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from .base import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsIdentity:
    """The caller, or why AWS did not name one."""

    arn: str = ""
    account: str = ""
    error: AwsError | None = None
    asked: datetime | None = None
    """When this machine had the answer, by its own clock."""
    date: datetime | None = None
    """The same moment by AWS's clock; None where no answer came."""

    @property
    def skew(self) -> timedelta | None:
        """How far this machine's clock is ahead of AWS's; None where that was not to be seen."""
        return self.asked - self.date if self.asked and self.date else None

    @property
    def partition(self) -> str:
        """The partition that the caller's account belongs to; empty when unknown."""
        return self.arn.split(":")[1] if self.arn.count(":") > 1 else ""


@dataclass(frozen=True, slots=True)
class AwsIdentityProbe(Probe[AwsIdentity]):
    """Asks STS in a region: the registry's own unless another one is given."""

    region: str = ""

    limit: ClassVar[float] = 9.0

    def look(self, scene: Scene) -> AwsIdentity:
        """Ask who we are.

        Raises:
            ProbeError: there is no region to ask in.

        """
        region = self.region or scene.target.region
        if not region:
            raise ProbeError("the image is not in an Amazon ECR registry")
        answer = call_aws(scene, "sts", region, "get_caller_identity")
        if isinstance(answer, AwsError):
            return AwsIdentity(error=answer, asked=scene.now(), date=answer.date)
        return AwsIdentity(
            arn=str(answer.get("Arn", "")),
            account=str(answer.get("Account", "")),
            asked=scene.now(),
            date=answer_date(answer),
        )
