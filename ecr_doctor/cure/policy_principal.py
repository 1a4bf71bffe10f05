"""Who is to pull: the `Principal` of a repository's policy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecr_doctor.errors import UsageError

_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?:(?P<root>root)|(?P<kind>user|role|assumed-role)/(?P<path>[\w+=,.@/-]+))",
    re.ASCII,
)
_FORMS = "arn:aws:iam::ACCOUNT_ID:role/NAME, ...:user/NAME, ...:root, or an account id"
_SSO_ROLE = "AWSReservedSSO_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A role, a user, or a whole account."""

    arn: str
    account: str
    partition: str
    kind: str
    """`role`, `user` or `root`."""
    name: str = ""
    """The role's or user's name without its path; empty for an account."""
    note: str = ""
    """What was changed of the text that was given."""

    @property
    def is_attachable(self) -> bool:
        """Whether a policy can be attached to it: not to an account, nor to a role of SSO's."""
        return self.kind != "root" and not self.is_permission_set

    @property
    def is_permission_set(self) -> bool:
        """Whether it is the role of an SSO permission set, which nobody edits but by the set."""
        return self.kind == "role" and self.name.startswith(_SSO_ROLE)


def parse_principal(text: str, partition: str) -> Principal:
    """Read the ARN of a role, user, role session or account; or an account id.

    Args:
        text: as `aws sts get-caller-identity` prints it, for instance.
        partition: that of the images.

    Raises:
        UsageError: it can be no principal of these images.

    """
    if _ACCOUNT.fullmatch(text):
        arn = f"arn:{partition}:iam::{text}:root"
        return Principal(arn=arn, account=text, partition=partition, kind="root")
    parts = _ARN.fullmatch(text)
    if parts is None or (parts["service"] == "sts") != (parts["kind"] == "assumed-role"):
        raise UsageError(f"{text[:200]!r} cannot be a principal", f"It is {_FORMS}.")
    if parts["partition"] != partition:
        what = f"{text[:200]} is of the partition {parts['partition']}, the images of {partition}"
        raise UsageError(what, "AWS lets nobody pull across partitions.")
    if parts["kind"] == "assumed-role":
        return _role_of_session(parts["account"], parts["path"], partition)
    name = (parts["path"] or "").rpartition("/")[2]
    if not parts["root"] and not name:
        raise UsageError(f"{text[:200]!r} cannot be a principal", f"It is {_FORMS}.")
    kind = parts["root"] or parts["kind"]
    return Principal(arn=text, account=parts["account"], partition=partition, kind=kind, name=name)


def _role_of_session(account: str, path: str, partition: str) -> Principal:
    """The role behind a session, whose ARN does not tell the role's path."""
    name, slash, session = path.partition("/")
    if not (slash and name and session):
        raise UsageError(f"'assumed-role/{path[:200]}' names no session", f"It is {_FORMS}.")
    folder = "aws-reserved/sso.amazonaws.com/" if name.startswith(_SSO_ROLE) else ""
    return Principal(
        arn=f"arn:{partition}:iam::{account}:role/{folder}{name}",
        account=account,
        partition=partition,
        kind="role",
        name=name,
        note=(
            f"sessions come and go, so the policy names the role {name}; a session does not tell"
            f" the role's path: compare with `aws iam get-role --role-name {name}`"
        ),
    )
