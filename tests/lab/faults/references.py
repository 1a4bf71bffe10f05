"""Image references with a slip, and those that only look like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault, nothing

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_ACCOUNT = names.ACCOUNT


def _key_with_port(lab: Lab) -> None:
    lab.user.write_config({"credHelpers": {f"{_HOST}:443": "ecr-login"}})


def _slip(name: str, image: str, *accept: str, summary: str = "") -> Fault:
    return Fault(
        f"image-{name}", "image", summary or f"the image is {image}", nothing, accept, image=image
    )


_IMPOSSIBLE = ("registry-host-impossible", "dns-failure", "registry-prefix-missing")
_INVALID = "image-reference-invalid"

FAULTS = (
    _slip("with-scheme", f"https://{_HOST}/team/app:latest", _INVALID),
    _slip("trailing-slash", f"{_HOST}/team/app/", _INVALID),
    _slip("trailing-colon", f"{_HOST}/team/app:", _INVALID),
    _slip("two-tags", f"{_HOST}/team/app:v1:v2", _INVALID),
    _slip("short-digest", f"{_HOST}/team/app@sha256:abc", _INVALID),
    _slip("upper-digest", f"{_HOST}/team/app@sha256:{'A' * 64}", _INVALID),
    _slip("empty", "", _INVALID),
    _slip("host-only", _HOST, _INVALID, "registry-prefix-missing", "repository-not-found"),
    _slip("space-before", f" {_HOST}/team/app", _INVALID),
    _slip("double-slash", f"{_HOST}//team/app", _INVALID),
    _slip("underscores", f"{_HOST}/team/___app", _INVALID),
    _slip("no-registry", "team/app:latest", "registry-prefix-missing"),
    _slip(
        "account-only",
        f"{_ACCOUNT}/team/app:latest",
        "registry-prefix-missing",
        "registry-host-impossible",
    ),
    _slip("no-dkr", f"{_ACCOUNT}.ecr.us-east-1.amazonaws.com/team/app", *_IMPOSSIBLE),
    _slip("dots-swapped", f"{_ACCOUNT}.ecr.dkr.us-east-1.amazonaws.com/team/app", *_IMPOSSIBLE),
    _slip("region-typo", f"{_ACCOUNT}.dkr.ecr.us-east1.amazonaws.com/team/app", *_IMPOSSIBLE),
    _slip("region-zone", f"{_ACCOUNT}.dkr.ecr.us-east-1a.amazonaws.com/team/app", *_IMPOSSIBLE),
    _slip("domain-typo", f"{_ACCOUNT}.dkr.ecr.us-east-1.amazonws.com/team/app", *_IMPOSSIBLE),
    _slip("domain-short", f"{_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.co/team/app", *_IMPOSSIBLE),
    _slip("no-region", f"{_ACCOUNT}.dkr.ecr.amazonaws.com/team/app", *_IMPOSSIBLE),
    _slip(
        "account-11",
        f"{_ACCOUNT[1:]}.dkr.ecr.us-east-1.amazonaws.com/team/app",
        "account-id-wrong",
        *_IMPOSSIBLE,
    ),
    _slip(
        "account-dashes",
        "1234-5678-9012.dkr.ecr.us-east-1.amazonaws.com/team/app",
        "account-id-wrong",
        *_IMPOSSIBLE,
    ),
    _slip("dual-stack-mixed", f"{_ACCOUNT}.dkr-ecr.us-east-1.amazonaws.com/team/app", *_IMPOSSIBLE),
    _slip(
        "cn-region-com",
        f"{_ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com/team/app",
        "registry-host-impossible",
        "partition-mismatch",
    ),
    _slip(
        "fips-nowhere",
        f"{_ACCOUNT}.dkr.ecr-fips.eu-west-1.amazonaws.com/team/app",
        "fips-endpoint-missing",
        "registry-host-impossible",
    ),
    _slip(
        "placeholder",
        "<account>.dkr.ecr.us-east-1.amazonaws.com/team/app:latest",
        _INVALID,
        "account-id-wrong",
    ),
    _slip("variable", "$ECR_REGISTRY/team/app:latest", _INVALID, "registry-prefix-missing"),
    Fault(
        "image-with-port",
        "docker-config",
        "the image's host has a port, the key has not",
        nothing,
        ("credhelpers-key-mismatch", "never-logged-in"),
        image=f"{_HOST}:443/team/app:latest",
        says="no basic auth credentials",
    ),
    Fault(
        "image-key-with-port",
        "none",
        "image and key have a port, as docker looks it up",
        _key_with_port,
        pull_works=True,
        image=f"{_HOST}:443/team/app:latest",
    ),
    Fault(
        "image-without-tag",
        "none",
        "no tag: docker asks for latest, which is there",
        nothing,
        pull_works=True,
        image=f"{_HOST}/team/app",
    ),
    Fault(
        "image-host-capitals",
        "image",
        "the host has capitals",
        nothing,
        (
            "credhelpers-key-mismatch",
            "never-logged-in",
            "image-reference-invalid",
            "registry-host-impossible",
        ),
        image=f"{_HOST.replace('dkr', 'DKR')}/team/app:latest",
    ),
)
