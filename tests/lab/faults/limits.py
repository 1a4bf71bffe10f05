"""Permissions that end elsewhere: at a layer, at a condition, at a role, at another account."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lab import names, state
from lab.faults.combined import with_login, with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, fails
from lab.servers.metadata import INSTANCE
from lab.state import PULL_ACTIONS, READ_ACTIONS, allow, deny, policy

if TYPE_CHECKING:
    from lab.world import Lab

_ALL = ["ecr:GetAuthorizationToken", *PULL_ACTIONS, *READ_ACTIONS]
_URL = "ecr:GetDownloadUrlForLayer"
_OWN = f"{names.ACCOUNT}/{names.REGION}/team/app"
_SHARED = f"{names.OTHER_ACCOUNT}/{names.REGION}/shared/app"
_SHARED_IMAGE = f"{names.OTHER_ACCOUNT_HOST}/shared/app:latest"
_US = {"AWS": f"arn:aws:iam::{names.ACCOUNT}:root"}


def _principal(arn: str, *statements: dict[str, Any], **limits: object) -> Injection:
    """Return an injection that gives a user or a role other policies; a role keeps its trust."""

    def inject(lab: Lab) -> None:
        old = lab.state["principals"].get(arn, {})
        lab.state["principals"][arn] = {**old, "policies": [policy(*statements)], **limits}
        lab.save()

    return inject


def _user(*statements: dict[str, Any], **limits: object) -> Injection:
    return _principal(state.USER_ARN, *statements, **limits)


def _role(*statements: dict[str, Any]) -> Injection:
    return with_role(_principal(state.ROLE_ARN, *statements))


def _repository(key: str, *statements: dict[str, Any]) -> Injection:
    return lambda lab: lab.update(repository_policies={key: policy(*statements)})


def _shared(*statements: dict[str, Any]) -> Injection:
    """Return an injection for a pull from the other account, whose repository has a policy."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({"credHelpers": {names.OTHER_ACCOUNT_HOST: "ecr-login"}})
        if statements:
            _repository(_SHARED, *statements)(lab)

    return inject


