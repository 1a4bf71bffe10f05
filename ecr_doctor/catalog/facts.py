"""What can be read from a text whatever the cause: registry, account, region, image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ecr_doctor.model.partition import PARTITIONS

if TYPE_CHECKING:
    from ecr_doctor.model import Target

_PRIVATE: Final = (
    r"(?<![A-Za-z0-9])(?P<host>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{4,30}\.[a-z0-9.-]{4,40})"
    r"(?:/(?:v2/)?(?P<path>[a-z0-9][a-z0-9._/-]{0,200}))?(?::(?P<tag>[\w][\w.-]{0,127}))?"
)
_PUBLIC: Final = (
    r"(?P<host>public\.ecr\.aws)(?:/(?:v2/)?(?P<path>[a-z0-9][a-z0-9._/-]{0,200}))?"
    r"(?::(?P<tag>[\w][\w.-]{0,127}))?"
)
_ARN: Final = (
    r"arn:(?P<partition>aws[a-z-]{0,12}):ecr:(?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d)"
    r":(?P<account>\d{12}):repository/(?P<repository>[a-z0-9._/-]{1,255})"
)
_API: Final = r"(?:api\.)?ecr\.(?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d)\.amazonaws"


def find_facts(text: str, target: Target | None = None) -> dict[str, str]:
    """The facts that fill the templates of fixes; those of the target win over the text's."""
    facts: dict[str, str] = {}
    if "ecr" not in text:
        return _of_known(target)
    if found := re.search(_API, text):
        facts["region"] = found["region"]
    if found := re.search(_ARN, text):
        facts |= found.groupdict()
    if found := re.search(_PRIVATE, text) or re.search(_PUBLIC, text):
        facts |= _image(found["host"], found["path"] or "", found["tag"] or "")
    return _arns(facts | _of_known(target))


def _image(host: str, path: str, tag: str) -> dict[str, str]:
    from ecr_doctor.model import RegistryHostError, parse_registry  # noqa: PLC0415  for hosts only

    try:
        registry = parse_registry(host.rstrip("."))
    except RegistryHostError:
        return {}
    if registry is None:
        return {}
    tag = tag.rstrip(".")  # of a sentence or of "...": no tag in an error ends so
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


def _of_known(target: Target | None) -> dict[str, str]:
    if target is None or not target.host:
        return {}
    return _arns({name: value for name, value in _of_target(target).items() if value})


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
        suffix = next((p.suffix for p in PARTITIONS if p.id == partition), "amazonaws.com")
        facts.setdefault("host", f"{facts['account']}.dkr.ecr.{facts['region']}.{suffix}")
        start = f"arn:{partition}:ecr:{facts['region']}:{facts['account']}:repository/"
        facts["registry_arn"] = f"{start}*"
        if "repository" in facts:
            facts["arn"] = start + facts["repository"]
    return facts
