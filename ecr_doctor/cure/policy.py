"""The IAM policies with which images can be pulled, of these repositories only.

What a pull needs: the user guide's "Private repository policies" and the laboratory, where docker
pulls with BatchGetImage and GetDownloadUrlForLayer alone. BatchCheckLayerAvailability is for
pushes; AWS's own policies for pulls list it all the same, and so does the ordinary answer here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError

from .policy_principal import Principal, parse_principal
from .policy_scope import Scope, merge_scopes, parse_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VERSION = "2012-10-17"
"""Of the policy language; there is no newer one."""
LOGIN = "ecr:GetAuthorizationToken"
PULL = ("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
ORDINARY = (
    "ecr:BatchCheckLayerAvailability",
    *PULL,
    "ecr:DescribeRepositories",
    "ecr:ListImages",
    "ecr:DescribeImages",
)
LOOK_AT_IMAGES = ("ecr:ListImages", "ecr:DescribeImages", "ecr:GetRepositoryPolicy")
LOOK_AT_REPOSITORIES = ("ecr:DescribeRepositories", "ecr:DescribeImageReplicationStatus")
"""Without a name it is asked of `repository/*`, and in other regions of the same name."""
LOOK_AT_RULES = ("ecr:DescribePullThroughCacheRules", "ecr:ValidatePullThroughCacheRule")
SIMULATE = ("iam:SimulatePrincipalPolicy", "iam:GetRole")
"""Asked of the caller's own user or role."""
LOOK_AT_ENDPOINTS = ("ec2:DescribeVpcEndpoints", "ec2:DescribeSecurityGroups")
"""Asked only where a host does not answer; these actions know no resources."""
PULL_THROUGH = ("ecr:CreateRepository", "ecr:BatchImportUpstreamImage")
"""For the first pull of an image from an upstream (AmazonECR/latest/userguide/
pull-through-cache-iam.html)."""
PUBLIC_LOGIN = ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")
"""Without a condition on sts:AWSServiceName: users report that it does not match there."""
_HOLDERS = ("role", "user")
LONGEST_MANAGED = 6144
"""Characters of a managed policy, white space not counted (IAM/latest/UserGuide/
reference_iam-quotas.html)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement; it always allows."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    """ARNs, or `*`; none in a repository's policy, which is about that repository."""
    principal: str = ""
    """Empty in an identity policy, which is about its holder."""

    def as_dict(self) -> dict[str, Any]:
        """The statement as AWS reads it."""
        found: dict[str, Any] = {"Sid": self.sid, "Effect": "Allow"}
        if self.principal:
            found["Principal"] = {"AWS": self.principal}
        found["Action"] = list(self.actions)
        if self.resources:
            found["Resource"] = "*" if self.resources == ("*",) else list(self.resources)
        return found


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document."""

    statements: tuple[Statement, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document as AWS reads it."""
        return {"Version": VERSION, "Statement": [s.as_dict() for s in self.statements]}

    @property
    def size(self) -> int:
        """Characters, as IAM counts them."""
        return len(json.dumps(self.as_dict(), separators=(",", ":")))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPlace:
    """A registry of another account, with what its owner has to set."""

    account: str
    region: str
    repositories: tuple[Scope, ...]
    repository_policy: Document
    """The same for each repository."""
    registry_policy: Document | None = None
    """Only for pull-through caches: who may make repositories and fill them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """All policies of one question."""

    identity: Document
    """For whoever pulls."""
    principal: Principal | None = None
    places: tuple[RegistryPlace, ...] = ()
    """Registries of other accounts than the principal's, in order."""
    notes: tuple[str, ...] = ()
    """What the reader should know beside the policies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be allowed beside or instead of the ordinary."""

    minimal: bool = False
    diagnose: bool = False
    pull_through: bool = False
    principal: str = ""


def policies(images: Sequence[str], wishes: Wishes) -> PolicySet:
    """The policies for pulling these images.

    Raises:
        UsageError: an image or the principal cannot be; the hint says what was likely meant.

    """
    scopes = merge_scopes([parse_scope(image) for image in images])
    private = tuple(scope for scope in scopes if not scope.is_public)
    if not private and (wishes.pull_through or wishes.principal):
        raise UsageError("images of ECR Public have no pull-through cache and no other account")
    principal = parse_principal(wishes.principal, scopes[0].partition) if wishes.principal else None
    identity = Document(_identity(private, wishes, principal, public=private != scopes))
    places = _places(private, wishes, principal) if principal else ()
    notes = _notes(identity, principal, places)
    return PolicySet(identity=identity, principal=principal, places=places, notes=notes)


