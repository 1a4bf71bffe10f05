"""The host of an Amazon ECR registry, in all its forms.

The Go helper's pattern (amazon-ecr-credential-helper, ecr-login/api/client.go) does not tie region,
separator and suffix together and lets names through that cannot exist; here they are tied.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .partition import COMMERCIAL, FIPS_REGIONS, closest_region, partition_by_suffix, partition_of
from .registry_slips import (
    ACCOUNT_DIGITS,
    IMPOSSIBLE,
    PUBLIC_HOSTS,
    RegistryHostError,
    is_account,
    refuse_slip,
    registry_name,
    wrong_suffix,
)

__all__ = ["PUBLIC_HOSTS", "PUBLIC_REGION", "RegistryHost", "RegistryHostError", "RegistryKind",
           "parse_registry"]  # fmt: skip

PUBLIC_REGION = "us-east-1"
"""The one region of ECR Public's API (AmazonECR/latest/public/public-registries.html)."""
HTTPS_PORT = 443
_HIGHEST_PORT = 65535
_SERVICES = {
    ".dkr.ecr.": (False, False),
    ".dkr.ecr-fips.": (False, True),
    ".dkr-ecr.": (True, False),
    ".dkr-ecr-fips.": (True, True),
}
"""Middle of the host: (dual stack, FIPS)."""


class RegistryKind(StrEnum):
    """Private registries belong to an account; there is one public registry."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryHost:
    """An ECR registry that can exist."""

    name: str
    """As written in the image, port included: docker looks credentials up under exactly this."""
    kind: RegistryKind = RegistryKind.PRIVATE
    account: str = ""
    region: str = PUBLIC_REGION
    partition: str = COMMERCIAL.id
    dual_stack: bool = False
    fips: bool = False
    port: int = HTTPS_PORT

    @property
    def is_public(self) -> bool:
        """Whether this is the public gallery's registry."""
        return self.kind is RegistryKind.PUBLIC

    @property
    def dns_name(self) -> str:
        """The name to resolve, and the one in the certificate: without the port."""
        return self.name.partition(":")[0]

    def in_region(self, region: str) -> str:
        """The name of the same account's registry in another region, of any partition."""
        if self.is_public:
            return self.name
        name = registry_name(self.account, region, dual_stack=self.dual_stack, fips=self.fips)
        _, colon, port = self.name.partition(":")
        return f"{name}{colon}{port}"


def parse_registry(host: str) -> RegistryHost | None:
    """Read a registry's host, with or without a port; None for one that is not Amazon ECR's.

    Raises:
        RegistryHostError: it looks like ECR and cannot exist; `likely` has the name that was meant.

    """
    dns_name, colon, digits = host.partition(":")
    port = _port(digits) if colon else HTTPS_PORT
    if not port:
        return None
    try:
        return _parse(host, dns_name, port)
    except RegistryHostError as error:
        if error.likely and colon:
            error.likely += f":{digits}"
        raise


def _port(digits: str) -> int:
    """The port's number; 0 when the text is none."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > len(str(_HIGHEST_PORT)):
        return 0
    port = int(digits)
    return port if port <= _HIGHEST_PORT else 0


def _parse(host: str, dns_name: str, port: int) -> RegistryHost | None:
    name = dns_name.lower()
    if name in PUBLIC_HOSTS:
        if name != dns_name:
            raise RegistryHostError(IMPOSSIBLE, wrong_suffix(dns_name, COMMERCIAL, ""), name)
        dual_stack = name == PUBLIC_HOSTS[1]
        return RegistryHost(name=host, kind=RegistryKind.PUBLIC, dual_stack=dual_stack, port=port)
    for middle in _SERVICES:
        account, found, tail = name.partition(middle)
        region, _, suffix = tail.partition(".")
        if found and (partition_by_suffix(suffix) or (not suffix and partition_of(region))):
            return _private(host, dns_name, port, (account, middle, region))
    refuse_slip(name)
    return None


def _private(host: str, dns_name: str, port: int, parts: tuple[str, str, str]) -> RegistryHost:
    account, middle, region = parts
    dual_stack, fips = _SERVICES[middle]
    _check_account(account, region, middle)
    partition = partition_of(region)
    if partition is None:
        raise _no_region(account, region, middle)
    likely = registry_name(account, region, dual_stack=dual_stack, fips=fips)
    if dns_name != likely:
        raise RegistryHostError(IMPOSSIBLE, wrong_suffix(dns_name, partition, region), likely)
    if fips and region not in FIPS_REGIONS:
        plain = registry_name(account, region, dual_stack=dual_stack)
        reason = f"Amazon ECR has no FIPS endpoint in {region}"
        raise RegistryHostError("fips-endpoint-missing", reason, plain)
    return RegistryHost(
        name=host,
        account=account,
        region=region,
        partition=partition.id,
        dual_stack=dual_stack,
        fips=fips,
        port=port,
    )


def _no_region(account: str, region: str, middle: str) -> RegistryHostError:
    meant = closest_region(region)
    dual_stack, fips = _SERVICES[middle]
    likely = registry_name(account, meant, dual_stack=dual_stack, fips=fips) if meant else ""
    reason = f"{region!r} is not the name of an AWS region"
    if meant and region[:-1] == meant:
        reason += f" but an availability zone of {meant}"
    return RegistryHostError(IMPOSSIBLE, reason, likely)


def _check_account(account: str, region: str, middle: str) -> None:
    if is_account(account):
        return
    digits = account.replace("-", "")
    dual_stack, fips = _SERVICES[middle]
    likely = ""
    if is_account(digits) and partition_of(region):
        likely = registry_name(digits, region, dual_stack=dual_stack, fips=fips)
    reason = f"{account[:40]!r} is not an AWS account id, which has {ACCOUNT_DIGITS} digits"
    raise RegistryHostError("account-id-wrong", reason, likely)
