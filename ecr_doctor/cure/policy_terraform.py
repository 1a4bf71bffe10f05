"""Policies as Terraform: resources of the provider hashicorp/aws."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError

from . import policy_where as where

if TYPE_CHECKING:
    from .policy import PolicySet, RegistryPlace
    from .policy_principal import Principal
    from .policy_scope import Scope

_LABEL = "ecr_pull"


def as_terraform(policies: PolicySet, side: str) -> str:
    """The resources of one side (`caller`, `registry`), or of both.

    Where they belong into several accounts or regions, each registry has a provider of its own.

    Raises:
        UsageError: there is nothing to set on the registry's side.

    """
    places = () if side == "caller" else policies.places
    with_caller = side != "registry"
    if not with_caller and not places:
        raise UsageError("there is no policy for the registry's side")
    aliased = len(places) + with_caller > 1
    blocks = [_providers(places)] if places and aliased else []
    if with_caller:
        blocks += _identity(policies)
    for place in places:
        blocks += _registry(place, _alias(place) if aliased else "")
    return "\n".join(blocks)


def _providers(places: tuple[RegistryPlace, ...]) -> str:
    lines = "".join(f"        aws.{_alias(place)},\n" for place in places)
    return (
        "# Hand over a provider for each registry: its account's credentials, its region.\n"
        "terraform {\n  required_providers {\n    aws = {\n"
        '      source = "hashicorp/aws"\n'
        f"      configuration_aliases = [\n{lines}      ]\n"
        "    }\n  }\n}\n"
    )


def _alias(place: RegistryPlace) -> str:
    return f"registry_{place.account}_{place.region.replace('-', '_')}"


def _identity(policies: PolicySet) -> list[str]:
    body = {
        "name": where.NAME,
        "description": "Pulls from Amazon ECR",
        "policy": _Encoded(policies.identity.as_dict()),
    }
    comment = _sentence(where.identity_place(policies))
    return [_resource(comment, "aws_iam_policy", _LABEL, body), *_attachment(policies.principal)]


def _attachment(principal: Principal | None) -> list[str]:
    if principal is None or not principal.is_attachable:
        return []
    body = {principal.kind: principal.name, "policy_arn": _Code(f"aws_iam_policy.{_LABEL}.arn")}
    return [_resource("", f"aws_iam_{principal.kind}_policy_attachment", _LABEL, body)]


def _registry(place: RegistryPlace, alias: str) -> list[str]:
    start: dict[str, Any] = {"provider": _Code(f"aws.{alias}")} if alias else {}
    blocks = []
    if any(scope.is_pattern for scope in place.repositories):
        label = _label("every", place, alias)
        blocks.append(_block(f'data "aws_ecr_repositories" "{label}"', start))
    labels: set[str] = set()
    for scope in place.repositories:
        label = _unused(_label(scope.pattern, place, alias), labels)
        body = start | _repositories(scope, _label("every", place, alias))
        body["policy"] = _Encoded(place.repository_policy.as_dict())
        comment = _sentence(where.repository_place(place, scope))
        blocks.append(_resource(comment, "aws_ecr_repository_policy", label, body))
    if place.registry_policy:
        body = start | {"policy": _Encoded(place.registry_policy.as_dict())}
        label = _label("pull_through", place, alias)
        comment = _sentence(where.registry_place(place))
        blocks.append(_resource(comment, "aws_ecr_registry_policy", label, body))
    return blocks


def _repositories(scope: Scope, every: str) -> dict[str, Any]:
    """The repository's name; for a pattern the names of all that are there and fit."""
    if not scope.is_pattern:
        return {"repository": scope.pattern}
    expression = "^" + ".*".join(re.escape(part) for part in scope.pattern.split("*")) + "$"
    names = f"data.aws_ecr_repositories.{every}.names"
    fits = f"can(regex({_quoted(expression)}, name))"
    return {
        "for_each": _Code(f"toset([for name in {names} : name if {fits}])"),
        "repository": _Code("each.value"),
    }


def _label(text: str, place: RegistryPlace, alias: str) -> str:
    """A name for a resource: letters, digits and `_`, a letter first."""
    name = re.sub(r"[^a-z0-9]+", "_", text.replace("*", "all")).strip("_")
    name = name if name[:1].isalpha() else f"r_{name}"
    return f"{name}_{place.account}_{place.region.replace('-', '_')}" if alias else name


def _unused(label: str, used: set[str]) -> str:
    """The label, with a number where another repository's name comes to the same."""
    number, free = 2, label
    while free in used:
        free, number = f"{label}_{number}", number + 1
    used.add(free)
    return free


class _Code(str):
    """An expression, in place of a string."""

    __slots__ = ()


class _Encoded(dict[str, Any]):
    """An object that goes to AWS as JSON."""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _resource(comment: str, kind: str, label: str, body: dict[str, Any]) -> str:
    head = f"# {comment}\n" if comment else ""
    return head + _block(f'resource "{kind}" "{label}"', body)


def _block(head: str, body: dict[str, Any]) -> str:
    width = max((len(key) for key in body), default=0)
    lines = [f"  {key:<{width}} = {_value(value, '  ')}\n" for key, value in body.items()]
    return f"{head} {{\n{''.join(lines)}}}\n"


def _value(value: Any, indent: str) -> str:  # noqa: ANN401
    if isinstance(value, _Code):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    deeper = indent + "  "
    if isinstance(value, list):
        items = "".join(f"{deeper}{_value(item, deeper)},\n" for item in value)
        return f"[\n{items}{indent}]"
    width = max(len(key) for key in value)
    fields = [f"{deeper}{k:<{width}} = {_value(v, deeper)}\n" for k, v in value.items()]
    text = f"{{\n{''.join(fields)}{indent}}}"
    return f"jsonencode({text})" if isinstance(value, _Encoded) else text


def _quoted(text: str) -> str:
    """A string of HCL: as in JSON, and `${`, `%{` begin templates."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")
