"""Which policy decides: AWS's own words first, then what simulation and policy text can add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.denial import Denial, PolicyKind
from ecr_doctor.probes.aws_errors import FailureKind
from ecr_doctor.probes.iam_simulation import NOT_SEEN, Decision
from ecr_doctor.sdk import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecr_doctor.model.resource_policy import Opinion, Statement
    from ecr_doctor.probes.aws_errors import AwsError
    from ecr_doctor.probes.iam_simulation import SimulatedAction, Simulation
    from ecr_doctor.probes.repository_policy import RepositoryPolicy

_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths")
_SOURCE = "ECR GetRepositoryPolicy"


def decide(
    denial: Denial,
    registry_account: str,
    simulation: Simulation | None,
    opinion: Opinion | None,
) -> str | None:
    """The cause of a refusal; what AWS said is only made more exact, never contradicted."""
    said = denial.cause(registry_account)
    crosses = denial.is_cross_account(registry_account)
    own = simulation.of(denial.action) if simulation is not None else None
    if denial.policy_kind is PolicyKind.UNKNOWN and not denial.quarantined:
        return _unnamed(denial, said, own, opinion, crosses=crosses)
    if denial.policy_kind is PolicyKind.RESOURCE and not denial.explicit and opinion is not None:
        return _repository_side(opinion) or said
    return said


def _unnamed(
    denial: Denial,
    said: str | None,
    own: SimulatedAction | None,
    opinion: Opinion | None,
    *,
    crosses: bool,
) -> str | None:
    """The cause where AWS does not name the kind of policy: across accounts, or in cut texts."""
    if own is not None and not own.allowed:
        return _own_side(own, said, crosses=crosses)
    certain_denies = [s for s in opinion.denies if not s.conditions] if opinion else []
    if certain_denies or (denial.explicit and opinion is not None and opinion.denies):
        return "repo-policy-explicit-deny"
    if not crosses or own is None or opinion is None:
        return said
    if opinion.denies:
        return said  # under a condition that nobody here can judge
    return _repository_side(opinion) or said


def _own_side(own: SimulatedAction, said: str | None, *, crosses: bool) -> str | None:
    if own.organization_allows is False:
        return "scp-deny"
    if own.boundary_allows is False:
        return "permissions-boundary-deny"
    if own.decision is Decision.EXPLICIT_DENY:
        return "iam-explicit-deny"
    if own.missing_context:
        return said  # a condition may be what stops it, and its value is not known here
    return "identity-policy-missing-cross-account" if crosses else said


def _repository_side(opinion: Opinion) -> str | None:
    """What is wrong with a repository's policy that is known to be the one that does not allow."""
    if opinion.allows:
        return None
    if not opinion.conditional:
        return "repo-policy-missing-cross-account"
    keys = {key for statement in opinion.conditional for key in statement.keys}
    by_organization = keys.intersection(_ORGANIZATION)
    return "org-condition-mismatch" if by_organization else "iam-condition-mismatch"


def simulated(simulation: Simulation | None, action: str) -> list[Evidence]:
    """What IAM's simulator said, and what it cannot see."""
    if simulation is None:
        return []
    source = "iam:SimulatePrincipalPolicy"
    if simulation.error is not None:
        return _unseen("simulation", simulation.error, source)
    found = simulation.of(action)
    if found is None:
        return []
    seen = [Evidence(f"simulation of {action}", found.text, source)]
    if found.missing_context:
        keys = ", ".join(found.missing_context)
        seen.append(Evidence("conditions that simulation could not fill", keys, source))
    return [*seen, Evidence("what simulation does not see", NOT_SEEN, source)]


def stated(policy: RepositoryPolicy | None, opinion: Opinion | None) -> list[Evidence]:
    """What the repository's policy says of the caller and the action."""
    if policy is None:
        return []
    if policy.error is not None:
        return _unseen("repository policy", policy.error, _SOURCE)
    if not policy.text:
        return [Evidence("repository policy", "there is none", _SOURCE)]
    if opinion is None:
        return []
    seen = list(_lines(opinion.statements))
    if not seen:
        seen = [Evidence("repository policy", "no statement is about this caller", _SOURCE)]
    if opinion.deleted:
        gone = ", ".join(opinion.deleted)
        seen.append(Evidence("principals in it that exist no more", gone, _SOURCE))
    return seen


def _unseen(what: str, error: AwsError, source: str) -> list[Evidence]:
    """Why something was not seen; permissions that are missing for it are listed elsewhere."""
    return [] if error.kind is FailureKind.DENIED else [Evidence(what, error.text, source)]


def _lines(statements: Iterable[Statement]) -> Iterable[Evidence]:
    for statement in statements:
        held = f" ({statement.held.value})" if statement.conditions else ""
        yield Evidence("repository policy", statement.text + held, _SOURCE)
