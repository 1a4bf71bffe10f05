"""Looks into the policies when AWS refuses: which one decides, and what it says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.model.denial import PolicyKind
from ecr_doctor.model.resource_policy import Opinion, judge_policy, role_of
from ecr_doctor.probes.aws_identity import AwsIdentityProbe
from ecr_doctor.probes.iam_simulation import Simulation, SimulationProbe
from ecr_doctor.probes.pull_through import PullThroughProbe
from ecr_doctor.probes.repository_policy import RepositoryPolicy, RepositoryPolicyProbe
from ecr_doctor.probes.second_try import SecondTryProbe, Step
from ecr_doctor.sdk import Check, Context, Evidence, Verdict
from ecr_doctor_checks.identity._judging import broken

from ._deciding import decide, simulated, stated
from ._refusal import Refusal, first_refusal, not_allowed_to_look, nothing_refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.probes.aws_errors import AwsError

_VAGUE = (
    "cross-account-denial-unexplained",
    "iam-missing-batch-get-image",
    "iam-missing-get-authorization-token",
    "iam-missing-get-download-url",
    "repo-policy-missing-cross-account",
    "identity-policy-missing-cross-account",
)
"""What the text of a refusal alone comes to; the policies may tell more exactly."""
_GRANTING = frozenset({PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.UNKNOWN})
"""Kinds in which a grant may only just have been made."""


class Policies(Check):
    """No policy forbids what a pull needs.

    What it looks at:
        Only when AWS refused something: the caller's own policies, by iam:SimulatePrincipalPolicy
        (identity policies, permissions boundary, service control policies); the policy of the
        repository; whether the same request is granted a moment later. The simulation does not
        see policies of repositories and endpoints, session policies, resource control policies.

    Why a pull fails:
        AWS names the kind of policy that decides, not the policy; across accounts it names
        nothing. A condition that is not met looks like a permission that is missing, and a
        grant that was just made does not count yet.

    When it cannot tell:
        The caller may not look: the permissions for that are listed, with a policy.
    """

    id = "auth.policies"
    title = "No policy forbids the pull"
    requires = ("identity.caller", "network.api-reachable", "tls.api-certificate")
    causes: ClassVar = (
        *_VAGUE,
        "iam-explicit-deny",
        "iam-condition-mismatch",
        "iam-eventual-consistency",
        "aws-key-quarantined",
        "scp-deny",
        "rcp-deny",
        "permissions-boundary-deny",
        "session-policy-deny",
        "vpc-endpoint-policy-deny",
        "repo-policy-explicit-deny",
        "org-condition-mismatch",
        "pull-through-cross-account",
        "pull-through-missing-create-repository",
        "pull-through-missing-batch-import",
    )

    def run(self, ctx: Context) -> Verdict:
        if not ctx.target.repository_arn:
            return Verdict.not_applicable("only private registries have policies to look at")
        refusal = first_refusal(ctx)
        if refusal is None and nothing_refused(ctx):
            return Verdict.not_applicable("AWS refused nothing")
        if refusal is None:
            return Verdict.inconclusive("whether a policy forbids the pull was not seen")
        return _judge(ctx, refusal)


def _judge(ctx: Context, refusal: Refusal) -> Verdict:
    caller = ctx.try_observe(AwsIdentityProbe())
    own = caller.arn if caller is not None else ""
    denial = replace(refusal.denial, principal=refusal.denial.principal or own)
    simulation, policy = _look(ctx, denial.principal)
    opinion = _opinion(ctx, policy, denial.principal, denial.action)
    seen = [
        *_who(denial.principal, own),
        *simulated(simulation, denial.action),
        *stated(policy, opinion),
    ]
    errors = _errors(ctx, simulation, policy)
    granted = _seems_allowed(refusal, simulation, own) and _granted_now(ctx, refusal)
    if not granted and (simulation is None or simulation.error) and opinion is None:
        words = "the policies behind the refusal were not to be seen"
        return Verdict.inconclusive(words, *seen, *not_allowed_to_look(errors))
    seen += not_allowed_to_look(errors, with_policy=False)
    cause = decide(denial, ctx.target.account, simulation, opinion)
    summary = f"{denial.principal or 'the caller'} may not {denial.action}"
    if granted:
        summary += ", and a moment later it may: the grant has only just been made"
        cause, seen = "iam-eventual-consistency", [*seen, Evidence("second try", "granted")]
    elif cause == "repo-policy-missing-cross-account" and (rule := _pulled_through(ctx)):
        cause, seen = "pull-through-cross-account", [*seen, Evidence("pull-through rule", rule)]
    answer = Evidence("answer", refusal.message, "registry" if refusal.by_registry else "ECR API")
    if refusal.by_registry:
        verdict = Verdict.failed(
            cause, summary, answer, *seen, symptom=refusal.message, facts=denial.facts()
        )
    else:
        verdict = broken(ctx, cause, summary, answer, *seen, facts=denial.facts())
    said = denial.cause(ctx.target.account)
    return replace(verdict, instead_of=(said,) if said and cause and said != cause else ())


def _look(ctx: Context, principal: str) -> tuple[Simulation | None, RepositoryPolicy | None]:
    """Both sides at the same time."""
    with ThreadPoolExecutor(2) as pool:
        simulation = pool.submit(ctx.try_observe, SimulationProbe(role_of(principal)))
        policy = pool.submit(ctx.try_observe, RepositoryPolicyProbe())
        return simulation.result(), policy.result()


def _opinion(
    ctx: Context, policy: RepositoryPolicy | None, principal: str, action: str
) -> Opinion | None:
    """What the repository's policy says; None where it is not known or has no say."""
    if policy is None or not policy.known or action.endswith(":GetAuthorizationToken"):
        return None
    known = {"aws:requestedregion": ctx.target.region, "aws:securetransport": "true"}
    opinion = judge_policy(policy.text or "{}", principal, action, known)
    return opinion if opinion.readable else None


