"""AWS partitions: which regions they have and under which names their registries live.

The suffixes are those of amazon-ecr-credential-helper (ecr-login/api/client.go); that a region
prefix belongs to exactly one partition is botocore's `regionRegex` (botocore/data/partitions.json).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A set of regions with accounts, names and services of their own."""

    id: str
    region_prefixes: tuple[str, ...]
    suffix: str
    """Domain of `ACCOUNT.dkr.ecr.REGION.` hosts."""
    dual_stack_suffix: str = ""
    """Domain of `ACCOUNT.dkr-ecr.REGION.` hosts; empty where there are none."""
    fips: bool = False
    """Whether any region of the partition has FIPS endpoints of ECR."""


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
    Partition(id="aws-eusc", region_prefixes=("eusc",), suffix="amazonaws.eu"),
    Partition(id="aws-iso", region_prefixes=("us-iso",), suffix="c2s.ic.gov"),
    Partition(id="aws-iso-b", region_prefixes=("us-isob",), suffix="sc2s.sgov.gov"),
    Partition(id="aws-iso-e", region_prefixes=("eu-isoe",), suffix="cloud.adc-e.uk"),
    Partition(id="aws-iso-f", region_prefixes=("us-isof", "eu-isof"), suffix="csp.hci.ic.gov"),
    COMMERCIAL,
)

FIPS_REGIONS = frozenset(
    {"us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-east-1", "us-gov-west-1"}
)
"""Regions with FIPS endpoints of ECR: docs.aws.amazon.com/general/latest/gr/ecr.html."""

_DIRECTIONS = ("north", "south", "east", "west", "central", "northeast", "northwest", "southeast",
               "southwest")  # fmt: skip


def partition_of(region: str) -> Partition | None:
    """The partition that a region's name belongs to; None when no region can be called so."""
    prefix, dash, tail = region.partition("-")
    area, _, number = tail.rpartition("-")
    if not dash or not number.isdigit():
        return None
    middle, _, direction = area.rpartition("-")
    if direction not in _DIRECTIONS:
        return None
    name = f"{prefix}-{middle}" if middle else prefix
    return next((p for p in PARTITIONS if name in p.region_prefixes), None) or (
        next((p for p in PARTITIONS if prefix in p.region_prefixes), None)
        if prefix == "eusc"
        else None
    )


def partition_by_suffix(suffix: str) -> Partition | None:
    """The first partition whose registries end so; commercial for `amazonaws.com`."""
    for partition in (COMMERCIAL, *PARTITIONS):
        if suffix in (partition.suffix, partition.dual_stack_suffix):
            return partition
    return None
