"""Which registry, service or server a text is about, where that is not Amazon ECR."""

from __future__ import annotations

import re
from typing import Final

from ecr_doctor.model.partition import PARTITIONS

from .clues import ECR

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
    ("artifactory", "a JFrog Artifactory registry"),
    ("client does not have permission for manifest", "a JFrog Artifactory registry"),
    ("icr.io", "IBM Cloud Container Registry"),
    ("ibmcloud cr", "IBM Cloud Container Registry"),
    ("ocir.io", "Oracle Cloud Infrastructure Registry"),
    ("registry.digitalocean.com", "the DigitalOcean registry"),
    ("cr.yandex", "Yandex Container Registry"),
    ("aliyuncs.com", "Alibaba Cloud Container Registry"),
    ("registry.npmjs.org", "the npm registry"),
    ("npm err!", "npm"),
    ("npm http ", "npm"),
    ("pypi.org", "PyPI"),
)
_SERVED: Final = (
    r"(?:https?://(?=[^/\s]{1,100}/v2/)|docker://|pu(?:ll|sh)(?:ing)?(?: image)? '?"
    r"|refers to (?:a )?repository \[|manifest for |image '|reference '|ref '?|exists in "
    r"|reading manifest [^\s]{1,128} in )"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20}|[a-z0-9-]{1,63}(?=:\d{2,5}/))(?::\d{2,5})?/"
)
_OUR_NETWORKS: Final = {
    *(suffix for partition in PARTITIONS for suffix in partition.suffixes),
    "api.aws",  # dual-stack endpoints of AWS's services
    "amazonwebservices.com.cn",
    "ecr.aws",
    "cloudfront.net",
    "awsapps.com",  # where a person signs in with SSO
}
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
_TWIN: Final = "to perform: codeartifact:getauthorizationtoken"
"""CodeArtifact's operation has the name of ECR's: only a denial tells whose it is."""
_OF_STS: Final = ("getcalleridentity", "assumerole", "assumerolewithwebidentity", "getsessiontoken")
_NO_HOST: Final = (
    r"pull access denied for (?P<name>[a-z0-9][a-z0-9._-]{0,100}(?:/[a-z0-9._-]{1,100})?),? "
    r"|manifest for [a-z0-9][a-z0-9_-]{0,100}(?:/[a-z0-9._-]{1,100})?:[\w.-]{1,128} not found"
    r"|docker://[a-z0-9_-]{1,100}(?::[\w.-]{1,128})?(?![\w./:-])"
)
"""A refused image without a registry: docker asked Docker Hub."""
_SHORT: Final = (
    r"(?:docker (?:image )?pull|unable to find image) '?"
    r"[a-z0-9_-]{1,100}/[a-z0-9_-]{1,100}(?![\w./-])"
)
"""An image without a registry: docker asks Docker Hub, which never wants basic credentials."""
_API: Final = (
    r"when calling the (?P<operation>[a-z]{3,60}) operation"
    r"|operation error (?P<service>(?!ec2imds:|sso:|sso oidc:)[a-z0-9 ]{2,40}): "
    r"|https://(?P<host>[a-z0-9-]{2,30})\.(?:[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d\.)?amazonaws\.com"
    r"|unable to (?:retrieve secrets?|get registry auth) from (?P<store>ssm|asm)"
    r"|@aws-sdk/client-(?P<js>[a-z0-9-]{2,40})"
    r"|(?:awssdk\.services|com\.amazonaws\.services|amazon)\.(?P<sdk>(?!runtime)[a-z0-9]{2,40})\."
    r"|fetch secret arn:aws:(?P<arn>[a-z]{2,20}):"
    r"|authorized to perform: (?P<denied>(?!(?:ecr|ecr-public|sts|s3|kms):)[a-z0-9-]{2,30}):"
    r"|https://(?:[a-z0-9-]{1,63}\.){1,4}(?P<named>eks|execute-api|rds)\.amazonaws\.com"
)
_REQUEST: Final = (
    r"(?<![a-z])(?:get|head|post|put|patch) (?:request to )?'?https?://"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20})(?::\d{1,5})?[/':?]"
)
"""The address of a request that failed, as Go's net/http tells it."""
_DIALLED: Final = (
    r"(?:dial|read|write) tcp (?:[^\s]{1,100}->)?[a-z0-9_.\[\]:-]{0,253}:(?P<port>\d{1,5}): "
)
_PORTS: Final = ("443", "80", "53", "2375", "2376", "4566", "5000")
"""Where a registry, AWS, its look-alike, a name server or docker may listen."""


def elsewhere(flat: str) -> str:
    """The registry or service that a text is about; empty where that is, or may be, Amazon ECR."""
    if _TWIN in flat and ".dkr.ecr" not in flat:
        return "AWS CodeArtifact"
    if ECR.search(flat):
        return ""
    return _served_by(flat) or _named_registry(flat) or _other_service(flat) or _other_server(flat)


def _served_by(flat: str) -> str:
    """The registry whose address is in the text."""
    for match in re.finditer(_SERVED, flat):
        host = match["host"]
        if re.match(HUB, host):
            return "Docker Hub"
        if not _is_ours(host):
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
        or ("basic auth" not in flat and re.search(_SHORT, flat))
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


def _other_server(flat: str) -> str:
    """The server that did not answer, where its name or its port says that it is no registry."""
    for match in re.finditer(_REQUEST, flat):
        if not _is_ours(match["host"]):
            return f"the server {match['host']}"
    ports = [match["port"] for match in re.finditer(_DIALLED, flat)]
    if ports and "proxyconnect" not in flat and not any(port in _PORTS for port in ports):
        return f"a server on port {ports[0]}"
    return ""


def _is_ours(host: str) -> bool:
    """Whether ECR, or what it needs, may be at this name."""
    return any(host == ours or host.endswith(f".{ours}") for ours in _OUR_NETWORKS)
