"""Faults of the image: its name, its repository, its platform, its layers; and of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault, Injection, nothing

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_TOO_MANY = '{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}'


def _corrupt(lab: Lab) -> None:
    lab.update(corrupt=lab.layers("team/corrupt"))


def _registry(**rule: object) -> Injection:
    """Return an injection in which a rule answers in the registry's place."""
    return lambda lab: lab.update(http=[{"host": _HOST, **rule}])


FAULTS = (
    Fault(
        "repo-missing",
        "image",
        "the repository's name is misspelled",
        nothing,
        ("repository-not-found",),
        says="The repository with name 'team/ap' does not exist",
        image=f"{_HOST}/team/ap:latest",
    ),
    Fault(
        "repo-in-other-region",
        "image",
        "the repository is in another region",
        nothing,
        ("image-in-other-region-or-account", "repository-not-found"),
        says="The repository with name 'team/eu-app' does not exist",
        image=f"{_HOST}/team/eu-app:latest",
    ),
    Fault(
        "tag-missing",
        "image",
        "the tag does not exist",
        nothing,
        ("image-tag-not-found",),
        says="Requested image not found",
        image=f"{_HOST}/team/app:v9",
    ),
    Fault(
        "digest-missing",
        "image",
        "the digest does not exist",
        nothing,
        ("image-tag-not-found",),
        says="Requested image not found",
        image=f"{_HOST}/team/app@sha256:{'0' * 64}",
    ),
    Fault(
        "platform-mismatch-list",
        "image",
        "the manifest list holds linux/arm64 only",
        nothing,
        ("platform-not-in-image",),
        says="no matching manifest for linux/amd64 in the manifest list entries",
        image=f"{_HOST}/team/armonly:latest",
    ),
    Fault(
        "multi-platform",
        "none",
        "a manifest list that has this platform",
        nothing,
        pull_works=True,
        image=f"{_HOST}/team/multi:latest",
    ),
    Fault("big-image", "none", "40 MB", nothing, pull_works=True, image=f"{_HOST}/team/big:latest"),
    Fault(
        "image-uppercase",
        "image",
        "the repository's name has capitals",
        nothing,
        ("image-reference-invalid",),
        says="must be lowercase",
        image=f"{_HOST}/Team/App:latest",
    ),
    Fault(
        "image-bad-tag",
        "image",
        "the tag has a space in it",
        nothing,
        ("image-reference-invalid",),
        says="invalid reference format",
        image=f"{_HOST}/team/app:my tag",
    ),
    Fault(
        "layer-corrupt",
        "image",
        "the layer's bytes do not match its digest",
        _corrupt,
        ("layer-corrupt", "layer-verification-failed"),
        says="filesystem layer verification failed for digest",
        image=f"{_HOST}/team/corrupt:latest",
    ),
    Fault(
        "registry-429",
        "registry",
        "the registry answers 429",
        _registry(status=429, body=_TOO_MANY),
        ("ecr-api-throttled",),
        says="toomanyrequests: Rate exceeded",
    ),
    Fault(
        "registry-500",
        "registry",
        "the registry answers 500",
        _registry(status=500),
        ("ecr-service-side",),
        says="500 Internal Server Error",
    ),
    Fault(
        "registry-503",
        "registry",
        "the registry answers 503",
        _registry(status=503),
        ("ecr-service-side",),
        says="503 Service Unavailable",
    ),
    Fault(
        "registry-slow",
        "registry",
        "the registry accepts and never answers",
        _registry(delay=3600),
        ("network-timeout", "ecr-service-side"),
        says="Client.Timeout exceeded while awaiting headers",
        slow=True,
    ),
)