def _who(principal: str, own: str) -> list[Evidence]:
    if not principal or not own or role_of(principal) == role_of(own):
        return []
    return [
        Evidence("whom the login belongs to", principal, "registry"),
        Evidence("whom the AWS credentials belong to", own, "STS GetCallerIdentity"),
    ]


def _errors(
    ctx: Context, simulation: Simulation | None, policy: RepositoryPolicy | None
) -> Sequence[tuple[str, str, AwsError | None]]:
    principal = simulation.principal if simulation is not None else "*"
    return (
        ("iam:SimulatePrincipalPolicy", principal, simulation.error if simulation else None),
        ("ecr:GetRepositoryPolicy", ctx.target.repository_arn, policy.error if policy else None),
    )


def _seems_allowed(refusal: Refusal, simulation: Simulation | None, own: str) -> bool:
    """Whether another look at the same permission says yes: then it may be a new grant."""
    denial = refusal.denial
    if denial.explicit or denial.policy_kind not in _GRANTING:
        return False
    same = not denial.principal or role_of(denial.principal) == role_of(own)
    found = simulation.of(denial.action) if simulation is not None else None
    return (refusal.api_allows and same) or (found is not None and found.allowed)


def _granted_now(ctx: Context, refusal: Refusal) -> bool:
    action = refusal.denial.action
    if action.endswith(":GetAuthorizationToken"):
        return bool(ctx.try_observe(SecondTryProbe(Step.TOKEN)))
    if not refusal.by_registry or action != "ecr:BatchGetImage":
        return False
    return bool(ctx.try_observe(SecondTryProbe(Step.MANIFEST)))


def _pulled_through(ctx: Context) -> str:
    rules = ctx.try_observe(PullThroughProbe())
    rule = rules.rule_for(ctx.target.repository) if rules is not None else None
    return f"{rule.prefix} from {rule.upstream}" if rule is not None else ""
