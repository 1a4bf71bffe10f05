"""Policies as CloudFormation: one template for each account and region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from .policy import PolicySet, RegistryPlace
    from .policy_scope import Scope

FORMAT = "2010-09-09"
_KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
_IMPORT = (
    "A repository that is there already must be imported into the stack"
    " (aws cloudformation create-change-set --change-set-type IMPORT), or take over its"
    " RepositoryPolicyText into the template that it comes from."
)


def as_cloudformation(policies: PolicySet, side: str) -> str:
    """The templates of one side (`caller`, `registry`), or of both, as YAML documents.

    Raises:
        UsageError: there is nothing to set on the registry's side, or it is for repositories whose
            names are not known, to which CloudFormation cannot attach a policy.

    """
    places = () if side == "caller" else policies.places
    found: list[tuple[str, dict[str, Any]]] = []
    if side != "registry":
        found.append((_caller_title(policies), _identity(policies)))
    found += [(_place_title(place), _registry(place)) for place in places]
    if not found:
        raise UsageError("there is no policy for the registry's side")
    return "---\n".join(f"# {title}\n{_yaml(template)}" for title, template in found)


def _caller_title(policies: PolicySet) -> str:
    principal = policies.principal
    return f"Stack of account {principal.account}" if principal else "Stack of whoever pulls"


def _place_title(place: RegistryPlace) -> str:
    return f"Stack of account {place.account} in {place.region}. {_IMPORT}"


def _identity(policies: PolicySet) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "Description": "Pulls from Amazon ECR",
        "PolicyDocument": policies.identity.as_dict(),
    }
    principal = policies.principal
    if principal and principal.is_attachable:
        properties[f"{principal.kind.capitalize()}s"] = [principal.name]
    resources = {"EcrPull": {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}}
    outputs = {"EcrPullArn": {"Value": {"Ref": "EcrPull"}}}
    return _template("Pulls from Amazon ECR", resources) | {"Outputs": outputs}


def _registry(place: RegistryPlace) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for scope in place.repositories:
        resources[_logical_id(scope.pattern, resources)] = _repository(place, scope)
    if place.registry_policy:
        properties = {"PolicyText": place.registry_policy.as_dict()}
        resources["RegistryPolicy"] = {
            "Type": "AWS::ECR::RegistryPolicy",
            "Properties": properties,
        }
    return _template(f"Lets others pull from account {place.account}", resources)


def _repository(place: RegistryPlace, scope: Scope) -> dict[str, Any]:
    if scope.is_pattern:
        what = f"CloudFormation cannot set a policy on all repositories called {scope.pattern}"
        raise UsageError(what, "Name each repository, or use --format terraform.")
    properties = {
        "RepositoryName": scope.pattern,
        "RepositoryPolicyText": place.repository_policy.as_dict(),
    }
    return {"Type": "AWS::ECR::Repository", **_KEPT, "Properties": properties}


def _logical_id(name: str, used: dict[str, Any]) -> str:
    """Letters and digits, each resource its own."""
    words = re.split(r"[^a-z0-9]+", name)
    wanted = "Repository" + "".join(word.capitalize() for word in words)
    number, free = 2, wanted
    while free in used:
        free, number = f"{wanted}{number}", number + 1
    return free


def _template(description: str, resources: dict[str, Any]) -> dict[str, Any]:
    return {
        "AWSTemplateFormatVersion": FORMAT,
        "Description": description,
        "Resources": resources,
    }


def _yaml(template: dict[str, Any]) -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes a value that stands twice out twice, where YAML would refer to the first."""

        def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002
            return True

    text: str = yaml.dump(template, Dumper=Plain, sort_keys=False, width=200)
    return text
