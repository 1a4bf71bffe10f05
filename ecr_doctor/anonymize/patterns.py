"""The shapes of what identifies somebody, and what has one of these shapes but is everybody's."""

from __future__ import annotations

import re
from typing import Final

COMMON: Final = frozenset(
    """
    admin administrator alpine api app apps application auth aws aws-cli backend base build builder
    cache ci client cluster config containers credentials daemon data db default deploy deployer dev
    developer development docker ec2-user ecr ecs eks engine error example fail files frontend get
    git gitlab-runner group guest helper home host http https image images internal java jenkins
    key keys latest library linux local localhost login main manifest master me my name network
    nginx nobody node none ops opt pass password platform postgres private prod production profile
    proxy public pull push python redis registry release repo repository role root run runner s3
    secret server service session shared snap sso staging stage sts sudo system team temp test
    testing tests tls token tmp tool tools ubuntu unknown user usr vagrant var web worker www
    """.split()  # noqa: SIM905  a page of words reads best as a page
)
"""Words that are not replaced where they stand alone: a report without them says nothing."""

_TLDS: Final = (
    "com net org io dev cloud corp local localdomain internal intranet lan private home example "
    "invalid test biz info tech int gov edu mil eu us uk ca au de fr nl it es pt ch at be se no dk "
    "fi pl cz ie nz sg hk tw jp kr cn in br mx za il tr ru ua"
).replace(" ", "|")
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"

KEEP: Final = (
    r"(?:sha256:)?(?<![0-9a-f])(?:[0-9a-f]{32,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
    r"(?![0-9a-f])"
)
"""Digests and request ids: they say nothing of who asked, and support needs them."""
ARN: Final = r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(?:\d{12}|aws)?:[^\s\"'`<>,;\\(){}\[\]]*[\w*/]"
HOME: Final = r"(?<![\w.\\/-])[\\/]{1,4}(?:home|users)[\\/]{1,4}\w(?:[\w.@$-]*[\w$-])?"
EMAIL: Final = rf"(?<![\w.+-])[\w.+-]{{1,64}}@(?:{_LABEL}\.)+[a-z]{{2,}}(?![\w-])"
HOST: Final = rf"(?<![\w.-])(?:{_LABEL}\.)+(?:{_TLDS})(?![\w-])(?!\.[a-z0-9])"
RESOURCE: Final = (
    r"(?<![\w-])(?:vpce|vpce-svc|vpc|i|subnet|eni|sg|rtb|igw|nat|o|ou|r)-"
    r"(?:[0-9a-f]{17}|[0-9a-f]{8})(?![0-9a-z])"
)
IPV4: Final = r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-])(?!\.\d)"
IPV6: Final = r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])"
ACCOUNT: Final = r"(?:(?<![0-9a-z])|(?<=%3a))(?:\d{12}|\d{4}-\d{4}-\d{4})(?![0-9a-z])"
KEY_ID: Final = r"(?<![\w-])A(?:KIA|SIA|ROA|IDA|GPA|NPA|IPA)[A-Z0-9]{4,}(?:\.{3}[A-Z0-9]{4})?"

URL_HOST: Final = re.compile(
    r"(?<![a-z0-9+.-])(?!file:|unix:|npipe:|fd:)[a-z][a-z0-9+.-]{0,20}://(?:[^\s/@\"']{0,300}@)?([a-z0-9][\w.-]*\w)",
    re.IGNORECASE,
)
URL_USER: Final = re.compile(r"://([^\s/@:\"']{1,100})(?::[^\s/@\"']{0,300})?@")
LOOKUP: Final = re.compile(r"\blookup ([a-z0-9][\w.-]*\w)(?= on |:|$)", re.IGNORECASE)
"""What Go's resolver says: net/dnsclient.go, `lookup NAME on SERVER: no such host`."""
KERNEL: Final = re.compile(r"\bLinux (\d+\.\d+[\w.+~-]*\w)")
"""What `uname -sr` prints."""
REGISTRY_PATH: Final = re.compile(
    r"\d{12}\.dkr[.-]ecr[\w.-]*?(?::\d+)?/(?:v2/)?([a-z0-9][a-z0-9._/-]*[a-z0-9])", re.IGNORECASE
)

_PUBLIC: Final = (
    "amazon.com", "amazonaws.com", "amazonaws.com.cn", "aws.dev", "cloudfront.net", "docker.com",
    "docker.io", "docker.internal", "gcr.io", "ghcr.io", "github.com", "githubusercontent.com",
    "kubernetes.io", "k8s.io", "mcr.microsoft.com", "microsoft.com", "public.ecr.aws", "pypi.org",
    "python.org", "quay.io", "registry.k8s.io", "ubuntu.com", "debian.org", "cluster.local",
)  # fmt: skip
"""Hosts that everybody asks."""
_STAND_IN: Final = re.compile(r"host-[0-9a-f]{6}\.example")
KNOWN_ADDRESSES: Final = frozenset({"10.0.0.0", "172.16.0.0", "192.168.0.0", "255.255.255.255"})


def is_public(host: str) -> bool:
    """Whether a host's name says nothing of who asks it."""
    host = host.lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost") or _STAND_IN.fullmatch(host):
        return True
    return any(host == name or host.endswith(f".{name}") for name in _PUBLIC)


def is_aws(host: str) -> bool:
    """Whether it is an endpoint of AWS, in whose name some labels may be somebody's."""
    return host.lower().rstrip(".").endswith(("amazonaws.com", "amazonaws.com.cn"))
