"""What a caller's own policies say, by IAM's simulator.

`iam:SimulatePrincipalPolicy` evaluates identity policies, the permissions boundary and service
control policies of a user or role. It does not see the policies of the repository and of VPC
endpoints, session policies, and resource control policies (IAM API reference).
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.model.resource_policy import role_of

from .aws_client import call_aws
from .aws_errors import AwsError, FailureKind
from .base import Probe, ProbeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Scene

NOT_SEEN: Final = (
    "policies of the repository and of VPC endpoints, session policies, resource control policies"
)
TOKEN_ACTION: Final = "ecr:GetAuthorizationToken"  # noqa: S105  the name of an action
_ON_REPOSITORY: Final = (
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:CreateRepository",
    "ecr:BatchImportUpstreamImage",
)
_SIMULATED: Final = re.compile(r"arn:[^:]{1,30}:iam::\d{12}:(?:user|role)/")


class Decision(StrEnum):
    """IAM's words for how an evaluation ends."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedAction:
    """How the caller's policies decide on one action."""

    action: str
    resource: str
    decision: Decision
    policies: tuple[str, ...] = ()
    """Names of the policies whose statements decided."""
    missing_context: tuple[str, ...] = ()
    """Condition keys of the caller's policies for which the simulator was given no value."""
    boundary_allows: bool | None = None
    """None where the caller has no permissions boundary."""
    organization_allows: bool | None = None
    """None where no service control policies count."""

    @property
    def allowed(self) -> bool:
        """Whether the caller's own side allows it."""
        return self.decision is Decision.ALLOWED

    @property
    def text(self) -> str:
        """The decision in one line, for a report."""
        words = [self.decision.value]
        if self.policies:
            words.append(f"by {', '.join(self.policies)}")
        if self.boundary_allows is False:
            words.append("not allowed by the permissions boundary")
        if self.organization_allows is False:
            words.append("not allowed by service control policies")
        return "; ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The simulator's answers, or why it gave none."""

    principal: str = ""
    """ARN of the user or role whose policies were evaluated."""
    actions: tuple[SimulatedAction, ...] = ()
    error: AwsError | None = None

    def of(self, action: str) -> SimulatedAction | None:
        """The answer for an action; None where there is none."""
        return next((found for found in self.actions if found.action == action), None)


@dataclass(frozen=True, slots=True)
class SimulationProbe(Probe[Simulation]):
    """Simulates the actions of a pull for a user, a role, or a role's session."""

    principal: str

    def look(self, scene: Scene) -> Simulation:
        """Ask the simulator for the token and for the repository, at the same time.

        Raises:
            ProbeError: the image is in no private registry, or IAM does not simulate such a
                caller (an account's root, a federated user).

        """
        if not scene.target.repository_arn:
            raise ProbeError("the image is not in a private Amazon ECR registry")
        role = role_of(self.principal)
        if not _SIMULATED.match(role):
            raise ProbeError(f"IAM does not simulate the policies of {self.principal}")
        found = _simulate(scene, role)
        if isinstance(found, AwsError) and found.kind is FailureKind.NOT_FOUND:
            # The ARN of a session does not tell the path of its role, which IAM wants.
            whole = _whole_arn(scene, role)
            found = _simulate(scene, whole) if whole else found
            role = whole or role
        if isinstance(found, AwsError):
            return Simulation(principal=role, error=found)
        return Simulation(principal=role, actions=found)


def _simulate(scene: Scene, role: str) -> tuple[SimulatedAction, ...] | AwsError:
    wanted = (((TOKEN_ACTION,), "*"), (_ON_REPOSITORY, scene.target.repository_arn))
    with ThreadPoolExecutor(len(wanted)) as pool:
        answers = list(pool.map(lambda pair: _ask(scene, role, *pair), wanted))
    error = next((answer for answer in answers if isinstance(answer, AwsError)), None)
    return error or tuple(action for answer in answers for action in _actions(answer))


def _ask(scene: Scene, role: str, actions: tuple[str, ...], resource: str) -> Any:  # noqa: ANN401
    return call_aws(
        scene,
        "iam",
        scene.target.region,
        "simulate_principal_policy",
        PolicySourceArn=role,
        ActionNames=list(actions),
        ResourceArns=[resource],
        ContextEntries=_context(scene, role),
    )


def _context(scene: Scene, role: str) -> list[dict[str, Any]]:
    """Condition keys whose values in a real call are known."""
    known = (
        ("aws:RequestedRegion", "string", scene.target.region),
        ("aws:SecureTransport", "boolean", "true"),
        ("aws:PrincipalArn", "string", role),
        ("aws:PrincipalAccount", "string", role.split(":")[4]),
    )
    return [
        {"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": [value]}
        for key, kind, value in known
    ]


def _whole_arn(scene: Scene, role: str) -> str:
    kind, _, name = role.rpartition(":")[2].partition("/")
    if kind != "role":
        return ""
    answer = call_aws(scene, "iam", scene.target.region, "get_role", RoleName=name)
    return "" if isinstance(answer, AwsError) else str(answer.get("Role", {}).get("Arn", ""))


def _actions(answer: dict[str, Any]) -> Iterator[SimulatedAction]:
    for entry in answer.get("EvaluationResults", []):
        yield SimulatedAction(
            action=str(entry.get("EvalActionName", "")),
            resource=str(entry.get("EvalResourceName", "")),
            decision=Decision(entry.get("EvalDecision", "implicitDeny")),
            policies=_policies(entry),
            missing_context=tuple(str(key) for key in entry.get("MissingContextValues", [])[:20]),
            boundary_allows=_detail(entry, "PermissionsBoundary"),
            organization_allows=_detail(entry, "Organizations"),
        )


def _policies(entry: dict[str, Any]) -> tuple[str, ...]:
    found = (str(match.get("SourcePolicyId", "")) for match in entry.get("MatchedStatements", []))
    return tuple(dict.fromkeys(name[:200] for name in found if name))[:5]


def _detail(entry: dict[str, Any], name: str) -> bool | None:
    """`PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary`, and so on."""
    value = entry.get(f"{name}DecisionDetail", {}).get(f"AllowedBy{name}")
    return value if isinstance(value, bool) else None
