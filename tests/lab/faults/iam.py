"""Faults of permissions: identity, repository, organisation, boundary, endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection
from lab.state import LOOK_ACTIONS, PULL_ACTIONS, READ_ACTIONS, allow, deny, policy

if TYPE_CHECKING:
    from lab.world import Lab

_TOKEN = allow(["ecr:GetAuthorizationToken"])
_OWN = f"{names.ACCOUNT}/{names.REGION}/team/app"
_SHARED = f"{names.OTHER_ACCOUNT}/{names.REGION}/shared/app"
_SHARED_IMAGE = f"{names.OTHER_ACCOUNT_HOST}/shared/app:latest"
_NEEDED = [*PULL_ACTIONS, *READ_ACTIONS]


def _without(action: str) -> list[str]:
    return [one for one in _NEEDED if one != action]


def _identity(*statements: dict[str, Any], **limits: object) -> Injection:
    """Return an injection that gives the user another policy, and perhaps limits."""

    def inject(lab: Lab) -> None:
        lab.state["principals"][state.USER_ARN] = {"policies": [policy(*statements)], **limits}
        lab.save()

    return inject


def _limited(**limits: object) -> Injection:
    return _identity(_TOKEN, allow(_NEEDED), **limits)


def _repository(key: str, document: dict[str, Any]) -> Injection:
    return lambda lab: lab.update(repository_policies={key: document})


def _organisation(*statements: dict[str, Any]) -> Injection:
    full = allow(["*"])
    return lambda lab: lab.update(scps={names.ACCOUNT: [policy(full, *statements)]})


def _endpoint(service: str, *statements: dict[str, Any]) -> Injection:
    return lambda lab: lab.update(endpoint_policies={service: policy(*statements)})


def _cross_account(document: dict[str, Any] | None = None) -> Injection:
    """Return an injection for pulls from the other account, with its repository's policy."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({"credHelpers": {names.OTHER_ACCOUNT_HOST: "ecr-login"}})
        if document is not None:
            lab.update(repository_policies={_SHARED: document})

    return inject


def _terse(inject: Injection) -> Injection:
    """Return an injection after which AWS does not say why it refuses another account."""

    def both(lab: Lab) -> None:
        inject(lab)
        lab.update(terse=True)

    return both


def _simulating(resource: str, inject: Injection) -> Injection:
    """Return an injection in which the user may ask IAM's simulator too."""

    def both(lab: Lab) -> None:
        _identity(_TOKEN, allow(LOOK_ACTIONS), allow(_NEEDED, resource))(lab)
        inject(lab)

    return both


def _partner(effect: str) -> dict[str, Any]:
    principal = {"AWS": f"arn:aws:iam::{names.ACCOUNT}:root"}
    return {"Effect": effect, "Principal": principal, "Action": _NEEDED}


def _cross_account_no_identity(lab: Lab) -> None:
    _identity(_TOKEN, allow(_NEEDED, f"arn:aws:ecr:*:{names.ACCOUNT}:repository/*"))(lab)
    _cross_account(policy(_partner("Allow")))(lab)


_SHOWN = {**_partner("Allow"), "Action": ["ecr:GetRepositoryPolicy"]}
_TO_THE_ORGANIZATION = {
    **_partner("Allow"),
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-0lab0lab0l"}},
}

