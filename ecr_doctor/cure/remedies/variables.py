"""A variable of the calling shell stands in the way. No program can change its parent's shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.cure.step import COMMAND, Remedy, Step

if TYPE_CHECKING:
    from ecr_doctor.cure.case import Ailment, Case

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_VARIABLES = {
    "docker-auth-config-shadows": ("DOCKER_AUTH_CONFIG",),
    "aws-env-shadows-profile": _KEYS,
    "aws-env-incomplete": _KEYS,
    "ca-bundle-missing": ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"),
    "endpoint-url-override": (
        "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_ECR_PUBLIC",
    ),
    "fips-endpoint-missing": ("AWS_USE_FIPS_ENDPOINT",),
    "aws-profile-missing": ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
}  # fmt: skip


def propose(case: Case, ailment: Ailment) -> Step:
    """Name the variables of the cause that are set."""
    names = tuple(name for name in _VARIABLES[ailment.cause] if case.env.get(name))
    if not names:
        return Step(ailment)
    words = "Only your shell can do this; set them right, or remove them:"
    return Step(ailment, say=(words, f"{COMMAND}unset {' '.join(names)}"), unset=names)


REMEDY = Remedy(frozenset(_VARIABLES), propose)
