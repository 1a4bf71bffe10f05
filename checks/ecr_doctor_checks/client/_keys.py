"""Near misses: keys that were meant for a registry and do not serve it."""

from __future__ import annotations

import difflib
import fnmatch
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ecr_doctor.model import RegistryHostError, parse_registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.model import RegistryHost, Target

_NEAR = 0.93
"""Ratio of difflib; one or two wrong letters in a host of fifty."""


class Miss(StrEnum):
    """How a key misses the registry; the most telling first."""

    SPELLING = "the same host, spelled otherwise"
    DUAL_STACK = "the other form (dual-stack or classic) of the same registry"
    WILDCARD = "a wildcard"
    DOMAIN = "a domain above it"
    SLIP = "a slip of the pen"
    OTHER_REGION = "the same account in another region"
    OTHER_ACCOUNT = "another account"


_ORDER = list(Miss)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A key and how it misses."""

    key: str
    miss: Miss
    why: str


def near_misses(keys: Iterable[str], target: Target) -> tuple[NearMiss, ...]:
    """The keys that have to do with the target's registry, the most telling first."""
    found = [miss for key in keys if (miss := _judge(key, target)) is not None]
    return tuple(sorted(found, key=lambda miss: _ORDER.index(miss.miss)))


def _judge(key: str, target: Target) -> NearMiss | None:
    bare = _bare(key)
    if bare == target.host.lower() and key != target.host:
        return NearMiss(key, Miss.SPELLING, _difference(key))
    if "*" in key or "?" in key:
        return _wildcard(key, bare, target)
    if bare and target.host.endswith(f".{bare}"):
        return NearMiss(key, Miss.DOMAIN, "a domain serves no hosts below it")
    related = _related(key, bare, target)
    if related is not None:
        return related
    if difflib.SequenceMatcher(None, bare, target.host).ratio() > _NEAR and bare != target.host:
        return NearMiss(key, Miss.SLIP, "nearly the registry's name")
    return None


def _wildcard(key: str, bare: str, target: Target) -> NearMiss | None:
    if fnmatch.fnmatchcase(target.host, bare) or "ecr" in bare:
        return NearMiss(key, Miss.WILDCARD, "docker knows no wildcards")
    return None


def _related(key: str, bare: str, target: Target) -> NearMiss | None:
    other = _registry(bare)
    ours = target.registry
    if other is None or ours is None or other.is_public or ours.is_public:
        return None
    if other.account != ours.account:
        return NearMiss(key, Miss.OTHER_ACCOUNT, f"account {other.account}")
    if other.region != ours.region:
        return NearMiss(key, Miss.OTHER_REGION, f"region {other.region}")
    if other.dual_stack != ours.dual_stack:
        form = "dual-stack" if other.dual_stack else "classic"
        return NearMiss(key, Miss.DUAL_STACK, f"the {form} name of the same registry")
    if other.fips != ours.fips:
        return NearMiss(key, Miss.SPELLING, "the name with or without -fips")
    return None


def _registry(host: str) -> RegistryHost | None:
    try:
        return parse_registry(host)
    except RegistryHostError:
        return None


def _bare(key: str) -> str:
    """The host that whoever wrote the key had in mind."""
    rest = key.strip().lower().rpartition("://")[2]
    host = rest.partition("/")[0].rpartition("@")[2]
    return host.removesuffix(":443")


def _difference(key: str) -> str:
    if key != key.strip():
        return "white space around it"
    if "://" in key:
        return "a scheme before it"
    if "@" in key:
        return "a user name before it"
    if "/" in key:
        return "a path after it"
    if ":" in key:
        return "a port after it"
    return "other letter case"