FAULTS = (
    Fault(
        "iam-no-get-authorization-token",
        "iam",
        "the identity policy lacks ecr:GetAuthorizationToken",
        _identity(allow(_NEEDED)),
        ("iam-missing-get-authorization-token",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "iam-no-batch-get-image",
        "iam",
        "the identity policy lacks ecr:BatchGetImage",
        _identity(_TOKEN, allow(_without("ecr:BatchGetImage"))),
        ("iam-missing-batch-get-image",),
        says="because no identity-based policy allows the ecr:BatchGetImage action",
    ),
    Fault(
        "iam-no-getdownloadurl",
        "iam",
        "the identity policy lacks ecr:GetDownloadUrlForLayer",
        _identity(_TOKEN, allow(_without("ecr:GetDownloadUrlForLayer"))),
        ("iam-missing-get-download-url",),
        says="because no identity-based policy allows the ecr:GetDownloadUrlForLayer action",
    ),
    Fault(
        "iam-no-layer-availability",
        "none",
        "the identity policy lacks ecr:BatchCheckLayerAvailability, which a pull does not need",
        _identity(_TOKEN, allow(_without("ecr:BatchCheckLayerAvailability"))),
        pull_works=True,
    ),
    Fault(
        "iam-pull-actions-only",
        "none",
        "the identity policy allows the three actions of a pull and no reading",
        _identity(
            _TOKEN,
            allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]),
        ),
        pull_works=True,
    ),
    Fault(
        "iam-wrong-repo-resource",
        "iam",
        "the policy's Resource does not cover this repository",
        _identity(_TOKEN, allow(_NEEDED, "arn:aws:ecr:*:*:repository/other/*")),
        ("iam-missing-batch-get-image",),
        says="because no identity-based policy allows the ecr:BatchGetImage action",
    ),
    Fault(
        "iam-token-with-resource",
        "iam",
        "ecr:GetAuthorizationToken is allowed on a repository, where it needs *",
        _identity(
            allow(["ecr:GetAuthorizationToken", *_NEEDED], "arn:aws:ecr:*:*:repository/team/*")
        ),
        ("iam-missing-get-authorization-token",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "iam-explicit-deny",
        "iam",
        "the identity policy denies ecr:BatchGetImage",
        _identity(_TOKEN, allow(_NEEDED), deny(["ecr:BatchGetImage"])),
        ("iam-explicit-deny",),
        says="with an explicit deny in an identity-based policy",
    ),
    Fault(
        "iam-condition-vpce",
        "iam",
        "the policy allows only what comes through a VPC endpoint",
        _identity(
            _TOKEN,
            {**allow(_NEEDED), "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0lab"}}},
        ),
        ("iam-condition-mismatch", "iam-missing-batch-get-image"),
        says="because no identity-based policy allows the ecr:BatchGetImage action",
    ),
    Fault(
        "iam-scp-deny",
        "iam",
        "a service control policy denies ECR outside one region",
        _organisation(
            deny(
                ["ecr:*"],
                Condition={"StringNotEquals": {"aws:RequestedRegion": names.OTHER_REGION}},
            )
        ),
        ("scp-deny",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "iam-scp-deny-pull",
        "iam",
        "a service control policy denies ecr:BatchGetImage",
        _organisation(deny(["ecr:BatchGetImage"])),
        ("scp-deny",),
        says="with an explicit deny in a service control policy",
    ),
    Fault(
        "iam-boundary",
        "iam",
        "the permissions boundary does not allow ecr:BatchGetImage",
        _limited(boundary=policy(_TOKEN, allow(READ_ACTIONS))),
        ("permissions-boundary-deny",),
        says="because no permissions boundary allows the ecr:BatchGetImage action",
    ),
    Fault(
        "iam-session-policy",
        "iam",
        "the session policy does not allow ecr:BatchGetImage",
        _limited(session=policy(_TOKEN, allow(READ_ACTIONS))),
        ("session-policy-deny",),
        says="because no session policy allows the ecr:BatchGetImage action",
    ),
    Fault(
        "repo-policy-deny",
        "iam",
        "the repository's own policy denies the user",
        _repository(
            _OWN,
            policy(
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": state.USER_ARN},
                    "Action": ["ecr:BatchGetImage"],
                }
            ),
        ),
        ("repo-policy-explicit-deny",),
        says="with an explicit deny in a resource-based policy",
    ),
    Fault(
        "cross-account",
        "none",
        "another account's repository, whose policy allows our account",
        _cross_account(policy(_partner("Allow"))),
        pull_works=True,
        image=_SHARED_IMAGE,
    ),
    Fault(
        "cross-account-no-repo-policy",
        "iam",
        "another account's repository without a policy",
        _cross_account(),
        ("repo-policy-missing-cross-account",),
        says="because no resource-based policy allows the ecr:BatchGetImage action",
        image=_SHARED_IMAGE,
    ),
    Fault(
        "cross-account-no-identity",
        "iam",
        "the other account allows us, but our own policy does not",
        _cross_account_no_identity,
        ("identity-policy-missing-cross-account", "iam-missing-batch-get-image"),
        says="because no identity-based policy allows the ecr:BatchGetImage action",
        image=_SHARED_IMAGE,
    ),
    Fault(
        "cross-account-terse",
        "iam",
        "another account's repository without a policy, and AWS does not say so",
        _terse(_simulating("*", _cross_account())),
        ("cross-account-denial-unexplained", "repo-policy-missing-cross-account"),
        says="is not authorized to perform: ecr:BatchGetImage",
        image=_SHARED_IMAGE,
    ),
    Fault(
        "cross-account-terse-no-identity",
        "iam",
        "our own policy does not allow the other account's repository, and AWS does not say so",
        _terse(
            _simulating(
                f"arn:aws:ecr:*:{names.ACCOUNT}:repository/*",
                _cross_account(policy(_partner("Allow"))),
            )
        ),
        ("identity-policy-missing-cross-account",),
        says="is not authorized to perform: ecr:BatchGetImage",
        image=_SHARED_IMAGE,
    ),
    Fault(
        "cross-account-organization",
        "iam",
        "the other account allows an organization that we are not in, and AWS does not say so",
        _terse(_simulating("*", _cross_account(policy(_SHOWN, _TO_THE_ORGANIZATION)))),
        ("org-condition-mismatch",),
        says="is not authorized to perform: ecr:BatchGetImage",
        image=_SHARED_IMAGE,
    ),
    Fault(
        "api-vpce-policy-deny",
        "aws-api",
        "the policy of the ecr.api VPC endpoint allows nothing",
        _endpoint("api"),
        ("vpc-endpoint-policy-deny",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "dkr-vpce-policy-deny",
        "iam",
        "the policy of the ecr.dkr VPC endpoint does not allow pulls",
        _endpoint("registry", allow(["ecr:GetAuthorizationToken"])),
        ("vpc-endpoint-policy-deny",),
        says="because no VPC endpoint policy allows the ecr:BatchGetImage action",
    ),
)
