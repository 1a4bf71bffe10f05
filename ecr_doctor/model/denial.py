"""What AWS says when it refuses a call: who, what, on what, and which kind of policy decided.

The wordings are those of AWS's page "Troubleshoot access denied error messages" (IAM user guide);
ECR's registry, ECR's API, STS and S3 all use them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PolicyKind(StrEnum):
    """The kind of policy that decided; AWS names it in the tail of the message."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    SCP = "scp"
    RCP = "rcp"
    BOUNDARY = "boundary"
    SESSION = "session"
    VPC_ENDPOINT = "vpc-endpoint"
    TRUST = "trust"
    UNKNOWN = "unknown"
    """The message has no such tail: across accounts AWS leaves it out, and texts get cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One refusal. Parts that the text does not name are empty."""

    action: str
    """`ecr:BatchGetImage`, for instance; its service in lower case."""
    principal: str = ""
    resource: str = ""
    policy_kind: PolicyKind = PolicyKind.UNKNOWN
    explicit: bool = False
    """True when a policy says Deny, False when none says Allow."""
    policy: str = ""
    """ARN or name of the policy that denies, where AWS tells it."""
    quarantined: bool = False
    """The denying policy is the one AWS attaches to leaked keys."""

    @property
    def principal_account(self) -> str:
        """The account that the caller belongs to; empty when it cannot be read."""
        return _account(self.principal)

    def is_cross_account(self, registry_account: str) -> bool:
        """Whether caller and resource are known to belong to different accounts."""
        owner = _account(self.resource) or registry_account
        return bool(owner and self.principal_account and owner != self.principal_account)

    def cause(self, registry_account: str) -> str | None:
        """The catalog's cause; None where the text does not tell enough to name one."""
        if self.quarantined:
            return "aws-key-quarantined"
        service, _, verb = self.action.partition(":")
        if service == "s3":
            return "s3-layer-policy-deny"
        if self.policy_kind is PolicyKind.TRUST or verb.startswith("AssumeRole"):
            return "assume-role-refused"
        if self.policy_kind in _WHOLE_KIND:
            return _WHOLE_KIND[self.policy_kind]
        if self.explicit:
            return _EXPLICIT.get(self.policy_kind)
        return self._nothing_allows(registry_account)

    def _nothing_allows(self, registry_account: str) -> str | None:
        if self.policy_kind is PolicyKind.RESOURCE:
            return "repo-policy-missing-cross-account"
        # The token belongs to the caller's own account: other accounts have no say in it.
        token_call = self.action.endswith((":GetAuthorizationToken", ":GetServiceBearerToken"))
        if not token_call and self.is_cross_account(registry_account):
            if self.policy_kind is PolicyKind.IDENTITY:
                return "identity-policy-missing-cross-account"
            return "cross-account-denial-unexplained"
        return _MISSING.get(self.action)

    def facts(self) -> dict[str, str]:
        """The named parts that the catalog's fixes are filled with."""
        known = self.policy_kind is not PolicyKind.UNKNOWN
        parts = {
            "principal": self.principal,
            "action": self.action,
            "resource": self.resource,
            "policy_kind": self.policy_kind.value if known else "",
            "policy": self.policy,
        }
        return {name: value for name, value in parts.items() if value}


_WHOLE_KIND: Final = {
    PolicyKind.SCP: "scp-deny",
    PolicyKind.RCP: "rcp-deny",
    PolicyKind.BOUNDARY: "permissions-boundary-deny",
    PolicyKind.SESSION: "session-policy-deny",
    PolicyKind.VPC_ENDPOINT: "vpc-endpoint-policy-deny",
}
"""Kinds whose cure is the same whether they deny or do not allow."""
_EXPLICIT: Final = {
    PolicyKind.IDENTITY: "iam-explicit-deny",
    PolicyKind.RESOURCE: "repo-policy-explicit-deny",
}
_MISSING: Final = {
    "ecr:GetAuthorizationToken": "iam-missing-get-authorization-token",
    "ecr-public:GetAuthorizationToken": "iam-missing-get-authorization-token",
    "sts:GetServiceBearerToken": "public-ecr-missing-bearer-token",
    "ecr:BatchGetImage": "iam-missing-batch-get-image",
    "ecr:GetDownloadUrlForLayer": "iam-missing-get-download-url",
    "ecr:CreateRepository": "pull-through-missing-create-repository",
    "ecr:BatchImportUpstreamImage": "pull-through-missing-batch-import",
}
_KINDS: Final = (
    ("identity", PolicyKind.IDENTITY),
    ("resource-based", PolicyKind.RESOURCE),
    ("resource control", PolicyKind.RCP),
    ("service control", PolicyKind.SCP),
    ("permissions boundary", PolicyKind.BOUNDARY),
    ("session", PolicyKind.SESSION),
    ("vpc endpoint", PolicyKind.VPC_ENDPOINT),
    ("role trust", PolicyKind.TRUST),
)

