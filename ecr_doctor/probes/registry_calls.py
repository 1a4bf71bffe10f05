"""Calls of ECR's API about the image's own registry, in its account and region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .aws_client import call_aws
from .base import ProbeError

if TYPE_CHECKING:
    from ecr_doctor.model import RegistryHost

    from .base import Scene


def private_registry(scene: Scene) -> RegistryHost:
    """The image's registry; ECR Public has another API.

    Raises:
        ProbeError: the image is not in a private registry.

    """
    registry = scene.target.registry
    if registry is None or registry.is_public:
        raise ProbeError("the image is not in a private Amazon ECR registry")
    return registry


def image_identifier(scene: Scene) -> dict[str, str]:
    """The image as ECR's API wants it named (Amazon ECR API reference, ImageIdentifier)."""
    selector = scene.target.selector
    return {"imageDigest" if selector.startswith("sha256:") else "imageTag": selector}


def call_registry(scene: Scene, operation: str, **arguments: object) -> Any:  # noqa: ANN401
    """The answer of one call about the image's registry, or an `AwsError`.

    Raises:
        ProbeError: the image is not in a private registry, or the search for credentials took too
            long.

    """
    registry = private_registry(scene)
    return call_aws(
        scene,
        "ecr",
        registry.region,
        operation,
        fips=registry.fips,
        registryId=registry.account,
        **arguments,
    )
