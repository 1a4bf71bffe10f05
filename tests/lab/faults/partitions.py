"""Hosts of other kinds: FIPS, dual-stack, China, GovCloud, the sovereign cloud, ECR Public."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Injection, fails, nothing, works
from lab.faults.places import PUBLIC
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab


_HOST, _API, _S3 = names.HOST, names.API_HOST, names.S3_HOST

_ADDRESS = {host: names.address(host) or "" for host in (_HOST, _API, _S3)}

_FIPS = f"{names.ACCOUNT}.dkr.ecr-fips.{names.REGION}.amazonaws.com"

_FIPS_APIS = (
    f"ecr-fips.{names.REGION}.amazonaws.com",
    f"api.ecr-fips.{names.REGION}.amazonaws.com",
)

_FIPS_IMAGE = f"{_FIPS}/team/app:latest"

_DUAL_IMAGE = f"{names.DUAL_STACK_HOST}/team/app:latest"

_EU_IMAGE = f"{names.OTHER_REGION_HOST}/team/eu-app:latest"

_CHINA = f"{names.ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn"

_GOV = f"{names.ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com"

_SOVEREIGN = f"{names.ACCOUNT}.dkr.ecr.eusc-de-east-1.amazonaws.eu"

_UNRECOGNIZED = json.dumps(
    {
        "__type": "UnrecognizedClientException",
        "message": "The security token included in the request is invalid.",
    }
)

_DUAL_STACK_FILE = f"[default]\nregion = {names.REGION}\nuse_dualstack_endpoint = true\n"
_FIPS_FILE = f"[default]\nregion = {names.OTHER_REGION}\nuse_fips_endpoint = true\n"


def _fips() -> Injection:
    """Return an injection in which the FIPS hosts exist and the helper is for them."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({"credHelpers": {_FIPS: "ecr-login"}})
        lab.update(dns={_FIPS: _ADDRESS[_HOST], **dict.fromkeys(_FIPS_APIS, _ADDRESS[_API])})

    return inject


def _login(host: str, answers: dict[str, object], *, expired: bool = False) -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write_config(auths(lab.token(expired=expired), host))
        lab.update(dns=answers)

    return inject


def _other_region(lab: Lab) -> None:
    lab.user.write_config({"credHelpers": {names.OTHER_REGION_HOST: "ecr-login"}})


def _fips_by_file(lab: Lab) -> None:
    _other_region(lab)
    lab.user.write(".aws/config", _FIPS_FILE)


def _partition(host: str, api: str) -> Injection:
    """Return an injection of another partition's registry, which does not know the keys."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({"credHelpers": {host: "ecr-login"}})
        challenge = {
            "WWW-Authenticate": f'Basic realm="https://{host}/",service="ecr.amazonaws.com"'
        }
        lab.update(
            dns={host: _ADDRESS[_HOST], api: _ADDRESS[_API]},
            http=[
                {"host": api, "status": 400, "body": _UNRECOGNIZED},
                {"host": host, "status": 401, "headers": challenge, "body": "Not Authorized\n"},
            ],
        )

    return inject


def _public_helper(lab: Lab) -> None:
    lab.user.write_config({"credHelpers": {names.PUBLIC_HOST: "ecr-login"}})
    more = state.allow(["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"])
    lab.state["principals"][state.USER_ARN]["policies"].append(state.policy(more))
    lab.save()


def _dual_stack_by_file(lab: Lab) -> None:
    lab.user.write(".aws/config", _DUAL_STACK_FILE)
    lab.update(dns={f"ecr.{names.REGION}.api.aws": "nxdomain"})


_fails = partial(fails, "network")

FAULTS = (
    works("fips-healthy", "the FIPS host, with the helper for it", _fips(), _FIPS_IMAGE),
    _fails(
        "fips-tag-missing",
        "the tag does not exist at the FIPS host",
        _fips(),
        "image-tag-not-found",
        image=f"{_FIPS}/team/app:v9",
    ),
    _fails(
        "fips-where-none-is",
        "AWS_USE_FIPS_ENDPOINT in a region without one",
        _other_region,
        "fips-endpoint-missing",
        "dns-failure",
        image=_EU_IMAGE,
        env={"AWS_USE_FIPS_ENDPOINT": "true"},
        says=NO_CREDENTIALS,
    ),
    _fails(
        "fips-by-file",
        "the profile wants FIPS in a region without it",
        _fips_by_file,
        "fips-endpoint-missing",
        "dns-failure",
        image=_EU_IMAGE,
        says=NO_CREDENTIALS,
    ),
    works(
        "dual-stack-by-file",
        "the profile wants dual-stack, which this helper does not read there",
        _dual_stack_by_file,
    ),
    works(
        "dual-stack-login",
        "a login for the dual-stack host",
        _login(names.DUAL_STACK_HOST, {}),
        _DUAL_IMAGE,
    ),
    _fails(
        "dual-stack-login-expired",
        "an expired login for the dual-stack host",
        _login(names.DUAL_STACK_HOST, {}, expired=True),
        "stored-login-expired",
        image=_DUAL_IMAGE,
    ),
    _fails(
        "china-keys-of-world",
        "China's registry does not know the keys",
        _partition(_CHINA, "api.ecr.cn-north-1.amazonaws.com.cn"),
        "partition-mismatch",
        "aws-keys-invalid",
        image=f"{_CHINA}/team/app:latest",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "gov-keys-of-world",
        "GovCloud's registry does not know the keys",
        _partition(_GOV, "api.ecr.us-gov-west-1.amazonaws.com"),
        "partition-mismatch",
        "aws-keys-invalid",
        image=f"{_GOV}/team/app:latest",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "sovereign-old-helper",
        "the helper is too old to know the European sovereign cloud",
        _partition(_SOVEREIGN, "api.ecr.eusc-de-east-1.amazonaws.eu"),
        "helper-outdated",
        "helper-rejects-host",
        "partition-mismatch",
        image=f"{_SOVEREIGN}/team/app:latest",
        says=NO_CREDENTIALS,
    ),
    works(
        "public-other-region",
        "ECR Public with the helper, and another region set",
        _public_helper,
        PUBLIC,
        env={"AWS_REGION": "ap-southeast-2"},
    ),
    _fails(
        "public-misspelt",
        "the host of ECR Public is misspelt",
        nothing,
        "registry-host-impossible",
        "registry-prefix-missing",
        "dns-failure",
        image="ecr.public.aws/team/app:latest",
    ),
)