_LONGEST: Final = 200_000
"""Characters that are looked at: an error message is short, a pasted log need not be."""
_TAIL: Final = 500
"""Characters after the action in which the deciding policy is named."""
# Every repetition is bounded: the text comes from outside.
_REFUSED: Final = re.compile(
    r"(?:User:\s{0,40}(?P<principal>[^\s\"']{1,700})\s{1,40}is\s{1,40})?"
    r"\bnot\s{1,40}authorized\s{1,40}to\s{1,40}perform:?\s{1,40}"
    r"(?P<action>[A-Za-z0-9-]{2,40}:[A-Za-z]{1,80})"
    r"(?:\s{1,40}on\s{1,40}resource:?\s{1,40}[\\\"']{0,4}(?P<resource>[^\s\"'\\]{1,1500}))?",
    re.IGNORECASE,
)
_DECIDED: Final = re.compile(
    r"(?P<implicit>because\s{1,40}no\s{1,40})|with\s{1,40}an\s{1,40}explicit\s{1,40}deny"
    r"(?:\s{1,40}in\s{1,40}(?:an|a|the)\s{1,40})?",
    re.IGNORECASE,
)
_POLICY_ARN: Final = re.compile(
    r"\barn:aws[a-z-]{0,20}:(?:iam|organizations|ecr):[^\s\"'\\,;]{1,600}"
)
_QUARANTINE: Final = re.compile(r"AWSCompromisedKeyQuarantine\w{0,20}", re.IGNORECASE)
_ACCOUNT: Final = re.compile(r"arn:[a-z-]{1,30}:[a-z0-9-]{1,40}:[a-z0-9-]{0,40}:(\d{12}):")


def parse_denial(text: str) -> Denial | None:
    """The first refusal that a text tells of, in whatever a client put around it; None if none.

    Text may be cut, wrapped over lines, or quoted inside JSON.
    """
    text = text[:_LONGEST]
    match = _REFUSED.search(text)
    if match is None:
        return None
    tail = _tail(text, match.end())
    kind, explicit, rest = _decided(tail)
    quarantine = _QUARANTINE.search(tail)
    policy = _POLICY_ARN.search(rest) or quarantine
    service, _, verb = match["action"].partition(":")
    return Denial(
        action=f"{service.lower()}:{verb}",
        principal=match["principal"] or "",
        resource=(match["resource"] or "").rstrip(".,;)"),
        policy_kind=kind,
        explicit=explicit,
        policy=policy.group().rstrip(".)") if policy else "",
        quarantined=quarantine is not None,
    )


def _tail(text: str, start: int) -> str:
    """What follows the refusal, up to the next one; a log holds many."""
    tail = text[start : start + _TAIL]
    return re.split(r"\bUser:\s", tail, maxsplit=1)[0]


def _decided(tail: str) -> tuple[PolicyKind, bool, str]:
    """The deciding kind of policy, whether it says Deny, and the text after that."""
    match = _DECIDED.search(tail)
    if match is None:
        return PolicyKind.UNKNOWN, False, ""
    rest = " ".join(tail[match.end() :].split())
    kind = next((kind for words, kind in _KINDS if rest.lower().startswith(words)), None)
    return kind or PolicyKind.UNKNOWN, match["implicit"] is None, rest


def _account(arn: str) -> str:
    match = _ACCOUNT.match(arn)
    return match[1] if match else ""
