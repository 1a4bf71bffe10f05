"""What it means that the registry does not have the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.aws_identity import AwsIdentityProbe
from ecr_doctor.probes.ecr_repository import (
    EcrImageProbe,
    ElsewhereProbe,
    ImageStateProbe,
    RepositoriesProbe,
    TagsProbe,
)
from ecr_doctor.probes.iam_simulation import SimulationProbe
from ecr_doctor.probes.pull_through import DOCKER_HUB, PullThroughProbe
from ecr_doctor.probes.replication import ReplicationProbe
from ecr_doctor.sdk import Context, Evidence, Verdict

if TYPE_CHECKING:
    from ecr_doctor.probes.registry_api import RegistryAnswer

FAILURE_CAUSES = {
    "KmsError": "kms-key-unusable",
    "ImageInaccessible": "image-inaccessible",
    "ImageTagDoesNotMatchDigest": "tag-digest-mismatch",
    "UpstreamAccessDenied": "pull-through-upstream-auth",
    "UpstreamTooManyRequests": "pull-through-upstream-unavailable",
    "UpstreamUnavailable": "pull-through-upstream-unavailable",
}
"""Failure codes of BatchGetImage (Amazon ECR API reference, ImageFailure)."""
_TEXTS = (
    ("authentication to the upstream registry failed", "pull-through-upstream-auth"),
    ("upstream registry", "pull-through-upstream-unavailable"),
    ("kms", "kms-key-unusable"),
    ("layerinaccessible", "layer-inaccessible"),
)
_API = "ECR API"


def missing_repository(ctx: Context, *seen: Evidence) -> Verdict:
    """Look whether the repository is elsewhere, or its name misspelt."""
    if (coming := _on_its_way(ctx, *seen)) is not None:
        return coming
    name = f"{ctx.target.account} in {ctx.target.region}" if ctx.target.account else ctx.target.host
    elsewhere = ctx.try_observe(ElsewhereProbe())
    if elsewhere is not None and elsewhere.found:
        there = elsewhere.found[0]
        found = Evidence("repository found in", ", ".join(elsewhere.found), _API)
        words = f"{ctx.target.repository} is not in {ctx.target.host}, but in {there}"
        facts = {"found_host": there, "found": there}
        return Verdict.failed("image-in-other-region-or-account", words, found, *seen, facts=facts)
    if (pulled := _never_pulled_through(ctx, *seen)) is not None:
        return pulled
    facts, lines = {}, list(seen)
    listed = ctx.try_observe(RepositoriesProbe())
    if listed is not None and (near := listed.nearest(ctx.target.repository)):
        lines.append(Evidence("repositories with a like name", ", ".join(near), _API))
        facts["nearest"] = near[0]
    if elsewhere is not None and elsewhere.looked:
        lines.append(Evidence("also looked in", ", ".join(elsewhere.looked), _API))
    words = f"registry {name} has no repository {ctx.target.repository}"
    return Verdict.failed("repository-not-found", words, *lines, facts=facts)


def _never_pulled_through(ctx: Context, *seen: Evidence) -> Verdict | None:
    """A pull-through rule covers the repository, and the first pull did not make it."""
    rules = ctx.try_observe(PullThroughProbe())
    rule = rules.rule_for(ctx.target.repository) if rules is not None else None
    if rule is None:
        return None
    line = Evidence("pull-through rule", f"{rule.prefix} from {rule.upstream}", _API)
    rest = rule.rest(ctx.target.repository)
    if rule.upstream == DOCKER_HUB and "/" not in rest:
        right = ctx.target.repository.removesuffix(rest) + f"library/{rest}"
        words = f"Docker Hub's own images are under library/: the repository is {right}"
        facts = {"nearest": right, "found": right}
        return Verdict.failed("pull-through-library-prefix", words, line, *seen, facts=facts)
    if _may_create(ctx):
        return None
    words = f"a pull-through rule covers {ctx.target.repository}, and ECR did not create it"
    facts = {"action": "ecr:CreateRepository", "resource": ctx.target.repository_arn}
    return Verdict.failed("pull-through-missing-create-repository", words, line, *seen, facts=facts)


def _may_create(ctx: Context) -> bool:
    """Whether the caller's policies are known to allow what a first pull does."""
    caller = ctx.try_observe(AwsIdentityProbe())
    if caller is None or not caller.arn:
        return False
    simulation = ctx.try_observe(SimulationProbe(caller.arn))
    needed = ("ecr:CreateRepository", "ecr:BatchImportUpstreamImage")
    found = [simulation.of(action) for action in needed] if simulation is not None else [None]
    return all(action is not None and action.allowed for action in found)


