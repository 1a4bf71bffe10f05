"""Which hosts the look-alike plays, and what each stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ecr_doctor.auth.endpoints import ecr_api_host, layer_bucket_host, sts_host
from ecr_doctor.model.registry import RegistryHost

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGION = "us-east-1"
OTHER_REGION = "eu-west-1"


class Service(StrEnum):
    """What answers behind a host name."""

    REGISTRY = "registry"
    API = "api"
    STS = "sts"
    IAM = "iam"
    BUCKET = "bucket"


@dataclass(frozen=True, slots=True)
class Site:
    """What a host name stands for."""

    service: Service
    region: str
    account: str = ACCOUNT

    @property
    def registry(self) -> str:
        """Host of the account's registry in this region."""
        return f"{self.account}.dkr.ecr.{self.region}.amazonaws.com"

    def arn(self, repository: str) -> str:
        """ARN of a repository of this registry; `*` for all of them."""
        return f"arn:aws:ecr:{self.region}:{self.account}:repository/{repository}"


def _sites() -> dict[str, Site]:
    sites = {
        "sts.amazonaws.com": Site(Service.STS, REGION),
        "iam.amazonaws.com": Site(Service.IAM, REGION),
    }
    for region in (REGION, OTHER_REGION):
        for account in (ACCOUNT, OTHER_ACCOUNT):
            site = Site(Service.REGISTRY, region, account)
            sites[site.registry] = site
        registry = RegistryHost(name=sites_name(ACCOUNT, region), account=ACCOUNT, region=region)
        sites[ecr_api_host(registry)] = Site(Service.API, region)
        sites[sts_host(region)] = Site(Service.STS, region)
        sites[layer_bucket_host(registry)] = Site(Service.BUCKET, region)
    return sites


def sites_name(account: str, region: str) -> str:
    """Host of an account's registry in a commercial region."""
    return Site(Service.REGISTRY, region, account).registry


SITES = _sites()
"""Every host that the look-alike plays."""
HOST = sites_name(ACCOUNT, REGION)
OTHER_ACCOUNT_HOST = sites_name(OTHER_ACCOUNT, REGION)
