"""Whether the image is on its way here from another region of the same registry.

Amazon ECR API reference, DescribeImageReplicationStatus: asked of the region that has the image,
it tells the state for each region that the rules of replication name.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .aws_client import call_aws
from .aws_errors import AwsError
from .aws_regions import regions_in_use
from .base import Probe
from .registry_calls import image_identifier, private_registry

if TYPE_CHECKING:
    from .base import Scene

COMPLETE, FAILED = "COMPLETE", "FAILED"
_MOST_REGIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """The state of the copy in the image's region, as a region that has the image tells it."""

    source: str = ""
    """The region that has the image; empty where none replicates it to here."""
    status: str = ""
    """IN_PROGRESS, COMPLETE or FAILED."""
    failure: str = ""
    """AWS's code for a failure."""

    @property
    def under_way(self) -> bool:
        """Whether the copy is not there, and is to come."""
        return bool(self.source) and self.status not in {COMPLETE, FAILED}

    @property
    def failed(self) -> bool:
        """Whether the copy is not there, and does not come by waiting."""
        return bool(self.source) and self.status == FAILED


@dataclass(frozen=True, slots=True)
class ReplicationProbe(Probe[Replication]):
    """Asks the other regions in use, all at once."""

    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> Replication:
        """Call DescribeImageReplicationStatus.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        here = private_registry(scene).region
        regions = [region for region in regions_in_use(scene) if region != here][:_MOST_REGIONS]
        if not regions:
            return Replication()
        with ThreadPoolExecutor(len(regions)) as pool:
            found = list(pool.map(lambda region: _status(scene, region), regions))
        return next((one for one in found if one.source), Replication())


def _status(scene: Scene, region: str) -> Replication:
    registry = private_registry(scene)
    answer = call_aws(
        scene,
        "ecr",
        region,
        "describe_image_replication_status",
        registryId=registry.account,
        repositoryName=scene.target.repository,
        imageId=image_identifier(scene),
    )
    if isinstance(answer, AwsError):
        return Replication()
    for entry in answer.get("replicationStatuses", ()):
        if (entry.get("region"), entry.get("registryId")) == (registry.region, registry.account):
            return Replication(
                source=region,
                status=str(entry.get("status", ""))[:50],
                failure=scene.redactor.clean(str(entry.get("failureCode", "")))[:200],
            )
    return Replication()
