"""Which document goes where: in words, and as the command that puts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .policy import PolicySet, RegistryPlace
    from .policy_principal import Principal
    from .policy_scope import Scope

NAME = "ecr-pull"
"""Of the policy where it needs a name."""


def identity_place(policies: PolicySet) -> str:
    """Where the identity policy goes."""
    principal = policies.principal
    if principal is None:
        return "to the user or role that pulls"
    if principal.kind == "root":
        return f"in account {principal.account}, to the users and roles that pull"
    if principal.is_permission_set:
        return f"in IAM Identity Center, to the permission set behind the role {principal.name}"
    return f"in account {principal.account}, to {principal.arn}"


def identity_command(principal: Principal | None) -> str:
    """How to attach it; empty where nobody is named whom it could be attached to."""
    if principal is None or not principal.is_attachable:
        return ""
    kind = principal.kind
    return (
        f"aws iam put-{kind}-policy --{kind}-name {principal.name} --policy-name {NAME}"
        " --policy-document file://identity.json"
    )


def repository_place(place: RegistryPlace, scope: Scope) -> str:
    """Where a repository's policy goes."""
    what = f"repository {scope.pattern}"
    if scope.is_pattern:
        what = f"every repository that is called {scope.pattern}"
    return f"in account {place.account}, region {place.region}, to {what}"


def repository_command(place: RegistryPlace, scope: Scope) -> str:
    """How to set it, which replaces the policy that may be there."""
    name = "REPOSITORY" if scope.is_pattern else scope.pattern
    return (
        f"aws ecr set-repository-policy --region {place.region} --repository-name {name}"
        " --policy-text file://repository.json"
    )


def registry_place(place: RegistryPlace) -> str:
    """Where a registry's policy goes."""
    return f"in account {place.account}, region {place.region}, to the registry itself"


def registry_command(place: RegistryPlace) -> str:
    """How to set it, which replaces the policy that may be there."""
    return f"aws ecr put-registry-policy --region {place.region} --policy-text file://registry.json"


def directions(policies: PolicySet) -> list[str]:
    """One line for each document of a pull across accounts; none where all goes to one place."""
    if not policies.places:
        return []
    lines = [f"identity policy: {identity_place(policies)}"]
    for place in policies.places:
        lines += [f"repository policy: {repository_place(place, s)}" for s in place.repositories]
        if place.registry_policy:
            lines.append(f"registry policy: {registry_place(place)}")
    lines.append("setting a policy replaces the one that is there: add the statement to it")
    return lines
