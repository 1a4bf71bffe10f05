"""What can be read from a text whatever the cause: registry, account, region, image."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ecr_doctor.model.partition import PARTITIONS, closest_region, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.model import Target

_REST: Final = (
    r"(?::443)?"
    r"(?:/(?:v2/)?(?P<path>(?!v2/)[a-z0-9][a-z0-9._/-]{0,200})(?P<rest>[A-Z][\w.-]{0,127})?)?"
    r"(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_REGION: Final = r"(?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d)"
_PRIVATE: Final = (
    r"(?<![A-Za-z0-9])(?P<host>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{4,30}\.[a-z0-9.-]{4,40})"
) + _REST
_PUBLIC: Final = rf"(?P<host>public\.ecr\.aws){_REST}"
_MASKED: Final = (
    rf"(?P<account>(?<!\d)\d{{12}})?\.dkr[.-]ecr(?:-fips)?\.{_REGION}"
    rf"\.(?:amazonaws\.(?:com\.cn|com|eu)|on\.aws){_REST}"
)
"""A host whose account is hidden, or whose region does not exist."""
_ARN: Final = (
    rf"arn:(?P<partition>aws[a-z-]{{0,12}}):ecr:{_REGION}"
    r":(?P<account>\d{12}):repository/(?P<repository>[a-z0-9._/-]{1,255})"
)
_API: Final = rf"(?:api\.)?ecr\.{_REGION}\.amazonaws"
_LOOKED_AT: Final = 50
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def find_facts(text: str, target: Target | None = None) -> dict[str, str]:
    """The facts that fill the templates of fixes; those of the target win over the text's."""
    facts: dict[str, str] = {}
    if "ecr" not in text:
        return _of_known(target)
    if found := re.search(_API, text):
        facts |= real_region({"region": found["region"]})
    if found := re.search(_ARN, text):
        facts |= real_region(found.groupdict())
    for pattern in (_PRIVATE, _PUBLIC, _MASKED):
        if (found := _fullest(pattern, text)) and (image := _image(found)):
            facts |= image
            break
    return _arns(facts | _of_known(target))


def real_region(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts, with the region that was meant where the text has one that cannot exist."""
    region = parts.get("region", "")
    if not region or partition_of(region) is not None:
        return dict(parts)
    others = {name: value for name, value in parts.items() if name != "region"}
    meant = closest_region(region)
    return {**others, "region": meant} if meant else others


def _fullest(pattern: str, text: str) -> re.Match[str] | None:
    """The first place that has a repository too; a login names the host only."""
    places = list(islice(re.finditer(pattern, text), _LOOKED_AT))
    return next((place for place in places if place["path"]), places[0] if places else None)


def _image(found: re.Match[str]) -> dict[str, str]:
    where = _registry(found.groupdict())
    path = found["path"] or ""
    if not where or not path:
        return where
    tag = (found["tag"] or "").rstrip(".")  # of a sentence or of "...": no tag in an error ends so
    repository, is_url, selector = path.partition("/manifests/")
    if not is_url:
        repository, is_url, _ = path.partition("/blobs/")
    elif selector == "sha256":
        selector = f"sha256:{tag}" if _DIGEST.fullmatch(tag) else ""
    else:
        selector = f"{selector}{found['rest'] or ''}".rstrip(".")
    if not is_url:
        selector = found["digest"] or tag
    where["repository"] = repository.rstrip("/.:")
    if selector:
        where["selector"] = selector
    if "host" in where and (selector or not is_url):
        sign = "@" if selector.startswith("sha256:") else ":"
        where["image"] = f"{where['host']}/{where['repository']}{sign}{selector or 'latest'}"
    return where


def _registry(parts: Mapping[str, str | None]) -> dict[str, str]:
    from ecr_doctor.model import RegistryHostError, parse_registry  # noqa: PLC0415  for hosts only

    host = parts.get("host")
    if not host:
        known = {name: value for name in ("account", "region") if (value := parts.get(name))}
        partition = partition_of(real_region(known).get("region", ""))
        return real_region(known) | ({"partition": partition.id} if partition else {})
    try:
        registry = parse_registry(host.rstrip("."))
    except RegistryHostError:
        return {}
    if registry is None:
        return {}
    facts = {
        "host": registry.name,
        "account": registry.account,
        "region": registry.region,
        "partition": registry.partition,
    }
    return {name: value for name, value in facts.items() if value}


def _of_known(target: Target | None) -> dict[str, str]:
    if target is None or not target.host:
        return {}
    return _arns(target.facts())


def _arns(facts: dict[str, str]) -> dict[str, str]:
    if {"account", "region"} <= facts.keys():
        partition = facts.setdefault("partition", "aws")
        suffix = next((p.suffix for p in PARTITIONS if p.id == partition), "amazonaws.com")
        facts.setdefault("host", f"{facts['account']}.dkr.ecr.{facts['region']}.{suffix}")
        start = f"arn:{partition}:ecr:{facts['region']}:{facts['account']}:repository/"
        facts["registry_arn"] = f"{start}*"
        if "repository" in facts:
            facts["arn"] = start + facts["repository"]
    return facts
