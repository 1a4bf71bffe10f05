"""What the run is about: an image in a registry."""

from __future__ import annotations

from dataclasses import dataclass

from .reference import ImageReference, InvalidReferenceError, parse_reference
from .registry import RegistryHost, RegistryHostError, parse_registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The image as the user wrote it, and what could be read from it.

    An image that cannot be parsed is a target too: the reference checks say what is wrong.
    """

    image: str
    reference: ImageReference | None = None
    registry: RegistryHost | None = None
    """None where the host is not an Amazon ECR registry, or an impossible one."""
    reference_error: InvalidReferenceError | None = None
    registry_error: RegistryHostError | None = None
    platform: str = ""
    """`os/arch[/variant]` as asked for with `--platform`; empty for the engine's own."""

    @property
    def host(self) -> str:
        """The registry's host name; empty when the reference cannot be read."""
        return self.reference.host if self.reference else ""

    @property
    def repository(self) -> str:
        """The repository's name; empty when the reference cannot be read."""
        return self.reference.repository if self.reference else ""

    @property
    def selector(self) -> str:
        """The digest, or else the tag."""
        return self.reference.selector if self.reference else ""

    @property
    def tag_assumed(self) -> bool:
        """Whether the text has neither tag nor digest, so that docker takes `latest`."""
        return bool(self.reference and self.reference.tag_assumed)

    def facts(self) -> dict[str, str]:
        """The named parts that the catalog's fixes are filled with; only what is known."""
        names = ("image", "host", "account", "region", "partition", "repository", "selector")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def account(self) -> str:
        """The registry's account id; empty for ECR Public and other registries."""
        return self.registry.account if self.registry else ""

    @property
    def region(self) -> str:
        """The registry's region; empty when unknown."""
        return self.registry.region if self.registry else ""

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn`, `aws-us-gov`, ...; empty when unknown."""
        return self.registry.partition if self.registry else ""

    @property
    def repository_arn(self) -> str:
        """The repository's ARN; empty for ECR Public and other registries."""
        if not self.registry or not self.account:
            return ""
        return f"arn:{self.partition}:ecr:{self.region}:{self.account}:repository/{self.repository}"


def parse_target(image: str, *, platform: str = "") -> Target:
    """Read an image reference into a target; never raises, the errors are part of the target."""
    try:
        reference = parse_reference(image)
    except InvalidReferenceError as error:
        return Target(image=image, reference_error=error, platform=platform)
    try:
        registry = parse_registry(reference.host)
    except RegistryHostError as error:
        return Target(image=image, reference=reference, registry_error=error, platform=platform)
    return Target(image=image, reference=reference, registry=registry, platform=platform)
