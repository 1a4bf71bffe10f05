"""ECR Public, which needs no login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import Fault, Injection, nothing
from lab.home import auths
from lab.state import READ_ACTIONS, allow, policy

if TYPE_CHECKING:
    from lab.world import Lab
from lab.faults.places import PUBLIC


def _public_policy(*actions: str) -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write_config({"credHelpers": {names.PUBLIC_HOST: "ecr-login"}})
        documents = [policy(allow([*actions, *READ_ACTIONS, "ecr:GetAuthorizationToken"]))]
        lab.state["principals"][state.USER_ARN] = {"policies": documents}
        lab.save()

    return inject


def _public_login(*, expired: bool) -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write_config(auths(lab.token(expired=expired), names.PUBLIC_HOST))

    return inject


def _may_not_fetch(lab: Lab) -> None:
    lab.user.write_config({})
    lab.state["principals"][state.USER_ARN] = {"policies": [policy(allow(READ_ACTIONS))]}
    lab.save()


_BOTH = ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")


FAULTS = (
    Fault(
        "public-helper",
        "none",
        "ECR Public with the helper",
        _public_policy(*_BOTH),
        pull_works=True,
        image=PUBLIC,
    ),
    Fault(
        "public-login",
        "none",
        "ECR Public with a good login",
        _public_login(expired=False),
        pull_works=True,
        image=PUBLIC,
    ),
    Fault(
        "public-stale-login",
        "token",
        "ECR Public with a login that has expired",
        _public_login(expired=True),
        ("public-ecr-stale-login",),
        image=PUBLIC,
    ),
    Fault(
        "public-no-bearer",
        "none",
        "the helper may not fetch for ECR Public: anonymous works",
        _public_policy("ecr-public:GetAuthorizationToken"),
        pull_works=True,
        image=PUBLIC,
    ),
    Fault(
        "public-anonymous-no-token",
        "none",
        "ECR Public without a login, and keys that may not fetch a token",
        _may_not_fetch,
        pull_works=True,
        image=PUBLIC,
    ),
    Fault(
        "public-limited",
        "registry",
        "ECR Public throttles those without a login",
        lambda lab: lab.update(public={"limited": True}),
        ("public-ecr-rate-limit",),
        image=PUBLIC,
    ),
    Fault(
        "public-cdn-blocked",
        "network",
        "CloudFront is blocked",
        lambda lab: lab.update(dns={names.CDN_HOST: names.RESETTING}),
        ("public-ecr-layer-host-blocked", "connection-reset"),
        image=PUBLIC,
    ),
    Fault(
        "public-cdn-black-hole",
        "network",
        "packets to CloudFront vanish",
        lambda lab: lab.update(dns={names.CDN_HOST: names.BLACK_HOLE}),
        ("public-ecr-layer-host-blocked", "network-timeout"),
        image=PUBLIC,
        slow=True,
    ),
    Fault(
        "public-missing",
        "image",
        "ECR Public has no such repository",
        nothing,
        ("repository-not-found",),
        image=f"{names.PUBLIC_HOST}/team/ap:latest",
    ),
    Fault(
        "public-api-black-hole",
        "none",
        "packets to ECR Public's API vanish, nobody needs it",
        lambda lab: lab.update(dns={names.PUBLIC_API_HOST: names.BLACK_HOLE}),
        pull_works=True,
        image=PUBLIC,
    ),
    Fault(
        "public-dead-keys",
        "none",
        "ECR Public, and AWS keys that are deleted",
        lambda lab: lab.user.write_keys("AKIAGONEGONEGONEGONE", "x"),
        pull_works=True,
        image=PUBLIC,
    ),
)
