"""Policies as JSON: one bare document, ready for AWS, or all documents with their places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ecr_doctor.errors import UsageError

from . import policy_where as where

if TYPE_CHECKING:
    from .policy import PolicySet, RegistryPlace

SCHEMA = 1


def as_json(policies: PolicySet, side: str) -> str:
    """The documents.

    Args:
        policies: what was asked for.
        side: `caller` or `registry` for that side's bare document; empty for all of them (bare too
            where no principal was named, so that there is one only).

    Raises:
        UsageError: there is nothing to set on the registry's side.

    """
    if side == "registry":
        if not policies.places:
            raise UsageError("there is no policy for the registry's side")
        found = policies.places[0].repository_policy.as_dict()
    elif side or policies.principal is None:
        found = policies.identity.as_dict()
    else:
        found = _everything(policies)
    return json.dumps(found, indent=2) + "\n"


def _everything(policies: PolicySet) -> dict[str, Any]:
    principal = policies.principal
    identity = {
        "account": principal.account if principal else "",
        "principal": principal.arn if principal else "",
        "where": where.identity_place(policies),
        "command": where.identity_command(principal),
        "document": policies.identity.as_dict(),
    }
    return {
        "schema": SCHEMA,
        "kind": "policy",
        "identity_policy": identity,
        "repository_policies": [p for place in policies.places for p in _repositories(place)],
        "registry_policies": [p for place in policies.places for p in _registries(place)],
        "notes": list(policies.notes),
    }


def _repositories(place: RegistryPlace) -> list[dict[str, Any]]:
    return [
        {
            "account": place.account,
            "region": place.region,
            "repository": scope.pattern,
            "where": where.repository_place(place, scope),
            "command": where.repository_command(place, scope),
            "document": place.repository_policy.as_dict(),
        }
        for scope in place.repositories
    ]


def _registries(place: RegistryPlace) -> list[dict[str, Any]]:
    if place.registry_policy is None:
        return []
    entry = {
        "account": place.account,
        "region": place.region,
        "where": where.registry_place(place),
        "command": where.registry_command(place),
        "document": place.registry_policy.as_dict(),
    }
    return [entry]
