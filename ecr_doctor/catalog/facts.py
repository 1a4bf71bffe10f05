"""What can be read from a text whatever the cause: registry, account, region, image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ecr_doctor.model import RegistryHostError, parse_registry

if TYPE_CHECKING:
    from ecr_doctor.model import Target

_PRIVATE: Final = re.compile(
    r"(?<![A-Za-z0-9])(?P<host>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{4,30}\.[a-z0-9.-]{4,40})"
    r"(?:/(?:v2/)?(?P<path>[a-z0-9][a-z0-9._/-]{0,200}))?(?::(?P<tag>[\w][\w.-]{0,127}))?"
)
_PUBLIC: Final = re.compile(
    r"(?P<host>public\.ecr\.aws)(?:/(?:v2/)?(?P<path>[a-z0-9][a-z0-9._/-]{0,200}))?(?::(?P<tag>[\w][\w.-]{0,127}))?"
)
_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]{0,12}):ecr:(?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d):(?P<account>\d{12}):repository/(?P<repository>[a-z0-9._/-]{1,255})"
)
_API: Final = re.compile(
    r"(?:api\.)?ecr\.(?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d)\.amazonaws"
)


def find_facts(text: str, target: Target | None = None) -> dict[str, str]:
    """The facts that fill the templates of fixes; those of the target win over the text's."""
    facts: dict[str, str] = {}
    if found := _API.search(text):
        facts["region"] = found["region"]
    if found := _ARN.search(text):
        facts |= found.groupdict()
    if found := _PRIVATE.search(text) or _PUBLIC.search(text):
        facts |= _image(found["host"], found["path"] or "", found["tag"] or "")
    if target is not None and target.host:
        facts |= {name: value for name, value in _of_target(target).items() if value}
    return _arns(facts)


def _image(host: str, path: str, tag: str) -> dict[str, str]:
    try:
        registry = parse_registry(host.rstrip("."))
    except RegistryHostError:
        return {}
    if registry is None:
        return {}
    repository, found, selector = path.partition("/manifests/")
    if not found:
        repository, _, _ = path.partition("/blobs/")
    facts = {
        "host": registry.name,
        "account": registry.account,
        "region": registry.region,
        "partition": registry.partition,
        "repository": repository.rstrip("/.:"),
        "selector": selector or tag,
    }
    facts = {name: value for name, value in facts.items() if value}
    if repository:
        facts["image"] = f"{registry.name}/{facts['repository']}:{selector or tag or 'latest'}"
    return facts


def _of_target(target: Target) -> dict[str, str]:
    return {
        "host": target.host,
        "account": target.account,
        "region": target.region,
        "partition": target.partition,
        "repository": target.repository,
        "selector": target.selector,
        "image": target.image,
    }


def _arns(facts: dict[str, str]) -> dict[str, str]:
    if {"account", "region"} <= facts.keys():
        partition = facts.setdefault("partition", "aws")
        start = f"arn:{partition}:ecr:{facts['region']}:{facts['account']}:repository/"
        facts["registry_arn"] = f"{start}*"
        if "repository" in facts:
            facts["arn"] = start + facts["repository"]
    return facts