def _identity(
    scopes: tuple[Scope, ...], wishes: Wishes, principal: Principal | None, *, public: bool
) -> tuple[Statement, ...]:
    arns = tuple(scope.arn for scope in scopes)
    found: list[Statement] = []
    if scopes:
        found = [
            Statement(sid="AllowLogin", actions=(LOGIN,), resources=("*",)),
            Statement(sid="AllowPullSpecificRepo", actions=_pull(wishes), resources=arns),
        ]
    if wishes.pull_through:
        found.append(Statement(sid="AllowPullThroughCache", actions=PULL_THROUGH, resources=arns))
    if wishes.diagnose and scopes:
        found += _diagnosis(scopes, principal)
    if public:
        found.append(Statement(sid="AllowPublicLogin", actions=PUBLIC_LOGIN, resources=("*",)))
    return tuple(found)


def _pull(wishes: Wishes) -> tuple[str, ...]:
    """The actions on the repositories themselves."""
    needed = PULL if wishes.minimal else ORDINARY
    more = LOOK_AT_IMAGES if wishes.diagnose else ()
    return tuple(dict.fromkeys(needed + more))


def _diagnosis(scopes: Iterable[Scope], principal: Principal | None) -> list[Statement]:
    """What tells of near names, of other regions, of pull-through rules and of one's own rights."""
    accounts = {(scope.partition, scope.account) for scope in scopes}
    callers = {(principal.partition, principal.account)} if principal else accounts
    accounts |= callers
    own = tuple(f"arn:{p}:iam::{a}:{kind}/*" for p, a in sorted(callers) for kind in _HOLDERS)
    if principal and principal.kind in _HOLDERS:
        own = (principal.arn,)
    everywhere = tuple(f"arn:{p}:ecr:*:{a}:repository/*" for p, a in sorted(accounts))
    return [
        Statement(sid="AllowDiagnosis", actions=LOOK_AT_REPOSITORIES, resources=everywhere),
        Statement(sid="AllowDiagnosisOfRules", actions=LOOK_AT_RULES, resources=("*",)),
        Statement(sid="AllowDiagnosisOfRights", actions=SIMULATE, resources=own),
        Statement(sid="AllowDiagnosisOfNetwork", actions=LOOK_AT_ENDPOINTS, resources=("*",)),
    ]


def _places(
    scopes: tuple[Scope, ...], wishes: Wishes, principal: Principal
) -> tuple[RegistryPlace, ...]:
    foreign = [scope for scope in scopes if scope.account != principal.account]
    found = []
    for account, region in sorted({(scope.account, scope.region) for scope in foreign}):
        here = tuple(s for s in foreign if (s.account, s.region) == (account, region))
        arns = tuple(scope.arn for scope in here)
        pull = Statement(sid="AllowPull", actions=_pull(wishes), principal=principal.arn)
        fill = Statement(
            sid="AllowPullThroughCache",
            actions=PULL_THROUGH,
            resources=arns,
            principal=principal.arn,
        )
        found.append(
            RegistryPlace(
                account=account,
                region=region,
                repositories=here,
                repository_policy=Document((pull,)),
                registry_policy=Document((fill,)) if wishes.pull_through else None,
            )
        )
    return tuple(found)


def _notes(
    identity: Document, principal: Principal | None, places: tuple[RegistryPlace, ...]
) -> tuple[str, ...]:
    found = []
    if identity.size > LONGEST_MANAGED:
        found.append(
            f"the identity policy has {identity.size} characters and a managed policy may have"
            f" {LONGEST_MANAGED}: name namespaces (HOST/NAMESPACE/*) in place of single images"
        )
    if principal and principal.note:
        found.append(principal.note)
    if principal and not places:
        found.append(
            f"{principal.arn} is of the registry's own account: its own policy is enough, and no"
            " repository policy is needed"
        )
    return tuple(found)
