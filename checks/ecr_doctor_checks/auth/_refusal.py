"""What AWS refused in this run, and what was needed to look into the reasons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.model.denial import Denial, parse_denial
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.blob import BlobProbe
from ecr_doctor.probes.ecr_repository import EcrImageProbe
from ecr_doctor.probes.ecr_token import EcrTokenProbe
from ecr_doctor.probes.manifest import ManifestProbe
from ecr_doctor.probes.registry_api import Whose
from ecr_doctor.sdk import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.sdk import Context

_DENIED = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The first thing that AWS refused, in the order of a pull."""

    denial: Denial
    message: str
    by_registry: bool
    """By the registry itself, or else by ECR's API."""
    api_allows: bool = False
    """ECR's API has just allowed the same caller what the registry refuses."""


def first_refusal(ctx: Context) -> Refusal | None:
    """What was refused for want of permission; None where nothing was."""
    token = ctx.try_observe(EcrTokenProbe())
    found = _by_api(token.error if token is not None else None, "ecr:GetAuthorizationToken")
    if found is not None:
        return found
    image = ctx.try_observe(EcrImageProbe())
    by_registry = _by_registry(ctx, api_allows=image is not None and image.found)
    if by_registry is not None or _docker_may(ctx):
        return by_registry
    return _by_api(image.error if image is not None else None, "ecr:BatchGetImage")


def _docker_may(ctx: Context) -> bool:
    """Whether docker's own login has read the manifest: then the caller's rights do not count."""
    manifest = ctx.try_observe(ManifestProbe())
    return manifest is not None and manifest.answer.ok and manifest.whose is Whose.DOCKER


def nothing_refused(ctx: Context) -> bool:
    """Whether the permission to read the image was tried, and not found wanting."""
    image = ctx.try_observe(EcrImageProbe())
    if image is None or image.error is None:
        return image is not None
    return image.error.kind is FailureKind.NOT_FOUND


def _by_api(error: AwsError | None, action: str) -> Refusal | None:
    if error is None or error.kind is not FailureKind.DENIED:
        return None
    return Refusal(
        denial=error.denial or Denial(action=action), message=error.message, by_registry=False
    )


def _by_registry(ctx: Context, *, api_allows: bool) -> Refusal | None:
    manifest = ctx.try_observe(ManifestProbe())
    if manifest is None:
        return None
    answers = [manifest.answer]
    for blob in manifest.blobs[:1]:
        fetched = ctx.try_observe(BlobProbe(blob.digest, blob.size))
        answers += [fetched.answer] if fetched is not None else []
    for answer in answers:
        denial = parse_denial(answer.message) if answer.status in _DENIED else None
        if denial is not None:
            allows = api_allows and denial.action == "ecr:BatchGetImage"
            return Refusal(
                denial=denial, message=answer.message, by_registry=True, api_allows=allows
            )
    return None


def not_allowed_to_look(
    errors: Iterable[tuple[str, str, AwsError | None]], *, with_policy: bool = True
) -> list[Evidence]:
    """Permissions that are missing for the diagnosis itself, not for the pull.

    Args:
        errors: action, its resource, and how the call failed.
        with_policy: add a policy that grants them.

    """
    denied = [
        (action, resource)
        for action, resource, error in errors
        if error is not None and error.kind is FailureKind.DENIED
    ]
    if not denied:
        return []
    names = Evidence("not allowed to look with", ", ".join(action for action, _ in denied), "AWS")
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in denied
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    more = Evidence("policy that lets this program look", policy, "no pull needs it")
    return [names, more] if with_policy else [names]
