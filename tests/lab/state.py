"""The one JSON file that says how the cloud behaves: tests write it, the servers read it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from lab import names

if TYPE_CHECKING:
    from pathlib import Path

USER_ARN = f"arn:aws:iam::{names.ACCOUNT}:user/lab-dev"
ROLE_ARN = f"arn:aws:iam::{names.ACCOUNT}:role/lab-puller"
OTHER_USER_ARN = f"arn:aws:iam::{names.OTHER_ACCOUNT}:user/lab-partner"
KEY_ID = "AKIALABLABLABLABLAB1"
SECRET_KEY = "labSecretAccessKey/abcdefghijklmnopqrstu"
SESSION_KEY_ID = "ASIALABLABLABLABLAB1"
SESSION_SECRET_KEY = "labSessionSecretKey/abcdefghijklmnopqrst"
SESSION_TOKEN = "FwoGZXIvYXdzELAB" + "labSessionToken0123456789" * 8
ROLE_KEY_ID = "ASIALABLABLABLABROLE"
ROLE_SECRET_KEY = "labRoleSecretKey/abcdefghijklmnopqrstuvw"
ROLE_TOKEN = "IQoJb3JpZ2luX2VjELAB" + "labRoleToken0123456789ab" * 8
OTHER_KEY_ID = "AKIALABLABLABLABLAB2"
OTHER_SECRET_KEY = "labPartnerSecretKey/abcdefghijklmnopqrst"

WEB_IDENTITY = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJsYWItcG9kIn0.bGFiLXNpZ25hdHVyZQ"

PULL_ACTIONS = [
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchCheckLayerAvailability",
]
READ_ACTIONS = [
    "ecr:DescribeRepositories",
    "ecr:DescribeImages",
    "ecr:ListImages",
    "ecr:GetRepositoryPolicy",
    "ecr:DescribePullThroughCacheRules",
    "ecr:DescribeImageReplicationStatus",
]


def allow(actions: list[str], resource: str = "*") -> dict[str, Any]:
    """Return a policy statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def deny(actions: list[str], resource: str = "*", **more: object) -> dict[str, Any]:
    """Return a statement that forbids; `more` adds Condition, Principal and the like."""
    return {"Effect": "Deny", "Action": actions, "Resource": resource, **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


LOOK_ACTIONS = ["iam:SimulatePrincipalPolicy", "ecr:ValidatePullThroughCacheRule"]
"""What a thorough diagnosis of permissions may ask besides."""

PULL_POLICY = policy(
    allow(["ecr:GetAuthorizationToken"]),
    allow(PULL_ACTIONS + READ_ACTIONS),
)


def default() -> dict[str, Any]:
    """Return the state of a cloud in which everything works."""
    return {
        "clock_offset": 0,
        "token_life": 12 * 3600,
        "dns": {},
        "tls": {},
        "http": [],
        "corrupt": [],
        "keys": {
            KEY_ID: {"secret": SECRET_KEY, "arn": USER_ARN, "id": "AIDALABLABLABLABLAB1"},
            SESSION_KEY_ID: {
                "secret": SESSION_SECRET_KEY,
                "arn": USER_ARN,
                "id": "AIDALABLABLABLABLAB1",
                "token": SESSION_TOKEN,
            },
            ROLE_KEY_ID: {
                "secret": ROLE_SECRET_KEY,
                "arn": f"arn:aws:sts::{names.ACCOUNT}:assumed-role/lab-puller/i-0lab0lab0lab0lab0",
                "id": "AROALABLABLABLABLAB1:i-0lab0lab0lab0lab0",
                "token": ROLE_TOKEN,
            },
            OTHER_KEY_ID: {
                "secret": OTHER_SECRET_KEY,
                "arn": OTHER_USER_ARN,
                "id": "AIDALABLABLABLABLAB2",
            },
        },
        "principals": {
            USER_ARN: {"policies": [copy.deepcopy(PULL_POLICY)]},
            OTHER_USER_ARN: {"policies": [copy.deepcopy(PULL_POLICY)]},
            ROLE_ARN: {
                "policies": [copy.deepcopy(PULL_POLICY)],
                "trust": policy(
                    {"Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": names.ACCOUNT}}
                ),
                "web_identity": WEB_IDENTITY,
            },
        },
        "scps": {},
        "repository_policies": {},
        "endpoint_policies": {},
        "pull_through_rules": [],
        "terse": False,
        "metadata": "ok",
        "latency": 0.0,
        "s3": {},
        "manifests": {},
        "public": {},
        "replication": [],
        "vpc_endpoints": [],
        "security_groups": {},
    }


class StateFile:
    """The file itself; a reader parses it again only when it was replaced."""

    def __init__(self, path: Path) -> None:
        """Remember where the file is."""
        self.path = path
        self._stamp: tuple[int, int] = (0, 0)
        self._value: dict[str, Any] = {}

    def write(self, value: dict[str, Any]) -> None:
        """Replace the file in one step, so that a reader never sees half of it."""
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(value), encoding="utf-8")
        draft.replace(self.path)

    def read(self) -> dict[str, Any]:
        """Return the state as it is now."""
        status = self.path.stat()
        stamp = (status.st_ino, status.st_mtime_ns)
        if stamp != self._stamp:
            self._value = json.loads(self.path.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._value
