"""Faults of keys that come from outside the home: instance, task and pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.servers.metadata import CONTAINER, INSTANCE

if TYPE_CHECKING:
    from lab.world import Lab

_TASK = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/lab"}
_POD = {"AWS_ROLE_ARN": state.ROLE_ARN, "AWS_WEB_IDENTITY_TOKEN_FILE": "/home/dev/token"}


def _no_keys(lab: Lab) -> None:
    (lab.user.path / ".aws/credentials").unlink()


def _metadata(mode: str, address: str = INSTANCE) -> Injection:
    """Return an injection that leaves a metadata service as the only source of keys."""

    def inject(lab: Lab) -> None:
        _no_keys(lab)
        lab.add_address(address)
        lab.update(metadata=mode)

    return inject


def _web_identity(token: str, mode: int = 0o644) -> Injection:
    """Return an injection of a pod's token file."""

    def inject(lab: Lab) -> None:
        _no_keys(lab)
        lab.user.write("token", token).chmod(mode)

    return inject


FAULTS = (
    Fault("imds-role", "none", "the instance has a role", _metadata("ok"), pull_works=True),
    Fault(
        "imds-no-role",
        "aws-credentials",
        "the instance has no role",
        _metadata("no-role"),
        ("no-aws-credentials", "imds-unreachable"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "imds-token-refused",
        "aws-credentials",
        "the metadata service refuses its token",
        _metadata("token-refused"),
        ("imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "imds-hangs",
        "aws-credentials",
        "the metadata service accepts and never answers",
        _metadata("hangs"),
        ("imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "ecs-role",
        "none",
        "the task has a role",
        _metadata("ok", CONTAINER),
        pull_works=True,
        env=_TASK,
    ),
    Fault(
        "ecs-refuses",
        "aws-credentials",
        "the task's credential endpoint refuses",
        _metadata("403", CONTAINER),
        ("container-credentials-unreachable",),
        says=NO_CREDENTIALS,
        env=_TASK,
    ),
    Fault(
        "ecs-gone",
        "aws-credentials",
        "the variable of a task's role is set, and there is no such endpoint",
        _no_keys,
        ("container-credentials-unreachable",),
        says=NO_CREDENTIALS,
        env=_TASK,
        slow=True,
    ),
    Fault(
        "web-identity",
        "none",
        "a pod with a token and a role",
        _web_identity(state.WEB_IDENTITY),
        pull_works=True,
        env=_POD,
    ),
    Fault(
        "web-identity-refused",
        "aws-credentials",
        "the role does not trust the pod's token",
        _web_identity("eyJhbGciOiJSUzI1NiJ9.e30.b3RoZXI"),
        ("assume-role-refused",),
        says=NO_CREDENTIALS,
        env=_POD,
    ),
    Fault(
        "web-identity-missing",
        "aws-credentials",
        "the pod's token file is not there",
        _no_keys,
        ("web-identity-token-unreadable",),
        says=NO_CREDENTIALS,
        env=_POD,
    ),
    Fault(
        "web-identity-unreadable",
        "aws-credentials",
        "the pod's token file is closed to the user",
        _web_identity(state.WEB_IDENTITY, 0o600),
        ("web-identity-token-unreadable",),
        says=NO_CREDENTIALS,
        env=_POD,
        uid=65534,
    ),
    Fault(
        "imds-behind-proxy",
        "environment",
        "HTTP_PROXY without NO_PROXY catches the metadata service",
        _metadata("ok"),
        ("no-proxy-misconfigured", "proxy-misconfigured", "imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        env={"HTTP_PROXY": f"http://{names.REFUSING}:3128"},
        slow=True,
    ),
)
