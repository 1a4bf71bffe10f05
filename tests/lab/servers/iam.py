"""AWS's evaluation of policies, with AWS's words for the reason of a denial."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Policy = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """Who wants to do what to what."""

    principal: str
    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """Return the caller's account."""
        return self.principal.split(":")[4]

    @property
    def crosses_accounts(self) -> bool:
        """Tell whether the resource belongs to someone else."""
        return self.resource != "*" and self.resource.split(":")[4] != self.account


@dataclass(frozen=True)
class Policies:
    """All policies with a say in one request; None where that kind of limit is not set."""

    identity: list[Policy] = field(default_factory=list)
    resource: Policy | None = None
    boundary: Policy | None = None
    session: Policy | None = None
    scps: list[Policy] = field(default_factory=list)
    endpoint: Policy | None = None

    def by_kind(self) -> list[tuple[str, str, list[Policy]]]:
        """Return the policies with the article and the name AWS gives their kind."""
        return [
            ("a", "service control policy", self.scps),
            ("a", "VPC endpoint policy", _listed(self.endpoint)),
            ("a", "resource-based policy", _listed(self.resource)),
            ("an", "identity-based policy", self.identity),
            ("a", "permissions boundary", _listed(self.boundary)),
            ("a", "session policy", _listed(self.session)),
        ]


def denial(request: Request, policies: Policies) -> str | None:
    """Return why the request is denied, as the tail of AWS's sentence; None if it is allowed."""
    for article, kind, documents in policies.by_kind():
        if _any(documents, "Deny", request):
            return f"with an explicit deny in {article} {kind}"
    missing = _missing_allow(request, policies)
    return missing and f"because no {missing} allows the {request.action} action"


def sentence(request: Request, reason: str) -> str:
    """Return AWS's whole sentence of a denial."""
    return (
        f"User: {request.principal} is not authorized to perform: {request.action} "
        f"on resource: {request.resource} {reason}"
    )


def _missing_allow(request: Request, policies: Policies) -> str | None:
    """Return the kind of policy that should have allowed the request and does not."""
    if policies.endpoint is not None and not _any([policies.endpoint], "Allow", request):
        return "VPC endpoint policy"
    if policies.scps and not all(_any([scp], "Allow", request) for scp in policies.scps):
        return "service control policy"
    return _missing_grant(request, policies) or _missing_in_limits(request, policies)


def _missing_grant(request: Request, policies: Policies) -> str | None:
    """Return which side does not grant: within an account one is enough, across two it is not."""
    by_identity = _any(policies.identity, "Allow", request)
    by_resource = _any(_listed(policies.resource), "Allow", request)
    enough = by_identity if request.crosses_accounts else by_identity or by_resource
    if not enough:
        return "identity-based policy"
    return "resource-based policy" if request.crosses_accounts and not by_resource else None


def _missing_in_limits(request: Request, policies: Policies) -> str | None:
    """Return which of the caller's own limits does not reach as far."""
    limits = {"permissions boundary": policies.boundary, "session policy": policies.session}
    for kind, limit in limits.items():
        if limit is not None and not _any([limit], "Allow", request):
            return kind
    return None


def _any(documents: list[Policy], effect: str, request: Request) -> bool:
    """Tell whether a statement with this effect applies to the request."""
    return any(
        statement["Effect"] == effect and _applies(statement, request)
        for document in documents
        for statement in _strings_or_maps(document["Statement"])
    )


def _applies(statement: Policy, request: Request) -> bool:
    """Tell whether principal, action, resource and conditions of a statement all match."""
    return (
        _names_principal(statement.get("Principal", "*"), request)
        and _selects(statement, "Action", request.action, fold=True)
        and _selects(statement, "Resource", request.resource, fold=False)
        and _conditions_hold(statement.get("Condition", {}), request.context)
    )


def _selects(statement: Policy, key: str, value: str, *, fold: bool) -> bool:
    """Tell whether Action or Resource (or their Not form) selects a value."""
    negated = f"Not{key}"
    if negated in statement:
        return not any(_like(p, value, fold=fold) for p in _strings_or_maps(statement[negated]))
    return any(_like(p, value, fold=fold) for p in _strings_or_maps(statement.get(key, "*")))


def _names_principal(principal: object, request: Request) -> bool:
    """Tell whether a resource policy's Principal means the caller."""
    listed = principal.get("AWS", []) if isinstance(principal, Mapping) else principal
    own = {"*", request.account, f"arn:aws:iam::{request.account}:root", request.principal}
    own.add(role_of(request.principal))
    return any(one in own for one in _strings_or_maps(listed))


def role_of(principal: str) -> str:
    """Return the role behind a session's ARN; any other ARN as it is."""
    match = re.fullmatch(r"arn:aws:sts::(\d+):assumed-role/([^/]+)/.*", principal)
    return f"arn:aws:iam::{match[1]}:role/{match[2]}" if match else principal


def _conditions_hold(conditions: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """Tell whether every condition of a statement holds."""
    return all(
        _condition_holds(operator, _strings_or_maps(wanted), _lookup(context, key))
        for operator, pairs in conditions.items()
        for key, wanted in pairs.items()
    )


def _lookup(context: Mapping[str, str], key: str) -> str | None:
    """Find a context key, whose case does not matter."""
    return next((v for k, v in context.items() if k.lower() == key.lower()), None)


def _condition_holds(operator: str, wanted: list[Any], actual: str | None) -> bool:
    """Judge one operator; a missing key fails all but the negated and IfExists forms.

    Raises:
        ValueError: a fault's policy has an operator that this evaluator does not know: judged as
            false or true, it would break something else than the fault says.

    """
    plain = operator.removesuffix("IfExists")
    if plain == "Null":
        return (actual is None) == (str(wanted[0]).lower() == "true")
    if actual is None:
        return "Not" in plain or operator != plain
    if plain.startswith(("String", "Arn")):
        pattern = plain.endswith("Like") or plain.startswith("Arn")
        found = any(_like(str(w), actual, fold=False) if pattern else w == actual for w in wanted)
        return found != ("Not" in plain)
    if plain in {"IpAddress", "NotIpAddress"}:
        inside = any(ip_address(actual) in ip_network(str(one)) for one in wanted)
        return inside != ("Not" in plain)
    if plain == "Bool":
        return actual.lower() in {str(w).lower() for w in wanted}
    raise ValueError(f"this evaluator does not know the condition operator {operator!r}")


def _like(pattern: str, value: str, *, fold: bool) -> bool:
    """Match IAM's two wildcards, * and ?."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.IGNORECASE if fold else 0) is not None


def _listed(policy: Policy | None) -> list[Policy]:
    return [] if policy is None else [policy]


def _strings_or_maps(value: object) -> list[Any]:
    """Return a list where a policy may hold one thing or several."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
