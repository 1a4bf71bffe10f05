"""The host of an Amazon ECR registry, in all its forms.

The Go helper's pattern (amazon-ecr-credential-helper, ecr-login/api/client.go) does not tie region,
separator and suffix together and lets names through that cannot exist; here they are tied.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from .partition import COMMERCIAL, FIPS_REGIONS, PARTITIONS, Partition, partition_of

PUBLIC_HOSTS = ("public.ecr.aws", "ecr-public.aws.com")
PUBLIC_REGION = "us-east-1"
"""ECR Public's API lives here alone: docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html."""
_ACCOUNT_DIGITS = 12
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


class RegistryHostError(ValueError):
    """A host that was meant to be an ECR registry and cannot be one."""

    def __init__(self, cause: str, reason: str, likely: str = "") -> None:
        super().__init__(reason)
        self.cause = cause
        """Id of the catalog's cause."""
        self.likely = likely
        """The host that was probably meant; empty when nothing is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryHost:
    """An ECR registry that can exist."""

    name: str
    kind: RegistryKind = RegistryKind.PRIVATE
    account: str = ""
    region: str = PUBLIC_REGION
    partition: str = COMMERCIAL.id
    dual_stack: bool = False
    fips: bool = False

    @property
    def is_public(self) -> bool:
        """Whether this is the public gallery's registry."""
        return self.kind is RegistryKind.PUBLIC

    def in_region(self, region: str) -> str:
        """The name of the same account's registry in another region."""
        return self.name.replace(f".{self.region}.", f".{region}.")


def parse_registry(host: str) -> RegistryHost | None:
    """Read a registry's host name; None for a host that does not even look like Amazon ECR.

    Raises:
        RegistryHostError: it looks like ECR and cannot exist; `likely` has the name that was meant.

    """
    name = host.lower()
    if name in PUBLIC_HOSTS:
        return RegistryHost(name=name, kind=RegistryKind.PUBLIC, dual_stack=name == PUBLIC_HOSTS[1])
    for middle in _SERVICES:
        account, found, tail = name.partition(middle)
        if found:
            return _private(host, account, middle, tail)
    return _near_miss(name)


def _private(host: str, account: str, middle: str, tail: str) -> RegistryHost | None:
    region, _, suffix = tail.partition(".")
    if not _looks_like_aws(suffix):
        return _near_miss(host.lower())
    partition = _check_region(host, account, middle, region, suffix)
    dual_stack, fips = _SERVICES[middle]
    likely = _host(account, partition, region, dual_stack=dual_stack, fips=fips)
    _check_account(account)
    if host.lower() != likely or host != host.lower():
        raise RegistryHostError("registry-host-impossible", _why(host, partition, region), likely)
    if fips and region not in FIPS_REGIONS:
        plain = _host(account, partition, region, dual_stack=dual_stack, fips=False)
        reason = f"Amazon ECR has no FIPS endpoint in {region}"
        raise RegistryHostError("fips-endpoint-missing", reason, plain)
    return RegistryHost(
        name=host,
        account=account,
        region=region,
        partition=partition.id,
        dual_stack=dual_stack,
        fips=fips,
    )


def _host(account: str, partition: Partition, region: str, *, dual_stack: bool, fips: bool) -> str:
    """The one name that such a registry has; the plain form where there is no dual-stack one."""
    dual_stack = dual_stack and bool(partition.dual_stack_suffix)
    service = ("dkr-ecr" if dual_stack else "dkr.ecr") + ("-fips" if fips else "")
    suffix = partition.dual_stack_suffix if dual_stack else partition.suffix
    return f"{account}.{service}.{region}.{suffix}"


def _why(host: str, partition: Partition, region: str) -> str:
    if host != host.lower():
        return "docker looks registry hosts up exactly as written, and ECR's are lower case"
    suffixes = " or ".join(filter(None, (partition.suffix, partition.dual_stack_suffix)))
    form = ".dkr.ecr. hosts end in amazonaws domains and .dkr-ecr. hosts in dual-stack ones"
    return f"registries in {region} end in {suffixes}; {form}"


def _check_region(host: str, account: str, middle: str, region: str, suffix: str) -> Partition:
    partition = partition_of(region)
    if partition is None:
        zone = region[:-1] if region[-1:].isalpha() and partition_of(region[:-1]) else ""
        reason = f"{region!r} is not the name of an AWS region"
        likely = f"{account}{middle}{zone}.{suffix}" if zone else ""
        if zone:
            reason += f" but an availability zone of {zone}"
        raise RegistryHostError("registry-host-impossible", reason, likely)
    return partition


def _check_account(account: str) -> None:
    if len(account) == _ACCOUNT_DIGITS and account.isascii() and account.isdigit():
        return
    reason = f"{account[:40]!r} is not an AWS account id, which has 12 digits"
    raise RegistryHostError("account-id-wrong", reason)


def _looks_like_aws(suffix: str) -> bool:
    known = {s for p in PARTITIONS for s in (p.suffix, p.dual_stack_suffix) if s}
    return suffix in known


def _near_miss(name: str) -> RegistryHost | None:
    """Refuse a host that is one or two slips away from an ECR host; let others pass as foreign.

    Raises:
        RegistryHostError: the host is a misspelt ECR host.

    """
    for public in PUBLIC_HOSTS:
        if difflib.SequenceMatcher(None, name, public).ratio() > _NEAR_PUBLIC:
            reason = f"{name} is not the public registry's name"
            raise RegistryHostError("registry-host-impossible", reason, public)
    labels = name.split(".")
    if len(labels) < _FEWEST_LABELS or "ecr" not in name.replace("-", ".").split("."):
        return None
    region = next((label for label in labels if partition_of(label)), "")
    if not region or not any(word in name for word in ("dkr", "amazon", "aws")):
        return None
    partition = partition_of(region) or COMMERCIAL
    likely = _host(labels[0], partition, region, dual_stack=False, fips=False)
    raise RegistryHostError("registry-host-impossible", f"{name} is no form of an ECR host", likely)


_NEAR_PUBLIC = 0.9
_FEWEST_LABELS = 4
