"""What ECR's API says of the image, its repository, its tags, and of repositories elsewhere.

Denials and missing things are observations (`error`); `ProbeError` means that the image is not in
a private registry, whose API is another one.
"""

from __future__ import annotations

import difflib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .aws_client import call_aws
from .aws_errors import AwsError, FailureKind
from .aws_regions import regions_in_use
from .base import Probe, ProbeError
from .registry_calls import call_registry, image_identifier, private_registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.model import RegistryHost

    from .base import Scene

_PAGE = 1000
"""The most that one call gives; a second page is not asked for."""
_MOST_REGIONS = 5
_MEDIA_TYPES = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFailure:
    """An entry of `failures` (API_ImageFailure): `ImageNotFound`, `KmsError`, ..."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrImage:
    """The answer to BatchGetImage for the image of this run."""

    found: bool = False
    media_type: str = ""
    failures: tuple[ImageFailure, ...] = ()
    error: AwsError | None = None


@dataclass(frozen=True, slots=True)
class EcrImageProbe(Probe[EcrImage]):
    """Asks for the image by tag or digest, as the registry does on behalf of a pull."""

    def look(self, scene: Scene) -> EcrImage:
        """Call BatchGetImage.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        answer = call_registry(
            scene,
            "batch_get_image",
            repositoryName=scene.target.repository,
            imageIds=[image_identifier(scene)],
            acceptedMediaTypes=list(_MEDIA_TYPES),
        )
        if isinstance(answer, AwsError):
            return EcrImage(error=answer)
        images = answer.get("images", [])
        return EcrImage(
            found=bool(images),
            media_type=images[0].get("imageManifestMediaType", "") if images else "",
            failures=tuple(_failure(scene, entry) for entry in answer.get("failures", [])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names in a list of ECR's."""

    names: tuple[str, ...] = ()
    complete: bool = True
    """False when there are more than one call gives."""
    error: AwsError | None = None

    def nearest(self, name: str, most: int = 3) -> tuple[str, ...]:
        """Names that are like this one, the most alike first."""
        return _nearest(name, self.names, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repositories(Names):
    """Names of a registry's repositories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags(Names):
    """Tags of the image's repository."""


@dataclass(frozen=True, slots=True)
class RepositoriesProbe(Probe[Repositories]):
    """Lists the repositories of the image's registry."""

    def look(self, scene: Scene) -> Repositories:
        """Call DescribeRepositories, one page.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        answer = call_registry(scene, "describe_repositories", maxResults=_PAGE)
        if isinstance(answer, AwsError):
            return Repositories(error=answer)
        names = tuple(str(entry["repositoryName"]) for entry in answer.get("repositories", []))
        return Repositories(names=names, complete="nextToken" not in answer)


@dataclass(frozen=True, slots=True)
class TagsProbe(Probe[Tags]):
    """Lists the tags of the image's repository."""

    def look(self, scene: Scene) -> Tags:
        """Call ListImages, one page.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        answer = call_registry(
            scene,
            "list_images",
            repositoryName=scene.target.repository,
            filter={"tagStatus": "TAGGED"},
            maxResults=_PAGE,
        )
        if isinstance(answer, AwsError):
            return Tags(error=answer)
        found = {
            str(entry["imageTag"]) for entry in answer.get("imageIds", []) if "imageTag" in entry
        }
        return Tags(names=tuple(sorted(found)), complete="nextToken" not in answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageState:
    """What DescribeImages tells of the image; it also knows images that cannot be pulled."""

    known: bool = False
    status: str = ""
    """`ACTIVE`, `ARCHIVED`, `ACTIVATING`; empty where ECR does not say."""
    error: AwsError | None = None

    @property
    def archived(self) -> bool:
        """Whether the image must be restored before it can be pulled."""
        return self.status in {"ARCHIVED", "ACTIVATING"}


_OF_ANY_STATUS = {"imageStatus": "ANY"}
"""Without it only active images are described: Amazon ECR API reference, DescribeImagesFilter."""
_FILTER_UNKNOWN = {FailureKind.INVALID_REQUEST, FailureKind.OTHER}
"""A botocore older than the archive refuses the filter by itself."""


@dataclass(frozen=True, slots=True)
class ImageStateProbe(Probe[ImageState]):
    """Asks whether the image is there and not archived."""

    def look(self, scene: Scene) -> ImageState:
        """Call DescribeImages for the image.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        answer = _described(scene, filter=_OF_ANY_STATUS)
        if isinstance(answer, AwsError) and answer.kind in _FILTER_UNKNOWN:
            answer = _described(scene)
        if isinstance(answer, AwsError):
            return ImageState(error=answer)
        details = answer.get("imageDetails", [])
        return ImageState(
            known=bool(details),
            status=str(details[0].get("imageStatus", "")) if details else "",
        )


def _described(scene: Scene, **more: object) -> Any:  # noqa: ANN401  as botocore answers
    """What DescribeImages has on the image, or an `AwsError`."""
    return call_registry(
        scene,
        "describe_images",
        repositoryName=scene.target.repository,
        imageIds=[image_identifier(scene)],
        **more,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where else a repository of this name was looked for, and found."""

    looked: tuple[str, ...] = ()
    """Registry hosts that could be asked."""
    found: tuple[str, ...] = ()
    """Registry hosts that have the repository."""


@dataclass(frozen=True, slots=True)
class ElsewhereProbe(Probe[Elsewhere]):
    """Looks for the repository in the other regions in use, and in the caller's own account.

    Regions in use are those that the environment, ~/.aws/config and docker's configuration name.
    """

    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> Elsewhere:
        """Call DescribeRepositories for this one name in each place, at the same time.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        registry = private_registry(scene)
        places = _places(scene, registry)
        if not places:
            return Elsewhere()
        with ThreadPoolExecutor(len(places)) as pool:
            answers = list(pool.map(lambda place: _has(scene, *place), places))
        hosts = [_host(registry, *place) for place in places]
        asked = [(host, has) for host, has in zip(hosts, answers, strict=True) if has is not None]
        return Elsewhere(
            looked=tuple(host for host, _ in asked),
            found=tuple(host for host, has in asked if has),
        )


def _places(scene: Scene, registry: RegistryHost) -> list[tuple[str, str]]:
    """Accounts and regions to look in, without the image's own."""
    from .aws_identity import AwsIdentityProbe  # noqa: PLC0415  only when something is missing

    regions = [r for r in regions_in_use(scene) if r != registry.region][:_MOST_REGIONS]
    places = [(registry.account, region) for region in regions]
    try:
        own = scene.observe(AwsIdentityProbe()).account
    except ProbeError:
        own = ""
    if own and own != registry.account:
        places += [(own, region) for region in (registry.region, *regions)]
    return places


def _has(scene: Scene, account: str, region: str) -> bool | None:
    """Whether the registry has the repository; None where that cannot be known."""
    name = scene.target.repository
    fips = private_registry(scene).fips and region == scene.target.region
    operation, arguments = "describe_repositories", {"repositoryNames": [name]}
    answer = call_aws(scene, "ecr", region, operation, fips=fips, registryId=account, **arguments)
    if not isinstance(answer, AwsError):
        return bool(answer.get("repositories"))
    return False if answer.kind is FailureKind.NOT_FOUND else None


def _host(registry: RegistryHost, account: str, region: str) -> str:
    return registry.in_region(region).replace(registry.account, account, 1)


def _failure(scene: Scene, entry: Any) -> ImageFailure:  # noqa: ANN401
    reason = scene.redactor.clean(str(entry.get("failureReason", ""))[:1000])
    return ImageFailure(code=str(entry.get("failureCode", "")), reason=reason)


def _nearest(name: str, names: Iterable[str], most: int) -> tuple[str, ...]:
    """Alike as a whole, or alike in the last part (another namespace)."""
    others = [other for other in names if other != name]
    close = difflib.get_close_matches(name, others, n=most, cutoff=0.6)
    last = name.rpartition("/")[2]
    close += [other for other in others if other.rpartition("/")[2] == last]
    return tuple(dict.fromkeys(close))[:most]
