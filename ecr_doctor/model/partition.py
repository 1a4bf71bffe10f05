"""AWS partitions: which regions they have and under which names their registries live.

The suffixes are those of amazon-ecr-credential-helper (ecr-login/api/client.go); that a region
prefix belongs to exactly one partition is botocore's `regionRegex` (botocore/data/partitions.json).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A set of regions with accounts, names and services of their own."""

    id: str
    region_prefixes: tuple[str, ...]
    suffix: str
    """Domain of `ACCOUNT.dkr.ecr.REGION.` hosts, and of the partition's services."""
    dual_stack_suffix: str = ""
    """Domain of `ACCOUNT.dkr-ecr.REGION.` hosts; empty where there are none."""
    fips: bool = False
    """Whether any region of the partition has FIPS endpoints of ECR."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """All domains of the partition's registries."""
        return tuple(filter(None, (self.suffix, self.dual_stack_suffix)))


COMMERCIAL = Partition(
    id="aws",
    region_prefixes=("us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"),
    suffix="amazonaws.com",
    dual_stack_suffix="on.aws",
    fips=True,
)
GOVCLOUD = Partition(
    id="aws-us-gov",
    region_prefixes=("us-gov",),
    suffix="amazonaws.com",
    dual_stack_suffix="on.aws",
    fips=True,
)
PARTITIONS = (
    GOVCLOUD,
    Partition(
        id="aws-cn",
        region_prefixes=("cn",),
        suffix="amazonaws.com.cn",
        dual_stack_suffix="on.amazonwebservices.com.cn",
    ),
    Partition(id="aws-eusc", region_prefixes=("eusc-de",), suffix="amazonaws.eu"),
    Partition(id="aws-iso", region_prefixes=("us-iso",), suffix="c2s.ic.gov"),
    Partition(id="aws-iso-b", region_prefixes=("us-isob",), suffix="sc2s.sgov.gov"),
    Partition(id="aws-iso-e", region_prefixes=("eu-isoe",), suffix="cloud.adc-e.uk"),
    Partition(id="aws-iso-f", region_prefixes=("us-isof",), suffix="csp.hci.ic.gov"),
    COMMERCIAL,
)

FIPS_REGIONS = frozenset(
    {"us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-east-1", "us-gov-west-1"}
)
"""Regions with FIPS endpoints of ECR: docs.aws.amazon.com/general/latest/gr/ecr.html."""

KNOWN_REGIONS = (
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
    "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1", "eu-central-2", "eu-isoe-west-1",
    "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
    "eusc-de-east-1", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
    "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1",
    "us-isob-east-1", "us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "us-west-1",
    "us-west-2",
)  # fmt: skip
"""For suggestions only: a region may be newer than this list (botocore/data/endpoints.json)."""

_DIRECTIONS = ("north", "south", "east", "west", "central", "northeast", "northwest", "southeast",
               "southwest")  # fmt: skip
_HIGHEST_NUMBER = 99


def partition_of(region: str) -> Partition | None:
    """The partition that a region's name belongs to; None when no region can be called so."""
    head, dash, number = region.rpartition("-")
    prefix, _, direction = head.rpartition("-")
    if not dash or direction not in _DIRECTIONS or not _is_number(number):
        return None
    return next((p for p in PARTITIONS if prefix in p.region_prefixes), None)


def _is_number(text: str) -> bool:
    if not text.isascii() or not text.isdigit() or text.startswith("0"):
        return False
    return int(text) <= _HIGHEST_NUMBER


def region_of_zone(zone: str) -> str:
    """The region of an availability zone (`us-east-1a`); empty when it is not one."""
    region = zone[:-1]
    return region if zone[-1:].isalpha() and partition_of(region) else ""


def closest_region(text: str) -> str:
    """The known region that a misspelt name was probably meant to be; empty when none is near."""
    zone = region_of_zone(text)
    if zone:
        return zone
    squeezed = text.replace("-", "").replace("_", "")
    same = [name for name in KNOWN_REGIONS if name.replace("-", "") == squeezed]
    if same:
        return same[0]
    near = difflib.get_close_matches(text, KNOWN_REGIONS, n=2, cutoff=0.75)
    ratios = [difflib.SequenceMatcher(None, name, text).ratio() for name in near]
    # "us-est-1" is as near to us-east-1 as to us-west-1: better no word than a wrong one.
    return near[0] if near and (len(near) == 1 or ratios[0] > ratios[1]) else ""


def partition_by_suffix(suffix: str) -> Partition | None:
    """The first partition whose registries end so; commercial for `amazonaws.com`."""
    return next((p for p in (COMMERCIAL, *PARTITIONS) if suffix in p.suffixes), None)