def _to_us(actions: list[str], effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Principal": _US, "Action": actions}


def _on_instance(lab: Lab) -> None:
    """Let the instance's role, which may not get a token, be the only source of keys."""
    (lab.user.path / ".aws/credentials").unlink()
    lab.add_address(INSTANCE)
    _principal(state.ROLE_ARN, allow(PULL_ACTIONS))(lab)


def _if(operator: str, key: str, value: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


_fails = partial(fails, "iam")

FAULTS = (
    _fails(
        "scp-layer",
        "a service control policy denies the layers only",
        lambda lab: lab.update(scps={names.ACCOUNT: [policy(allow(["*"]), deny([_URL]))]}),
        "scp-deny",
        says="with an explicit deny in a service control policy",
    ),
    _fails(
        "scp-no-ecr",
        "the service control policy allows S3 and nothing else",
        lambda lab: lab.update(scps={names.ACCOUNT: [policy(allow(["s3:*"]))]}),
        "scp-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "boundary-layer",
        "the permissions boundary lacks the layers",
        _user(allow(_ALL), boundary=policy(allow([a for a in _ALL if a != _URL]))),
        "permissions-boundary-deny",
        says="because no permissions boundary allows",
    ),
    _fails(
        "boundary-token",
        "the permissions boundary lacks the token",
        _user(allow(_ALL), boundary=policy(allow(PULL_ACTIONS))),
        "permissions-boundary-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "session-layer",
        "the session policy lacks the layers",
        _user(allow(_ALL), session=policy(allow([a for a in _ALL if a != _URL]))),
        "session-policy-deny",
        says="because no session policy allows",
    ),
    _fails(
        "deny-layer",
        "the identity policy denies the layers",
        _user(allow(_ALL), deny([_URL])),
        "iam-explicit-deny",
        says="with an explicit deny in an identity-based policy",
    ),
    _fails(
        "deny-token",
        "the identity policy denies the token",
        _user(allow(_ALL), deny(["ecr:GetAuthorizationToken"])),
        "iam-explicit-deny",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "deny-without-mfa",
        "all is denied without the second factor",
        _user(
            allow(_ALL), deny(["*"], **_if("BoolIfExists", "aws:MultiFactorAuthPresent", "false"))
        ),
        "iam-explicit-deny",
        "iam-condition-mismatch",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "allow-with-mfa",
        "the pull is allowed with the second factor only",
        _user(
            allow(["ecr:GetAuthorizationToken"]),
            {**allow(PULL_ACTIONS), **_if("Bool", "aws:MultiFactorAuthPresent", "true")},
        ),
        "iam-condition-mismatch",
        "iam-missing-batch-get-image",
        says="because no identity-based policy allows",
    ),
    _fails(
        "not-action",
        "the identity policy allows all but ECR",
        _user({"Effect": "Allow", "NotAction": ["ecr:*"], "Resource": "*"}),
        "iam-missing-get-authorization-token",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "action-typo",
        "the policy has ecr:BatchGetImages",
        _user(allow(["ecr:GetAuthorizationToken", "ecr:BatchGetImages", _URL])),
        "iam-missing-batch-get-image",
        says="because no identity-based policy allows",
    ),
    _fails(
        "resource-other-region",
        "the policy has the repository of another region",
        _user(
            allow(["ecr:GetAuthorizationToken"]),
            allow(PULL_ACTIONS, f"arn:aws:ecr:{names.OTHER_REGION}:*:repository/team/app"),
        ),
        "iam-missing-batch-get-image",
        says="because no identity-based policy allows",
    ),
    _fails(
        "nothing-allowed",
        "the user may do nothing at all",
        _user(),
        "iam-missing-get-authorization-token",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "role-without-token",
        "the assumed role may not get a token",
        _role(allow(PULL_ACTIONS)),
        "iam-missing-get-authorization-token",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "role-without-pull",
        "the assumed role may not pull, though its user could",
        _role(allow(["ecr:GetAuthorizationToken"])),
        "iam-missing-batch-get-image",
        "grant-on-other-role",
        says="because no identity-based policy allows",
    ),
    _fails(
        "instance-without-token",
        "the instance's role may not get a token",
        _on_instance,
        "iam-missing-get-authorization-token",
        says=NO_CREDENTIALS,
    ),
    _fails(
        "repository-denies-layer",
        "the repository's policy denies the layers",
        _repository(_OWN, {"Effect": "Deny", "Principal": "*", "Action": [_URL]}),
        "repo-policy-explicit-deny",
        says="with an explicit deny in a resource-based policy",
    ),
    Fault(
        "repository-allows",
        "none",
        "the repository's policy allows what the identity policy does not",
        lambda lab: (
            _user(allow(["ecr:GetAuthorizationToken"]))(lab),
            _repository(_OWN, _to_us(PULL_ACTIONS))(lab),
        ),
        pull_works=True,
    ),
    _fails(
        "endpoint-other-repository",
        "the registry's VPC endpoint policy allows another repository",
        lambda lab: lab.update(
            endpoint_policies={
                "registry": policy(allow(PULL_ACTIONS, "arn:aws:ecr:*:*:repository/other"))
            }
        ),
        "vpc-endpoint-policy-deny",
        says="because no VPC endpoint policy allows",
    ),
    _fails(
        "endpoint-s3",
        "the policy of the bucket's VPC endpoint does not have the layers' bucket",
        lambda lab: lab.update(endpoint_policies={"s3": policy()}),
        "s3-layer-policy-deny",
        says="403",
    ),
    _fails(
        "shared-without-layer",
        "the other account's repository allows the manifest and not the layers",
        _shared(_to_us(["ecr:BatchGetImage"])),
        "repo-policy-missing-cross-account",
        says="because no resource-based policy allows",
        image=_SHARED_IMAGE,
    ),
    _fails(
        "shared-denies",
        "the other account's repository denies us",
        _shared(_to_us(_ALL), _to_us(["ecr:BatchGetImage"], "Deny")),
        "repo-policy-explicit-deny",
        says="with an explicit deny in a resource-based policy",
        image=_SHARED_IMAGE,
    ),
    _fails(
        "shared-to-another",
        "the other account's repository allows a third account",
        _shared({**_to_us(PULL_ACTIONS), "Principal": {"AWS": "arn:aws:iam::999999999999:root"}}),
        "repo-policy-missing-cross-account",
        says="because no resource-based policy allows",
        image=_SHARED_IMAGE,
    ),
    _fails(
        "shared-tag-missing",
        "the other account's repository allows us, and lacks the tag",
        _shared(_to_us(_ALL)),
        "image-tag-not-found",
        says="Requested image not found",
        image=f"{names.OTHER_ACCOUNT_HOST}/shared/app:v9",
    ),
    _fails(
        "denied-beside-login",
        "a good login, of a user who may not have the layers",
        with_login(_user(allow([a for a in _ALL if a != _URL]))),
        "iam-missing-get-download-url",
        says="because no identity-based policy allows",
    ),
)
