from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from ecr_doctor.auth.endpoints import dns_suffix, ecr_api_host, layer_bucket_host, sts_host
from ecr_doctor.model import parse_registry
from ecr_doctor.model.partition import FIPS_REGIONS, KNOWN_REGIONS
from ecr_doctor.model.registry_slips import registry_name


def asked_host(service: str, region: str, *, fips: bool = False) -> str:
    """The host that botocore really asks."""
    session = botocore.session.Session()
    session.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    hosts: list[str] = []

    def stop(request: Any, **_event: Any) -> None:
        hosts.append(request.url.split("/")[2])
        raise InterruptedError

    session.register("before-send", stop)  # type: ignore[arg-type]
    config = Config(use_fips_endpoint=True) if fips else None
    client: Any = session.create_client(service, region_name=region, config=config)
    call = client.get_caller_identity if service == "sts" else client.get_authorization_token
    with pytest.raises(InterruptedError):
        call()
    return hosts[0]


SAMPLE = ["us-east-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1",
          "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "ap-southeast-7"]  # fmt: skip


@pytest.mark.parametrize("region", SAMPLE)
def test_names_are_those_that_botocore_asks(region: str) -> None:
    registry = parse_registry(registry_name("123456789012", region))
    assert registry is not None

    assert ecr_api_host(registry) == asked_host("ecr", region)
    assert sts_host(region) == asked_host("sts", region)


@pytest.mark.parametrize("region", ["us-west-2", "us-gov-east-1"])
@pytest.mark.parametrize("dual_stack", [False, True])
def test_a_fips_registry_has_a_fips_api(region: str, *, dual_stack: bool) -> None:
    name = registry_name("123456789012", region, fips=True, dual_stack=dual_stack)
    registry = parse_registry(name)
    assert registry is not None

    assert ecr_api_host(registry) == asked_host("ecr", region, fips=True)
    assert "fips" in ecr_api_host(registry)


def test_the_public_registry() -> None:
    registry = parse_registry("public.ecr.aws")
    assert registry is not None

    assert ecr_api_host(registry) == asked_host("ecr-public", "us-east-1")
    assert layer_bucket_host(registry) == ""


def test_layers() -> None:
    registry = parse_registry("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn:443")
    assert registry is not None

    bucket = "prod-cn-north-1-starport-layer-bucket.s3.cn-north-1.amazonaws.com.cn"
    assert layer_bucket_host(registry) == bucket


def test_regions_have_suffixes() -> None:
    assert all(dns_suffix(region) for region in (*KNOWN_REGIONS, *FIPS_REGIONS))
    assert dns_suffix("nowhere") == "amazonaws.com"
