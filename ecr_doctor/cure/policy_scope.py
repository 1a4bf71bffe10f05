"""Which repositories an IAM policy is for: an image, a namespace, a whole registry, an ARN."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecr_doctor.errors import UsageError
from ecr_doctor.model import (
    InvalidReferenceError,
    RegistryHost,
    RegistryHostError,
    parse_reference,
    parse_registry,
)
from ecr_doctor.model.partition import partition_of
from ecr_doctor.model.registry_slips import registry_name

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):ecr:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):repository/(?P<name>.+)"
)
_STAND_IN = "a"
"""For `*` while the rules of image references are applied, which know no patterns."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Scope:
    """Repositories of one registry, in the order in which policies list them."""

    partition: str
    account: str = ""
    """Empty for ECR Public, whose repositories no IAM policy protects."""
    region: str = ""
    pattern: str = ""
    """A repository's name, or IAM's wildcard `*` among its characters; it spans slashes too."""

    @property
    def is_public(self) -> bool:
        """Whether it is about the public registry."""
        return not self.account

    @property
    def is_pattern(self) -> bool:
        """Whether it may fit several repositories."""
        return "*" in self.pattern

    @property
    def arn(self) -> str:
        """What stands under `Resource`; empty for ECR Public."""
        if self.is_public:
            return ""
        registry = f"arn:{self.partition}:ecr:{self.region}:{self.account}"
        return f"{registry}:repository/{self.pattern}"

    def covers(self, other: Scope) -> bool:
        """Whether every repository of the other one is among these."""
        same = (self.account, self.region) == (other.account, other.region)
        return same and _fits(self.pattern, other.pattern)


def parse_scope(text: str) -> Scope:
    """Read an image, `HOST/NAMESPACE/*`, `HOST/*` or a repository's ARN. Tags are left out.

    Raises:
        UsageError: it names no ECR registry that can exist; the hint has the likely right one.

    """
    if text.startswith("arn:"):
        return _of_arn(text)
    _refuse_bare_registry(text)
    try:
        reference = parse_reference(text.replace("*", _STAND_IN))
    except InvalidReferenceError as error:
        hint = _better(text, error.hint) if text else "Write it as HOST/REPOSITORY."
        raise UsageError(f"{text[:200] or 'IMAGE'}: {error}", hint) from error
    if reference.host_assumed:
        hint = f"Write the registry too: 123456789012.dkr.ecr.REGION.amazonaws.com/{text[:200]}"
        raise UsageError(f"{text[:200]} names no registry, so that it is Docker Hub's", hint)
    host, _, path = text.partition("/")
    if "*" in host:
        raise UsageError(f"{host[:200]}: a policy is for registries with an account and a region")
    registry = _registry(host, path)
    if registry.is_public:
        return Scope(partition=registry.partition)
    return Scope(
        partition=registry.partition,
        account=registry.account,
        region=registry.region,
        pattern=path[: len(reference.repository)],
    )


def merge_scopes(scopes: list[Scope]) -> tuple[Scope, ...]:
    """The scopes in order, each once, without those that a wider one covers.

    Raises:
        UsageError: they lie in several partitions, which no one policy can reach.

    """
    partitions = sorted({scope.partition for scope in scopes})
    if len(partitions) > 1:
        what = f"the images are in {' and '.join(partitions)}: a policy reaches one partition only"
        raise UsageError(what, "Ask for each partition by itself.")
    unique = sorted(set(scopes))
    return tuple(s for s in unique if not any(o is not s and o.covers(s) for o in unique))


def _refuse_bare_registry(text: str) -> None:
    host = text.rstrip("/")
    if "/" in host:
        return
    try:
        registry = parse_registry(host)
    except RegistryHostError as error:
        raise UsageError(f"{host[:200]}: {error}", _likely(error, "*")) from error
    if registry is not None:
        what = f"{host} is a registry and names no repository"
        raise UsageError(what, f"Write {host}/NAMESPACE/*, or {host}/* for all of them.")


def _better(text: str, hint: str) -> str:
    """What to write in place of a text that is no reference; empty where nobody can know."""
    host = text.partition("/")[0]
    if text.endswith("/"):
        return f"Write {text[:200]}* for all repositories below."
    if not hint or "*" in text:
        return ""
    return f"Write {hint}" if host in hint or "://" in text else f"Write {host}/{hint}"


def _registry(host: str, path: str) -> RegistryHost:
    try:
        registry = parse_registry(host)
    except RegistryHostError as error:
        raise UsageError(f"{host}: {error}", _likely(error, path)) from error
    if registry is None:
        what = f"{host} is not an Amazon ECR registry: IAM has no say in it"
        raise UsageError(what)
    return registry


def _likely(error: RegistryHostError, path: str) -> str:
    return f"Probably meant: {error.likely}/{path[:200]}" if error.likely else ""


def _of_arn(text: str) -> Scope:
    parts = _ARN.fullmatch(text)
    partition = partition_of(parts["region"]) if parts else None
    if parts is None or partition is None:
        hint = "It has the form arn:aws:ecr:REGION:ACCOUNT_ID:repository/NAME"
        raise UsageError(f"{text[:200]!r} is not the ARN of an ECR repository", hint)
    if partition.id != parts["partition"]:
        what = f"{parts['region']} belongs to the partition {partition.id}"
        hint = f"Probably meant: {text.replace(parts['partition'], partition.id, 1)[:300]}"
        raise UsageError(f"{text[:200]!r}: {what}", hint)
    return parse_scope(f"{registry_name(parts['account'], parts['region'])}/{parts['name']}")


def _fits(pattern: str, text: str) -> bool:
    """Match IAM's `*`, which stands for any characters; the text may be a narrower pattern."""
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(expression, text, re.DOTALL) is not None
