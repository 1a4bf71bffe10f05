"""The AWS regions that this machine has to do with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ecr_doctor.model.partition import partition_of

from .aws_config_files import AwsFilesProbe
from .base import ProbeError
from .docker_config import DockerConfigProbe

if TYPE_CHECKING:
    from .base import Scene

_REGION_VARIABLES: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")
_ECR_HOST: Final = re.compile(r"\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]{5,30})\.")


def regions_in_use(scene: Scene) -> tuple[str, ...]:
    """Regions of the image's partition that flags, variables, ~/.aws or docker's file name."""
    names = [scene.settings.region, *(scene.env.get(name, "") for name in _REGION_VARIABLES)]
    names += [*_of_profiles(scene), *_of_docker(scene)]
    partition = scene.target.partition
    real = (name for name in names if _partition(name) == partition)
    return tuple(dict.fromkeys(real))


def _of_profiles(scene: Scene) -> list[str]:
    try:
        files = scene.observe(AwsFilesProbe())
    except ProbeError:
        return []
    found = (files.profile(name) for name in files.profiles)
    return [profile.value("region") for profile in found if profile]


def _of_docker(scene: Scene) -> list[str]:
    """Regions of the ECR registries that docker's configuration knows."""
    try:
        config = scene.observe(DockerConfigProbe()).config
    except ProbeError:
        return []
    hosts = [key for key, _ in config.cred_helpers] + [entry.key for entry in config.auths]
    found = (_ECR_HOST.search(host.lower()) for host in hosts)
    return [match[1] for match in found if match]


def _partition(region: str) -> str:
    partition = partition_of(region) if region else None
    return partition.id if partition else ""
