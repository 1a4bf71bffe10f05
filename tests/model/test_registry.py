from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_doctor.model import RegistryHost, RegistryHostError, parse_registry
from ecr_doctor.model.partition import FIPS_REGIONS, KNOWN_REGIONS, partition_of
from ecr_doctor.model.registry_slips import registry_name

ID = "123456789012"


def parsed(host: str) -> RegistryHost:
    registry = parse_registry(host)
    assert registry is not None
    return registry


# The vectors of amazon-ecr-credential-helper, ecr-login/api/client_test.go.
@pytest.mark.parametrize(
    ("host", "region", "partition", "dual_stack", "fips"),
    [
        (f"{ID}.dkr.ecr.us-east-1.amazonaws.com", "us-east-1", "aws", False, False),
        (f"{ID}.dkr-ecr.us-west-2.on.aws", "us-west-2", "aws", True, False),
        (f"{ID}.dkr-ecr-fips.us-west-2.on.aws", "us-west-2", "aws", True, True),
        (f"{ID}.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", "aws-cn", False, False),
        (f"{ID}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "cn-north-1", "aws-cn", True,
         False),
        (f"{ID}.dkr.ecr.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "aws-iso", False, False),
        (f"{ID}.dkr.ecr.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1", "aws-iso-b", False, False),
        (f"{ID}.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1", "aws-iso-e", False,
         False),
        (f"{ID}.dkr.ecr.us-isof-east-1.csp.hci.ic.gov", "us-isof-east-1", "aws-iso-f", False,
         False),
        (f"{ID}.dkr-ecr.us-gov-east-1.on.aws", "us-gov-east-1", "aws-us-gov", True, False),
        (f"{ID}.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", "aws-us-gov", False,
         True),
        (f"{ID}.dkr-ecr-fips.us-gov-east-1.on.aws", "us-gov-east-1", "aws-us-gov", True, True),
        (f"{ID}.dkr.ecr.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "aws-eusc", False, False),
    ],
)  # fmt: skip
def test_every_form_of_a_private_registry(
    host: str, region: str, partition: str, *, dual_stack: bool, fips: bool
) -> None:
    registry = parsed(host)

    assert (registry.name, registry.dns_name, registry.account) == (host, host, ID)
    assert (registry.region, registry.partition) == (region, partition)
    assert (registry.dual_stack, registry.fips) == (dual_stack, fips)
    assert not registry.is_public


@pytest.mark.parametrize(
    ("host", "dual"), [("public.ecr.aws", False), ("ecr-public.aws.com", True)]
)
def test_the_public_registry(host: str, *, dual: bool) -> None:
    registry = parsed(host)

    assert registry.is_public
    assert (registry.region, registry.account, registry.dual_stack) == ("us-east-1", "", dual)
    assert registry.in_region("eu-west-1") == host


@pytest.mark.parametrize("port", [443, 5000, 65535])
def test_a_port_is_part_of_the_name_and_not_of_what_is_resolved(port: int) -> None:
    registry = parsed(f"{ID}.dkr.ecr.us-east-1.amazonaws.com:{port}")

    assert registry.name.endswith(f".com:{port}")
    assert registry.dns_name == f"{ID}.dkr.ecr.us-east-1.amazonaws.com"
    assert registry.port == port
    assert registry.in_region("cn-north-1") == (f"{ID}.dkr.ecr.cn-north-1.amazonaws.com.cn:{port}")


@pytest.mark.parametrize(
    "port", ["", "0", "65536", "999999", "44a", "-1", "4 3", "443:443", "\uff14"]
)
def test_what_is_no_port_is_no_registry(port: str) -> None:
    assert parse_registry(f"{ID}.dkr.ecr.us-east-1.amazonaws.com:{port}") is None


@pytest.mark.parametrize(
    ("host", "likely"),
    [
        (f"{ID}.dkr.ecr.us-east-1.amazonaws.eu", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.amazonaws.com.cn", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.cn-north-1.amazonaws.com", f"{ID}.dkr.ecr.cn-north-1.amazonaws.com.cn"),
        (f"{ID}.dkr-ecr.us-east-1.amazonaws.com", f"{ID}.dkr-ecr.us-east-1.on.aws"),
        (f"{ID}.dkr.ecr.us-east-1.on.aws", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr-ecr.us-iso-east-1.c2s.ic.gov", f"{ID}.dkr.ecr.us-iso-east-1.c2s.ic.gov"),
        (f"{ID}.dkr-ecr.cn-north-1.on.aws.com.cn",
         f"{ID}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn"),
        (f"{ID}.dkr.ecr.us-east-1a.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.useast1.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.eu-centrall-1.amazonaws.com", f"{ID}.dkr.ecr.eu-central-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.not-real.amazonaws.com", ""),
        (f"{ID}.dkr.ecr.amazonaws.com", ""),
        (f"{ID}.dkr.ecr.us-east-1", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.amazonaws", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.amazonaws.co", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.amazonaws.con", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.amazon.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.amazonws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.aws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.ecr.us-east-1.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.drk.ecr.us-east-1.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.us-east-1.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        (f"{ID}.dkr.ecr.us-east-1.s3.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        ("dkr.ecr.us-east-1.amazonaws.com", ""),
        ("api.ecr.us-east-1.amazonaws.com", ""),
        ("ecr.us-east-1.amazonaws.com", ""),
        (f"{ID}.DKR.ecr.us-east-1.amazonaws.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
        ("Public.ECR.aws", "public.ecr.aws"),
        ("public-ecr.aws", "public.ecr.aws"),
        ("gallery.ecr.aws", "public.ecr.aws"),
        ("ecr.aws", "public.ecr.aws"),
        ("vpce-0abc-def.dkr.ecr.us-east-1.vpce.amazonaws.com", ""),
        ("vpce-0abc-def-us-east-1a.dkr.ecr.us-east-1.vpce.amazonaws.com", ""),
        ("vpce-0abc-def.api.ecr.us-east-1.vpce.amazonaws.com", ""),
    ],
)  # fmt: skip
def test_hosts_that_cannot_exist_come_with_the_one_that_was_meant(host: str, likely: str) -> None:
    with pytest.raises(RegistryHostError) as error:
        parse_registry(host)

    assert (error.value.cause, error.value.likely) == ("registry-host-impossible", likely)
    assert not likely or parse_registry(likely)


def test_the_likely_host_keeps_the_port() -> None:
    with pytest.raises(RegistryHostError) as error:
        parse_registry(f"{ID}.dkr.ecr.us-east-1.amazonaws.eu:443")

    assert error.value.likely == f"{ID}.dkr.ecr.us-east-1.amazonaws.com:443"


def test_an_endpoint_is_named_as_what_it_is() -> None:
    with pytest.raises(RegistryHostError, match="VPC endpoint") as error:
        parse_registry("vpce-0abc-def.dkr.ecr.eu-west-1.vpce.amazonaws.com")

    assert "ACCOUNT.dkr.ecr.eu-west-1.amazonaws.com" in str(error.value)


@pytest.mark.parametrize(
    ("account", "likely"),
    [
        ("12345678901", ""),
        ("1234567890123", ""),
        ("12345678901x", ""),
        ("my-company", ""),
        ("١٢٣٤٥٦٧٨٩٠١٢", ""),
        ("1234-5678-9012", f"{ID}.dkr.ecr.us-east-1.amazonaws.com"),
    ],
)
def test_what_is_no_account_id(account: str, likely: str) -> None:
    with pytest.raises(RegistryHostError) as error:
        parse_registry(f"{account}.dkr.ecr.us-east-1.amazonaws.com")

    assert (error.value.cause, error.value.likely) == ("account-id-wrong", likely)


@pytest.mark.parametrize(
    ("host", "plain"),
    [
        (f"{ID}.dkr.ecr-fips.eu-west-1.amazonaws.com", f"{ID}.dkr.ecr.eu-west-1.amazonaws.com"),
        (f"{ID}.dkr-ecr-fips.eu-west-1.on.aws", f"{ID}.dkr-ecr.eu-west-1.on.aws"),
    ],
)
def test_fips_where_there_is_none(host: str, plain: str) -> None:
    with pytest.raises(RegistryHostError) as error:
        parse_registry(host)

    assert (error.value.cause, error.value.likely) == ("fips-endpoint-missing", plain)


@pytest.mark.parametrize(
    "host",
    [
        "", "ecr", "docker.io", "localhost:5000", "127.0.0.1", "[::1]:5000", "quay.io",
        "ecr.mycompany.com", "docker-ecr.internal.aws.example.com", "my.ecr.us-east-1.example.com",
        f"{ID}.ecr.company.com", f"{ID}.dkr.ecr.us-east-1.amazonaws.com.fake.example.com",
        f"{ID}.dkr.ecr.us-east-1.amazonaws.com.proxy.corp", "dkr.ecr.corp.example",
        f"{ID}.dkr.ecr.us-east-1.example.com", "ecr-mirror.us-east-1.elb.amazonaws.com",
        "ec2-1-2-3-4.us-east-1.compute.amazonaws.com", "s3.us-east-1.amazonaws.com",
        "abc.lambda-url.us-east-1.on.aws", "ecr.amazonas.com", "registry.com.cn", "ecr.aws.corp",
        "public.ecr.example.com", "public.ecr.aws.mycompany.com", "ecr.eu", "dkr.com.cn",
        "host.docker.internal:5000",
    ],
)  # fmt: skip
def test_hosts_that_are_nobodys_slip(host: str) -> None:
    assert parse_registry(host) is None


@given(
    account=st.from_regex(r"[0-9]{12}", fullmatch=True).filter(str.isascii),
    region=st.sampled_from(KNOWN_REGIONS),
    dual_stack=st.booleans(),
    fips=st.booleans(),
)
def test_whatever_can_exist_is_read_back(
    account: str, region: str, *, dual_stack: bool, fips: bool
) -> None:
    fips = fips and region in FIPS_REGIONS
    name = registry_name(account, region, dual_stack=dual_stack, fips=fips)
    partition = partition_of(region)

    registry = parsed(name)

    assert partition is not None
    assert (registry.account, registry.region, registry.partition) == (
        account,
        region,
        partition.id,
    )
    assert registry.fips == fips
    assert registry.dual_stack == (dual_stack and bool(partition.dual_stack_suffix))
    assert registry.in_region(region) == name


@given(st.text(max_size=120) | st.from_regex(r"[a-z0-9.-]{0,40}(dkr|ecr)[a-z0-9.:-]{0,60}"))
def test_any_text_is_read_refused_or_left_alone(host: str) -> None:
    try:
        registry = parse_registry(host)
    except RegistryHostError:
        return
    assert registry is None or registry.name == host
