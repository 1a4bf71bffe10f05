"""Hosts that were meant to be Amazon ECR registries and are not: what is wrong, what was meant.

A company's own domain that merely contains "ecr" is nobody's slip: only hosts below AWS's domains,
or below a domain that is a slip away from one, are judged here.
"""

from __future__ import annotations

import difflib

from .partition import COMMERCIAL, PARTITIONS, Partition, closest_region, partition_of

PUBLIC_HOSTS = ("public.ecr.aws", "ecr-public.aws.com")
ACCOUNT_DIGITS = 12
IMPOSSIBLE = "registry-host-impossible"
_API_NAMES = ("api.ecr", "ecr", "ecr-fips", "api.ecr-public", "ecr-public")
_ECR_WORDS = frozenset({"ecr", "dkr", "ecr-fips", "dkr-ecr", "dkr-ecr-fips"})
_AWS_WORDS = frozenset({"on", "aws", "amazonaws", "amazon", "amazonwebservices", "com", "cn", "eu"})
_NEAR_PUBLIC = 0.9
_NEAR_SUFFIX = 0.84
_FEWEST_LABELS = 3


class RegistryHostError(ValueError):
    """A host that was meant to be an ECR registry and cannot be one."""

    def __init__(self, cause: str, reason: str, likely: str = "") -> None:
        super().__init__(reason)
        self.cause = cause
        """Id of the catalog's cause."""
        self.likely = likely
        """The host that was probably meant; empty when nothing is near."""


def registry_name(
    account: str, region: str, *, dual_stack: bool = False, fips: bool = False
) -> str:
    """The one host of such a registry; the plain form where there is no dual-stack one."""
    partition = partition_of(region) or COMMERCIAL
    dual_stack = dual_stack and bool(partition.dual_stack_suffix)
    service = ("dkr-ecr" if dual_stack else "dkr.ecr") + ("-fips" if fips else "")
    suffix = partition.dual_stack_suffix if dual_stack else partition.suffix
    return f"{account}.{service}.{region}.{suffix}"


def is_account(text: str) -> bool:
    """Whether a text is an AWS account id: twelve digits."""
    return len(text) == ACCOUNT_DIGITS and text.isascii() and text.isdigit()


def refuse_slip(name: str) -> None:
    """Return for hosts that have nothing to do with ECR.

    Raises:
        RegistryHostError: the host is a misspelt or incomplete ECR host, or another AWS address.

    """
    _refuse_public_slip(name)
    labels = name.split(".")
    size = _size_of_aws_tail(labels)
    if not size or len(labels) - size < 1:
        return
    head = labels[: len(labels) - size]
    if head[-1] == "vpce" and _ECR_WORDS.intersection(head):
        raise _endpoint_error(name, head)
    if ".".join(head[:-1]) in _API_NAMES and partition_of(head[-1]):
        reason = f"{name} is ECR's API, not a registry: a registry's host begins with an account id"
        raise RegistryHostError(IMPOSSIBLE, reason)
    _refuse_private_slip(name, head)


def _refuse_public_slip(name: str) -> None:
    owned = name.endswith(".ecr.aws") or name in ("ecr.aws", "gallery.ecr.aws.com")
    for public in PUBLIC_HOSTS:
        if owned or difflib.SequenceMatcher(None, name, public).ratio() >= _NEAR_PUBLIC:
            reason = f"{name} is not the public registry's name"
            raise RegistryHostError(IMPOSSIBLE, reason, public)


def _endpoint_error(name: str, head: list[str]) -> RegistryHostError:
    """A VPC endpoint's own name: ECR knows the registry by the account in the host alone."""
    region = next((label for label in head if partition_of(label)), "REGION")
    host = registry_name("ACCOUNT", region)
    reason = (
        f"{name} is the name of a VPC endpoint, not of a registry: with private DNS the endpoint "
        f"answers as {host}, and images are named so"
    )
    return RegistryHostError(IMPOSSIBLE, reason)


def _refuse_private_slip(name: str, head: list[str]) -> None:
    account = _account_in(head[0])
    region = next((label for label in head[1:] if partition_of(label)), "")
    ecr_words = _ECR_WORDS.intersection(head)
    if not ecr_words and not (is_account(head[0]) and region):
        return
    if not (account or "dkr" in name):
        return
    if not account:
        raise RegistryHostError(IMPOSSIBLE, f"{name} does not begin with an AWS account id")
    region = region or closest_region(head[-1])
    if not region:
        raise RegistryHostError(IMPOSSIBLE, f"{name} names no AWS region")
    dual_stack, fips = "dkr-ecr" in name, "-fips" in name
    likely = registry_name(account, region, dual_stack=dual_stack, fips=fips)
    raise RegistryHostError(IMPOSSIBLE, f"{name} is no form of an ECR host", likely)


def _account_in(label: str) -> str:
    """The account id in a host's first label, written with dashes or not; empty when none is."""
    digits = label.replace("-", "")
    return digits if is_account(digits) else ""


def _size_of_aws_tail(labels: list[str]) -> int:
    """How many of the last labels are AWS's domain, or a slip away from it; 0 when none are."""
    if len(labels) < _FEWEST_LABELS:
        return 0
    sizes = [suffix.count(".") + 1 for suffix in _suffixes() if _ends_so(labels, suffix)]
    if sizes:
        return max(sizes)
    for suffix in _suffixes():
        size = suffix.count(".") + 1
        if _is_near(".".join(labels[-size:]), suffix):
            return size
    if labels[-1] == "amazonaws":
        return 1
    size = next((i for i, label in enumerate(reversed(labels)) if label not in _AWS_WORDS), 0)
    # "com.cn" alone is anybody's: a word of Amazon's must be among them.
    named = {"aws", "amazonaws", "amazon", "amazonwebservices"}.intersection(labels[-size:])
    return size if size and named else 0


def _suffixes() -> list[str]:
    return sorted({s for p in PARTITIONS for s in p.suffixes}, key=len, reverse=True)


def _ends_so(labels: list[str], suffix: str) -> bool:
    return labels[-(suffix.count(".") + 1) :] == suffix.split(".")


def _is_near(tail: str, suffix: str) -> bool:
    """Whether a domain is a slip away; short suffixes are too near to everything."""
    if len(suffix) < len("amazonaws.eu"):
        return False
    return difflib.SequenceMatcher(None, tail, suffix).ratio() >= _NEAR_SUFFIX


def wrong_suffix(host: str, partition: Partition, region: str) -> str:
    """Why a well-formed host cannot exist: the parts belong to different registries."""
    if host != host.lower():
        return "docker looks registry hosts up exactly as written, and ECR's are lower case"
    form = ""
    if partition.dual_stack_suffix:
        form = (
            f": .dkr.ecr. hosts end in {partition.suffix}"
            f" and .dkr-ecr. hosts in {partition.dual_stack_suffix}"
        )
    return f"registries in {region} end in {' or '.join(partition.suffixes)}{form}"