def missing_image(ctx: Context, *seen: Evidence) -> Verdict:
    """Look whether the image is archived, and which tags there are instead."""
    state = ctx.try_observe(ImageStateProbe())
    what = f"{ctx.target.repository} has no image {ctx.target.selector}"
    if state is not None and state.archived:
        line = Evidence("image status", state.status, "ECR DescribeImages")
        words = f"the image is archived ({state.status}): it must be restored before it is pulled"
        return Verdict.failed("image-archived", words, line, *seen)
    if (known := _on_its_way(ctx, *seen) or _failure(ctx, *seen)) is not None:
        return known
    lines, facts = list(seen), {}
    tags = ctx.try_observe(TagsProbe())
    if tags is not None and tags.error is None:
        near = tags.nearest(ctx.target.selector) or tags.names[:5]
        lines.append(Evidence("tags that are there", ", ".join(near) or "none", _API))
        if near:
            facts["nearest"] = near[0]
    if ctx.target.reference is not None and ctx.target.reference.tag_assumed:
        words = f"{what}: the reference names no tag, so latest is asked for"
        return Verdict.failed("latest-never-pushed", words, *lines, facts=facts)
    return Verdict.failed("image-tag-not-found", what, *lines, facts=facts)


def _on_its_way(ctx: Context, *seen: Evidence) -> Verdict | None:
    """Another region replicates this very image to here, and is not done with it, or failed."""
    copy = ctx.try_observe(ReplicationProbe())
    if copy is None or not (copy.under_way or copy.failed):
        return None
    state = f"{copy.status} {copy.failure}".strip()
    line = Evidence(f"replication from {copy.source}", state, "ECR DescribeImageReplicationStatus")
    words = f"{copy.source} has the image, and its copy in {ctx.target.region} is {state}"
    how = {"failure": copy.failure or state} if copy.failed else {"under_way": state}
    facts = {"source_region": copy.source, **how}
    return Verdict.failed("replication-lag", words, line, *seen, facts=facts)


def unusual(ctx: Context, answer: RegistryAnswer, *seen: Evidence) -> Verdict:
    """A refusal that names neither a permission nor a name: ECR's API may know why."""
    if (known := _failure(ctx, *seen)) is not None:
        return known
    cause = cause_in_words(answer)
    words = f"the registry refuses the image: {answer.text}"
    return Verdict.failed(cause, words, *seen, symptom=answer.message or answer.text)


def _failure(ctx: Context, *seen: Evidence) -> Verdict | None:
    """Why ECR cannot hand out an image that it has, in the words of its API."""
    image = ctx.try_observe(EcrImageProbe())
    for failure in image.failures if image is not None else ():
        if failure.code in FAILURE_CAUSES:
            said = f"{failure.code}: {failure.reason}"
            line = Evidence("failure code", said, "ECR BatchGetImage")
            words = f"ECR cannot hand out the image: {failure.reason or failure.code}"
            return Verdict.failed(FAILURE_CAUSES[failure.code], words, line, *seen)
    return None


def cause_in_words(answer: RegistryAnswer) -> str | None:
    """What a message says in words of its own."""
    text = answer.message.lower()
    return next((cause for words, cause in _TEXTS if words in text), None)
