"""Names of the AWS services behind a registry, as botocore's endpoint rules give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.partition import FIPS_REGIONS, PARTITIONS, partition_of

if TYPE_CHECKING:
    from ecr_doctor.model import RegistryHost

PUBLIC_API_HOST = "api.ecr-public.us-east-1.amazonaws.com"


def dns_suffix(region: str) -> str:
    """Domain of the AWS services of a region; the commercial one where the region is unknown."""
    partition = partition_of(region) or PARTITIONS[-1]
    return partition.suffix


def ecr_api_host(registry: RegistryHost) -> str:
    """The host that hands out this registry's tokens.

    A dual-stack registry is asked through the ordinary endpoint unless
    `AWS_USE_DUALSTACK_ENDPOINT` says otherwise: closed networks have an endpoint for that alone.
    """
    if registry.is_public:
        return PUBLIC_API_HOST
    service = "api.ecr-fips" if registry.fips and registry.region in FIPS_REGIONS else "api.ecr"
    return f"{service}.{registry.region}.{dns_suffix(registry.region)}"


def sts_host(region: str) -> str:
    """The regional endpoint of AWS STS, which botocore has called since 1.40."""
    return f"sts.{region}.{dns_suffix(region)}"


def layer_bucket_host(registry: RegistryHost) -> str:
    """The S3 host to which a private registry sends clients for layers; empty for ECR Public.

    Its name is in docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.
    """
    if registry.is_public:
        return ""
    region = registry.region
    return f"prod-{region}-starport-layer-bucket.s3.{region}.{dns_suffix(region)}"
