"""What somebody else must do, as a text that can be sent: to whom, which statement, where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.model import Diagnosis, Fix


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who can cure some causes, and where the cure goes; both may hold `{names}` of facts."""

    who: str
    where: str


_IAM = Addressee("whoever manages IAM in the account of {principal}", "the policy of {principal}")
_OWNER = Addressee(
    "the owner of account {account}", "the policy of the repository {repository} in {region}"
)
_ORGANIZATION = Addressee(
    "the administrators of the AWS organization", "the policy that covers account {account}"
)
_NETWORK = Addressee("whoever runs this network", "what lies between this machine and {host}")
_ENDPOINT = Addressee("whoever runs this VPC", "the policy of the VPC endpoint in {region}")
_MACHINE = Addressee("this machine's administrator", "this machine")
_PUBLISHER = Addressee("whoever publishes {repository}", "the image {image}")

_BY_CAUSE = {
    "identity-policy-missing-cross-account": _IAM,
    "grant-on-other-role": _IAM,
    "aws-key-quarantined": _IAM,
    "assume-role-refused": _IAM,
    "wrong-aws-identity": _IAM,
    "public-ecr-missing-bearer-token": _IAM,
    "permissions-boundary-deny": Addressee(_IAM.who, "the permissions boundary of {principal}"),
    "session-policy-deny": Addressee("whoever hands out the session", "its session policy"),
    "pull-through-missing-create-repository": _IAM,
    "pull-through-missing-batch-import": _IAM,
    "cross-account-denial-unexplained": _OWNER,
    "org-condition-mismatch": _OWNER,
    "kms-key-unusable": _OWNER,
    "pull-through-cross-account": _OWNER,
    "lambda-not-in-repo-policy": _OWNER,
    "scp-deny": _ORGANIZATION,
    "rcp-deny": _ORGANIZATION,
    "vpc-endpoint-policy-deny": _ENDPOINT,
    "s3-layer-policy-deny": _ENDPOINT,
    "repository-not-found": _PUBLISHER,
    "image-tag-not-found": _PUBLISHER,
    "platform-not-in-image": _PUBLISHER,
    "layer-corrupt": _PUBLISHER,
    "clock-skew": _MACHINE,
    "certsd-broken": _MACHINE,
    "data-root-read-only": _MACHINE,
    "registry-mirror-broken": _MACHINE,
    "hosts-file-override": _MACHINE,
}
_BY_BEGINNING = {
    "iam-": _IAM,
    "repo-policy-": _OWNER,
    "vpc-endpoint-": _NETWORK,
    "dns-": _NETWORK,
    "network-": _NETWORK,
    "connection-": _NETWORK,
    "proxy-": _NETWORK,
    "no-proxy-": _NETWORK,
    "tls-": _NETWORK,
    "s3-layer-": _NETWORK,
    "captive-": _NETWORK,
    "docker-daemon-": _MACHINE,
    "docker-socket-": _MACHINE,
    "disk-": _MACHINE,
    "inodes-": _MACHINE,
}
_UNKNOWN = {"principal": "the identity that pulls", "account": "the registry"}


class _Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return _UNKNOWN.get(name, "the " + name)


def addressee(cause: str) -> Addressee | None:
    """Who can cure it; None where it is the user alone."""
    if cause in _BY_CAUSE:
        return _BY_CAUSE[cause]
    found = (who for begin, who in _BY_BEGINNING.items() if cause.startswith(begin))
    return next(found, None)


def letter(diagnosis: Diagnosis, facts: Mapping[str, str]) -> str:
    """The text to be sent; empty where nobody else is to be asked."""
    who = addressee(diagnosis.cause)
    if who is None:
        return ""
    known = _Facts((name, value) for name, value in facts.items() if value)
    seen = diagnosis.explanation.split("\n\n", 1)[0].strip()
    lines = [
        f"To: {who.who.format_map(known)}",
        f"Subject: {diagnosis.title}: {facts.get('image', '')}".rstrip(": "),
        "",
        *([seen, ""] if seen else []),
        f"Please change {who.where.format_map(known)}.",
    ]
    for fix in diagnosis.fixes[:2]:
        lines += _fix(fix)
    return "\n".join(lines).rstrip() + "\n"


def _fix(fix: Fix) -> list[str]:
    lines = ["", f"{fix.title}:", *(f"- {step}" for step in fix.steps)]
    if fix.command:
        lines += [f"  {line}" for line in fix.command.strip().splitlines()]
    return [*lines, *fix.policy.strip().splitlines()]
