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
    # operations that no other service has
    r"|batchgetimage|getdownloadurlforlayer|batchchecklayeravailability|batchimportupstreamimage"
)
"""Whatever can only be about Amazon ECR."""

# Plain texts: translated only where a text is not about ECR.
HUB: Final = (
    r"(?<![a-z0-9.-])(?:registry-1\.|index\.|auth\.|hub\.|production\.cloudflare\.|registry\.)?"
    r"docker\.(?:io|com)(?![a-z0-9-]|/increase)"
)
_OTHERS: Final = (
    ("ghcr.io", "the GitHub container registry (ghcr.io)"),
    ("docker.pkg.github.com", "the GitHub package registry"),
    ("pkg.dev", "Google Artifact Registry"),
    ("gcr.io", "Google Container Registry (gcr.io)"),
    ("registry.k8s.io", "the Kubernetes registry (registry.k8s.io)"),
    ("azurecr.io", "Azure Container Registry"),
    ("mcr.microsoft.com", "the Microsoft container registry"),
    ("quay.io", "Quay (quay.io)"),
    ("registry.gitlab.com", "the GitLab container registry"),
    ("nvcr.io", "the NVIDIA registry (nvcr.io)"),
    ("registry.redhat.io", "the Red Hat registry"),
    ("jfrog.io", "a JFrog Artifactory registry"),
    ("icr.io", "IBM Cloud Container Registry"),
    ("ocir.io", "Oracle Cloud Infrastructure Registry"),
    ("registry.digitalocean.com", "the DigitalOcean registry"),
    ("cr.yandex", "Yandex Container Registry"),
    ("aliyuncs.com", "Alibaba Cloud Container Registry"),
    ("registry.npmjs.org", "the npm registry"),
    ("pypi.org", "PyPI"),
)
_SERVED: Final = (
    r"(?:https?://(?=[^/\s]{1,100}/v2/)|docker://|pull(?:ing)?(?: image)? '?"
    r"|image '|reference '|ref '?|exists in |reading manifest [^\s]{1,128} in )"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20}|localhost(?=:\d))(?::\d{2,5})?/"
)
_OUR_NETWORKS: Final = (
    "amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "on.aws", "ecr.aws", "cloudfront.net",
    "amazonwebservices.com.cn",
)  # fmt: skip
_HUB_SAYS: Final = (
    "requested access to the resource is denied", "you have reached your pull rate limit",
    "increase-rate-limit", "insufficient_scope", "manifest unknown: manifest unknown",
)  # fmt: skip
"""Sentences of Docker Hub that ECR never says."""
_OTHERS_SAY: Final = (
    "pull rate limit", "manifest is not known to the registry", "with the token provided",
    "authorization status: 401", "failed to fetch oauth token",
)  # fmt: skip
"""Sentences of registries that work with bearer tokens; ECR never says them either."""
_SERVICES: Final = {
    "ssm": "AWS Systems Manager",
    "asm": "AWS Secrets Manager",
    "secretsmanager": "AWS Secrets Manager",
    "sts": "AWS STS",
}
_OF_STS: Final = ("getcalleridentity", "assumerole", "assumerolewithwebidentity", "getsessiontoken")
_NO_HOST: Final = (
    r"pull access denied for (?P<name>[a-z0-9][a-z0-9._-]{0,100}(?:/[a-z0-9._-]{1,100})?),? "
    r"|manifest for [a-z0-9][a-z0-9_-]{0,100}(?:/[a-z0-9._-]{1,100})?:[\w.-]{1,128} not found"
    r"|docker://[a-z0-9_-]{1,100}(?::[\w.-]{1,128})?(?![\w./:-])"
)
"""A refused image without a registry: docker asked Docker Hub."""
_API: Final = (
    r"when calling the (?P<operation>[a-z]{3,60}) operation"
    r"|operation error (?P<service>[a-z0-9 ]{2,40}): "
    r"|https://(?P<host>[a-z0-9-]{2,30})\.(?:[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d\.)?amazonaws\.com"
    r"|unable to (?:retrieve secrets?|get registry auth) from (?P<store>ssm|asm)"
    r"|@aws-sdk/client-(?P<js>[a-z0-9-]{2,40})"
    r"|(?:awssdk\.services|com\.amazonaws\.services|amazon)\.(?P<sdk>(?!runtime)[a-z0-9]{2,40})\."
    r"|fetch secret arn:aws:(?P<arn>[a-z]{2,20}):"
)
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


def elsewhere(flat: str) -> str:
    """The registry or service that a text is about; empty where that is, or may be, Amazon ECR."""
    if ECR.search(flat):
        return ""
    return _served_by(flat) or _named_registry(flat) or _other_service(flat)


def _served_by(flat: str) -> str:
    """The registry whose address is in the text."""
    for match in re.finditer(_SERVED, flat):
        host = match["host"]
        if re.match(HUB, host):
            return "Docker Hub"
        if not any(host == ours or host.endswith(f".{ours}") for ours in _OUR_NETWORKS):
            return next((name for mark, name in _OTHERS if mark in host), f"the registry {host}")
    return ""


def _named_registry(flat: str) -> str:
    """The registry that the text names, or whose way of speaking it shows."""
    for mark, name in _OTHERS:
        if mark in flat:
            return name
    if (
        re.search(HUB, flat)
        or re.search(_NO_HOST, flat)
        or any(words in flat for words in _HUB_SAYS)
    ):
        return "Docker Hub"
    return "another registry than Amazon ECR" if any(w in flat for w in _OTHERS_SAY) else ""


def _other_service(flat: str) -> str:
    match = re.search(_API, flat)
    if match is None:
        return ""
    name = next(value for value in match.groups() if value)
    if match["operation"] in _OF_STS:
        return "AWS STS"
    return _SERVICES.get(name, f"another AWS service ({name})")
