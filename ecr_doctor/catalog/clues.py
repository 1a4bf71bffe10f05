"""What a text tells beside its error: the program, the place it runs, the kind of registry."""

from __future__ import annotations

import re
from typing import Final

from ecr_doctor.model.partition import partition_of

from .clue_words import CLUES

ECR: Final = re.compile(
    r"\.dkr[.-]ecr|public\.ecr\.aws|ecr-public|(?<![a-z0-9])ecr(?![a-z0-9])|(?<![a-z0-9])ecr:"
    r"|amazonec2containerregistry|getauthorizationtoken|starport-layer-bucket|ecr-login"
    r"|amazon elastic container registry|cannotpullecr|elasticcontainerregistry"
    r"|(?<![a-z0-9])ecr[_-]|<?_?ecr_"
    # errors that no other service has
    r"|repositorynotfoundexception|imagenotfoundexception|layersnotfoundexception"
    # what Lambda says of images, which it takes from nowhere else
    r"|image repository must be in|provide a valid source image|access the ecr image"
    # operations that no other service has
    r"|batchgetimage|getdownloadurlforlayer|batchchecklayeravailability|batchimportupstreamimage"
)
"""Whatever can only be about Amazon ECR."""

_HOST: Final = re.compile(
    r"(?:(?:(?<![a-z0-9_])(?P<account>\d{1,20})|[a-z_>])\.dkr[.-]ecr(?:-fips)?"
    r"|(?<![a-z0-9.-])(?:api\.)?ecr(?!\.(?:amazon)?aws))"
    r"\.(?P<region>[a-z0-9-]{1,40})\."
    r"(?:(?P<domain>amazonaws\.com\.cn|amazonaws\.com|amazonaws\.eu)(?![a-z0-9]))?"
)
_ACCOUNT_DIGITS: Final = 12
_REGISTRY: Final = r"(?P<host>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]{4,30}\.[a-z0-9.-]{4,40})"
_LOGIN: Final = (
    r"(?: login (?!succeeded)[^|;&]{1,120}? |logging in(?:to|\.\.\.)?[^|;&/]{0,20} "
    r"|authenticating (?:with |to )?)(?:https?://)?" + _REGISTRY
)
_ASKED: Final = _REGISTRY + r"/(?:v2/)?[a-z0-9]"
_LOGIN_REGION: Final = (
    r"get-login(?:-password)?[^|;&]{0,80}? "
    r"--region[ =](?P<region>[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d)"
)
COMPUTED: Final = (
    "odd-region", "odd-domain", "odd-account", "related", "ecr", "login-elsewhere", "login-same",
    "pull-through",
)  # fmt: skip
"""Clues that no fixed text shows: an impossible region, a domain that is not the region's, an
account id that is not 12 digits, that the text has to do with images or AWS at all, that it names
Amazon ECR, that the login in it is for another registry or region than the pull, or for the very
same, and a repository whose name is that of a cached one (some are fixed texts too)."""
_CACHED: Final = r"\.(?:com|cn|eu)/[\w./-]{0,100}library/"

_CONTAINERS: Final = re.compile(
    r"docker|containerd|podman|skopeo|buildah|buildkit|kaniko|kubelet|imagepull|cannotpull"
    r"|/v2/|getimageblob|ctr:|no basic auth|pull image|pull access|push access|manifest"
    r"|failed to solve|pod sandbox|aws|ecs|(?<![a-z])image(?![a-z])|register layer|starport"
    r"|httpreadseeker|(?:storing|saving|getting) credentials|instance metadata service"
    r"|toomanyrequests|non tty device|the repository with name|imagelayer"
    # the words of Go's network library and of AWS's errors, as people paste them alone
    r"|dial tcp|x509:|i/o timeout|net/http|context deadline|proxyconnect|no space left on device"
    r"|no such host|read-only file system|exec format error|invalid reference format"
    r"|signatureexception|expiredtoken|security token|accessdenied|is not authorized to perform"
    r"|credential|pull qps|platform|media type|hosts\.toml|rate exceeded|data limit exceeded"
    r"|unauthorized: authentication required"
)


def find_clues(flat: str) -> frozenset[str]:
    """The names of all clues in a text (see `catalog.text` for its form)."""
    named = {name for name, texts in CLUES.items() if any(t in flat for t in texts)}
    named |= _compare_hosts(flat)
    if "login" in flat or "logging in" in flat:
        named |= _compare_logins(flat)
    if "library/" in flat and re.search(_CACHED, flat):
        named.add("pull-through")
    if ECR.search(flat):
        named |= {"ecr", "related"}
    elif _CONTAINERS.search(flat):
        named.add("related")
    return frozenset(named)


def _compare_hosts(flat: str) -> set[str]:
    """What cannot be right about the names of registries and of ECR's API."""
    named = set()
    for match in _HOST.finditer(flat):
        if _is_odd(match["region"]):
            named.add("odd-region")
        elif match["domain"] and not _belong(match["region"], match["domain"]):
            named.add("odd-domain")
        if match["account"] and len(match["account"]) != _ACCOUNT_DIGITS:
            named.add("odd-account")
    return named


def _is_odd(region: str) -> bool:
    """Whether no region can be called so; `xxx` is how people hide theirs."""
    return region.isascii() and "xx" not in region and partition_of(region) is None


def _belong(region: str, domain: str) -> bool:
    """Whether a region's names are in this domain: in China they end in `.cn`."""
    partition = partition_of(region)
    return partition is None or domain in partition.suffixes


def _compare_logins(flat: str) -> set[str]:
    """Whether a login command names the ECR registry, and the region, that the pull does."""
    logins = {m["host"] for m in re.finditer(_LOGIN, flat)}
    asked = {m["host"] for m in re.finditer(_ASKED, flat)}
    if logins and asked:
        return {"login-elsewhere" if asked - logins else "login-same"}
    regions = {m["region"] for m in re.finditer(_LOGIN_REGION, flat)}
    hosts = {host.split(".")[3] for host in asked if host.count(".") > 4}  # noqa: PLR2004
    return {"login-elsewhere"} if regions and hosts and not hosts & regions else set()
