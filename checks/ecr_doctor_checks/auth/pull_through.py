"""Looks into the pull-through cache when an image of it is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.aws_identity import AwsIdentityProbe
from ecr_doctor.probes.ecr_repository import EcrImageProbe
from ecr_doctor.probes.iam_simulation import SimulatedAction, Simulation, SimulationProbe
from ecr_doctor.probes.manifest import ManifestProbe
from ecr_doctor.probes.pull_through import (
    DOCKER_HUB,
    PullThroughProbe,
    PullThroughRule,
    UpstreamLogin,
    UpstreamLoginProbe,
)
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._refusal import not_allowed_to_look

_CREATE, _IMPORT = "ecr:CreateRepository", "ecr:BatchImportUpstreamImage"
_NOT_THERE = (
    "repository-not-found",
    "image-tag-not-found",
    "latest-never-pushed",
    "pull-through-missing-create-repository",
    "pull-through-missing-batch-import",
)
"""What the registry's answer alone comes to."""


class PullThrough(Check):
    """The pull-through cache can fetch the image.

    What it looks at:
        Only when the image is not there and a pull-through cache rule covers its repository: the
        name at the upstream; whether the upstream accepts the rule's login
        (ValidatePullThroughCacheRule); whether the caller may create the repository and import
        the image (iam:SimulatePrincipalPolicy).

    Why a pull fails:
        The first pull of an image creates its repository and imports it, with the caller's own
        permissions and the rule's login. When one of these fails, ECR says that there is no such
        repository or image, and not why.

    When it cannot tell:
        The caller may not list the rules or simulate its policies; or all is allowed, and only
        the upstream knows whether it has the image.
    """

    id = "auth.pull-through"
    title = "The pull-through cache can fetch the image"
    requires = ("identity.caller", "network.api-reachable", "tls.api-certificate")
    causes: ClassVar = (
        "pull-through-library-prefix",
        "pull-through-upstream-auth",
        "pull-through-missing-create-repository",
        "pull-through-missing-batch-import",
    )

    def run(self, ctx: Context) -> Verdict:
        if not ctx.target.repository_arn:
            return Verdict.not_applicable("only private registries have a pull-through cache")
        absent = _absent(ctx)
        if not absent:
            return Verdict.not_applicable("nothing is missing that a cache could fetch")
        rules = ctx.observe(PullThroughProbe())
        if rules.error is not None:
            wanted = (("ecr:DescribePullThroughCacheRules", "*", rules.error),)
            words = "whether a pull-through rule covers the repository was not to be seen"
            return Verdict.inconclusive(words, *not_allowed_to_look(wanted))
        rule = rules.rule_for(ctx.target.repository)
        if rule is None:
            return Verdict.not_applicable("no pull-through rule covers the repository")
        verdict = _judge(ctx, rule, absent)
        cause = verdict.cause
        return replace(verdict, instead_of=tuple(v for v in _NOT_THERE if cause and v != cause))


def _absent(ctx: Context) -> str:
    """`repository` or `image`: what is not there; empty where nothing is missing."""
    manifest = ctx.try_observe(ManifestProbe())
    code = manifest.answer.code if manifest is not None else ""
    if manifest is not None:
        return {"NAME_UNKNOWN": "repository", "MANIFEST_UNKNOWN": "image"}.get(code, "")
    image = ctx.observe(EcrImageProbe())
    if image.error is not None and image.error.kind is FailureKind.NOT_FOUND:
        return "repository"
    return "image" if any(f.code == "ImageNotFound" for f in image.failures) else ""


def _judge(ctx: Context, rule: PullThroughRule, absent: str) -> Verdict:
    seen = [Evidence("pull-through rule", f"{rule.prefix} from {rule.upstream}", "ECR API")]
    facts = {"prefix": rule.prefix, "resource": ctx.target.repository_arn}
    rest = rule.rest(ctx.target.repository)
    if rule.upstream == DOCKER_HUB and "/" not in rest:
        right = ctx.target.repository.removesuffix(rest) + f"library/{rest}"
        words = f"Docker Hub's own images are under library/: the repository is {right}"
        facts |= {"nearest": right, "found": right}
        return Verdict.failed("pull-through-library-prefix", words, *seen, facts=facts)
    login = ctx.try_observe(UpstreamLoginProbe(rule.prefix)) if rule.has_login else None
    if login is not None and login.error is None and not login.valid:
        words = f"{rule.upstream} does not accept the login of the cache's rule"
        said = Evidence("ECR said", login.failure, "ECR ValidatePullThroughCacheRule")
        return Verdict.failed("pull-through-upstream-auth", words, *seen, said, facts=facts)
    return _permitted(ctx, rule, absent, login, seen, facts)


def _permitted(  # noqa: PLR0913, PLR0917  what was seen so far
    ctx: Context,
    rule: PullThroughRule,
    absent: str,
    login: UpstreamLogin | None,
    seen: list[Evidence],
    facts: dict[str, str],
) -> Verdict:
    """Whether the caller may do what a first pull does."""
    caller = ctx.try_observe(AwsIdentityProbe())
    arn = caller.arn if caller is not None else ""
    simulation = ctx.try_observe(SimulationProbe(arn)) if arn else None
    needed = (_CREATE, _IMPORT) if absent == "repository" else (_IMPORT,)
    answers = [found for action in needed if (found := _of(simulation, action)) is not None]
    seen += [Evidence(f"simulation of {a.action}", a.text, "iam:SimulatePrincipalPolicy")
             for a in answers]  # fmt: skip
    forbidden = next((a for a in answers if not a.allowed and not a.missing_context), None)
    if forbidden is not None:
        create = forbidden.action == _CREATE
        cause = f"pull-through-missing-{'create-repository' if create else 'batch-import'}"
        words = f"{arn} may not {forbidden.action}, which the first pull through the cache needs"
        facts |= {"action": forbidden.action, "principal": arn}
        return Verdict.failed(cause, words, *seen, facts=facts)
    seen += not_allowed_to_look(
        (
            ("iam:SimulatePrincipalPolicy", arn or "*", simulation.error if simulation else None),
            ("ecr:ValidatePullThroughCacheRule", "*", login.error if login else None),
        )
    )
    if len(answers) < len(needed) or any(not a.allowed for a in answers):
        words = "a pull-through rule covers the repository; what the caller may do is not known"
        return Verdict.inconclusive(words, *seen)
    name = f"{rule.rest(ctx.target.repository)}:{ctx.target.selector}"
    words = f"the caller may fetch it through the cache: look whether {rule.upstream} has {name}"
    return Verdict.inconclusive(words, *seen)


def _of(simulation: Simulation | None, action: str) -> SimulatedAction | None:
    return simulation.of(action) if simulation is not None else None
