"""Conditions that do not hold, and denials in words of other kinds of policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lab import names, state
from lab.faults.answers import rule
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.state import PULL_ACTIONS, READ_ACTIONS, allow, deny, policy

if TYPE_CHECKING:
    from lab.world import Lab


_ALL = ["ecr:GetAuthorizationToken", *PULL_ACTIONS, *READ_ACTIONS]

_ARN = f"arn:aws:ecr:{names.REGION}:{names.ACCOUNT}:repository/team/app"


def _user(*statements: dict[str, Any]) -> Injection:
    def inject(lab: Lab) -> None:
        lab.state["principals"][state.USER_ARN] = {"policies": [policy(*statements)]}
        lab.save()

    return inject


def _if(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def _denied(tail: str) -> Injection:
    """Return an injection of a refusal of the manifest in these words of AWS's."""
    words = (
        f"User: {state.USER_ARN} is not authorized to perform: ecr:BatchGetImage on resource: "
        f"{_ARN} {tail}"
    )
    body = json.dumps({"errors": [{"code": "DENIED", "message": words}]})
    return rule(names.HOST, path="/v2/*/manifests/*", status=403, body=body)


def _repository(*statements: dict[str, Any]) -> Injection:
    key = f"{names.ACCOUNT}/{names.REGION}/team/app"
    return lambda lab: lab.update(repository_policies={key: policy(*statements)})


def _fails(name: str, summary: str, inject: Injection, *accept: str, **env: str) -> Fault:
    return Fault(name, "aws-credentials", summary, inject, accept, says=NO_CREDENTIALS, env=env)


def _refused(name: str, summary: str, inject: Injection, *accept: str) -> Fault:
    return Fault(name, "iam", summary, inject, accept, says="is not authorized")


FAULTS = (
    _fails(
        "deny-other-networks",
        "all is denied from outside the company's network",
        _user(allow(_ALL), deny(["*"], **_if("NotIpAddress", "aws:SourceIp", "198.51.100.0/24"))),
        "iam-explicit-deny",
        "iam-condition-mismatch",
    ),
    _refused(
        "allow-own-network",
        "the pull is allowed from the company's network only",
        _user(
            allow(["ecr:GetAuthorizationToken", *READ_ACTIONS]),
            {**allow(PULL_ACTIONS), **_if("IpAddress", "aws:SourceIp", "198.51.100.0/24")},
        ),
        "iam-condition-mismatch",
        "iam-missing-batch-get-image",
    ),
    _refused(
        "allow-by-tag",
        "the pull is allowed for repositories with a tag that this one lacks",
        _user(
            allow(["ecr:GetAuthorizationToken", *READ_ACTIONS]),
            {**allow(PULL_ACTIONS), **_if("StringEquals", "aws:ResourceTag/env", "dev")},
        ),
        "iam-condition-mismatch",
        "iam-missing-batch-get-image",
    ),
    _refused(
        "repository-denies-outside",
        "the repository's policy denies what does not come through a VPC endpoint",
        _repository(
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["ecr:*"],
                **_if("StringNotEquals", "aws:SourceVpce", "vpce-0abc"),
            }
        ),
        "repo-policy-explicit-deny",
        "iam-condition-mismatch",
    ),
    _refused(
        "denied-by-boundary",
        "an explicit deny in a permissions boundary",
        _denied("with an explicit deny in a permissions boundary"),
        "permissions-boundary-deny",
    ),
    _refused(
        "denied-by-session",
        "an explicit deny in a session policy",
        _denied("with an explicit deny in a session policy"),
        "session-policy-deny",
    ),
    _refused(
        "denied-by-quarantine",
        "an explicit deny in the policy of leaked keys",
        _denied(
            "with an explicit deny in an identity-based policy: "
            "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
        ),
        "aws-key-quarantined",
    ),
)
