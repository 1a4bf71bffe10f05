from __future__ import annotations

import pytest
from botocore.loaders import Loader

from ecr_doctor.model.partition import (
    FIPS_REGIONS,
    KNOWN_REGIONS,
    PARTITIONS,
    closest_region,
    partition_by_suffix,
    partition_of,
    region_of_zone,
)


def botocore_partitions() -> list[dict[str, object]]:
    partitions: list[dict[str, object]] = Loader().load_data("endpoints")["partitions"]
    return partitions


def test_every_region_of_botocore_belongs_to_its_partition_and_suffix() -> None:
    for known in botocore_partitions():
        for region in known["regions"]:  # type: ignore[attr-defined]
            partition = partition_of(region)

            assert partition is not None, region
            assert (partition.id, partition.suffix) == (known["partition"], known["dnsSuffix"])


def test_no_partition_of_botocore_is_missing() -> None:
    assert {p.id for p in PARTITIONS} == {p["partition"] for p in botocore_partitions()}


def test_the_list_of_regions_for_suggestions_holds_regions_alone() -> None:
    assert all(partition_of(region) for region in KNOWN_REGIONS)
    assert set(KNOWN_REGIONS) >= FIPS_REGIONS


@pytest.mark.parametrize(
    "name",
    ["", "us", "us-east", "us-east-", "us-east-0", "us-east-01", "us-east-1a", "us-east-100",
     "us-east-¹", "not-real", "xx-east-1", "us-weast-1", "us_east_1", "US-EAST-1", "-east-1",
     "us--east-1", "eusc-east-1", "us-gov-1"],
)  # fmt: skip
def test_what_cannot_be_a_region(name: str) -> None:
    assert partition_of(name) is None


@pytest.mark.parametrize("name", ["us-east-9", "mx-west-1", "us-gov-central-1", "cn-south-12"])
def test_a_region_may_be_newer_than_this_program(name: str) -> None:
    assert partition_of(name) is not None


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("us-east-1a", "us-east-1"),
        ("eu-central1", "eu-central-1"),
        ("useast1", "us-east-1"),
        ("us_west_2", "us-west-2"),
        ("eu-centrall-1", "eu-central-1"),
        ("ap-souteast-2", "ap-southeast-2"),
        ("us-est-1", ""),
        ("not-real", ""),
        ("", ""),
    ],
)
def test_closest_region(text: str, region: str) -> None:
    assert closest_region(text) == region


def test_region_of_zone() -> None:
    assert region_of_zone("eu-west-3c") == "eu-west-3"
    assert region_of_zone("eu-west-3") == ""


@pytest.mark.parametrize(
    ("suffix", "partition"),
    [
        ("amazonaws.com", "aws"),
        ("on.aws", "aws"),
        ("amazonaws.com.cn", "aws-cn"),
        ("on.amazonwebservices.com.cn", "aws-cn"),
        ("amazonaws.eu", "aws-eusc"),
    ],
)
def test_partition_by_suffix(suffix: str, partition: str) -> None:
    found = partition_by_suffix(suffix)

    assert found is not None
    assert found.id == partition


def test_no_partition_for_another_suffix() -> None:
    assert partition_by_suffix("amazonaws.org") is None
    assert partition_by_suffix("") is None
