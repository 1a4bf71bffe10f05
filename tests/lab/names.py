"""The names and addresses of the laboratory's cloud: which host is which service, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGION = "us-east-1"
OTHER_REGION = "eu-west-1"
REGIONS = (REGION, OTHER_REGION)

HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
OTHER_REGION_HOST = f"{ACCOUNT}.dkr.ecr.{OTHER_REGION}.amazonaws.com"
OTHER_ACCOUNT_HOST = f"{OTHER_ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
DUAL_STACK_HOST = f"{ACCOUNT}.dkr-ecr.{REGION}.on.aws"
API_HOST = f"api.ecr.{REGION}.amazonaws.com"
STS_HOST = f"sts.{REGION}.amazonaws.com"
S3_HOST = f"prod-{REGION}-starport-layer-bucket.s3.{REGION}.amazonaws.com"
IMAGE = f"{HOST}/team/app:latest"

# Not 127.x: dockerd treats registries in 127.0.0.0/8 as insecure and skips TLS.
NAME_SERVER = "10.77.0.53"
PROXY = "10.77.0.80"
INTERCEPTOR = "10.77.0.81"  # the cloud behind certificates of the corporate CA
OLD_TLS = "10.77.0.82"  # the cloud, which speaks TLS 1.1 and no newer version
MUTUAL_TLS = "10.77.0.83"  # the cloud, which wants a certificate of its client
PLAIN = "10.77.0.84"  # the cloud on port 443 without TLS
MUTE = "10.77.0.94"  # accepts, reads the greeting, and never answers it
ALERTING = "10.77.0.95"  # accepts, reads the greeting, answers with a TLS alert
CLOSING = "10.77.0.96"  # accepts, reads the greeting, ends the connection in good order
RESETTING = "10.77.0.97"  # accepts, reads the greeting, resets the connection
BLACK_HOLE = "10.77.0.98"  # packets vanish
FAR_BLACK_HOLE = "52.94.228.98"  # the same at a public address
REFUSING = "10.77.0.99"  # nothing listens

_LAST_BYTE = {
    "registry": 10,
    "api": 20,
    "sts": 30,
    "s3": 40,
    "iam": 60,
    "public": 64,
    "public-api": 68,
    "cdn": 72,
    "ec2": 76,
}
PUBLIC_HOST = "public.ecr.aws"
PUBLIC_API_HOST = "api.ecr-public.us-east-1.amazonaws.com"
CDN_HOST = "d2glxqk2uabbnd.cloudfront.net"
_PATTERNS = (
    (
        "registry",
        re.compile(
            r"(?P<account>\d{12})\.dkr[.-]ecr(?P<fips>-fips)?\.(?P<region>[a-z0-9-]+)\.\w+\.\w+"
        ),
    ),
    (
        "api",
        re.compile(
            r"(?:api\.)?ecr(?P<fips>-fips)?\.(?P<region>[a-z]+-[a-z0-9-]+)\."
            r"(?:amazonaws\.com|api\.aws)"
        ),
    ),
    ("sts", re.compile(r"sts(?:\.(?P<region>[a-z]+-[a-z0-9-]+))?\.amazonaws\.com")),
    (
        "s3",
        re.compile(r"prod-(?P<region>.+)-starport-layer-bucket\.s3\.(?P=region)\.amazonaws\.com"),
    ),
    ("iam", re.compile(r"iam\.amazonaws\.com")),
    ("ec2", re.compile(r"ec2\.(?P<region>[a-z]+-[a-z0-9-]+)\.amazonaws\.com")),
    ("public", re.compile(re.escape(PUBLIC_HOST))),
    ("public-api", re.compile(re.escape(PUBLIC_API_HOST))),
    ("cdn", re.compile(re.escape(CDN_HOST))),
)


@dataclass(frozen=True)
class Site:
    """What a host name stands for."""

    service: str
    region: str
    account: str
    fips: bool = False


def site(host: str) -> Site | None:
    """Return what `host` stands for; None where the laboratory's cloud has no such host."""
    for service, pattern in _PATTERNS:
        match = pattern.fullmatch(host.lower())
        if match:
            groups = match.groupdict()
            region = groups.get("region") or REGION
            if region in REGIONS:
                account = groups.get("account") or ACCOUNT
                return Site(service, region, account, bool(groups.get("fips")))
    return None


def address(host: str) -> str | None:
    """Return the address of a host: one for each service, region and account.

    FIPS hosts have none, as in most regions; a fault may give them one.
    """
    found = site(host)
    if found is None or found.fips:
        return None
    last = _LAST_BYTE[found.service] + REGIONS.index(found.region)
    return f"10.77.0.{last + 2 * (found.account != ACCOUNT)}"


def served_addresses() -> list[str]:
    """Return every address on which the TLS front listens."""
    return [f"10.77.0.{base + offset}" for base in _LAST_BYTE.values() for offset in range(4)]


def far(address: str) -> str:
    """Return the relay before an address, through which everything takes longer."""
    return address.replace("10.77.0.", "10.77.1.")


def six(address: str) -> str:
    """Return the IPv6 address of what serves an IPv4 address."""
    return address.replace("10.77.0.", "fd77::")


def all_addresses() -> list[str]:
    """Return every address the network namespace owns."""
    entrances = [INTERCEPTOR, OLD_TLS, MUTUAL_TLS, PLAIN]
    special = [NAME_SERVER, PROXY, MUTE, ALERTING, CLOSING, RESETTING, BLACK_HOLE, REFUSING]
    served = served_addresses()
    return [*served, *map(far, served), *entrances, *special, FAR_BLACK_HOLE]
