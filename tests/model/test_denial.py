from __future__ import annotations

import json
import time

import pytest

from ecr_doctor.model.denial import PolicyKind, parse_denial

ACCOUNT = "123456789012"
OTHER = "210987654321"
USER = f"arn:aws:iam::{ACCOUNT}:user/dev"
ROLE = f"arn:aws:sts::{OTHER}:assumed-role/ci/session-1"
REPOSITORY = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/team/app"
BUCKET = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/73e754-layer"


def refusal(action: str, tail: str, *, who: str = USER, what: str = REPOSITORY) -> str:
    return f"User: {who} is not authorized to perform: {action} on resource: {what}{tail}"


def nobody(kind: str, action: str = "ecr:BatchGetImage") -> str:
    return f" because no {kind} allows the {action} action"


def deny(kind: str) -> str:
    return f" with an explicit deny in {kind}"


@pytest.mark.parametrize(
    ("action", "tail", "kind", "explicit", "cause"),
    [
        ("ecr:GetAuthorizationToken", nobody("identity-based policy"), "identity", False,
         "iam-missing-get-authorization-token"),
        ("ecr:BatchGetImage", nobody("identity-based policy"), "identity", False,
         "iam-missing-batch-get-image"),
        ("ecr:GetDownloadUrlForLayer", nobody("identity-based policy"), "identity", False,
         "iam-missing-get-download-url"),
        ("ecr:CreateRepository", nobody("identity-based policy"), "identity", False,
         "pull-through-missing-create-repository"),
        ("ecr:BatchImportUpstreamImage", nobody("identity-based policy"), "identity", False,
         "pull-through-missing-batch-import"),
        ("sts:GetServiceBearerToken", nobody("identity-based policy"), "identity", False,
         "public-ecr-missing-bearer-token"),
        ("ecr:DescribeRepositories", nobody("identity-based policy"), "identity", False, None),
        ("ecr:BatchGetImage", deny("an identity-based policy"), "identity", True,
         "iam-explicit-deny"),
        ("ecr:BatchGetImage", deny("a resource-based policy"), "resource", True,
         "repo-policy-explicit-deny"),
        ("ecr:BatchGetImage", nobody("resource-based policy"), "resource", False,
         "repo-policy-missing-cross-account"),
        ("ecr:BatchGetImage", deny("a service control policy"), "scp", True, "scp-deny"),
        ("ecr:BatchGetImage", nobody("service control policy"), "scp", False, "scp-deny"),
        ("ecr:BatchGetImage", deny("a resource control policy"), "rcp", True, "rcp-deny"),
        ("ecr:BatchGetImage", nobody("permissions boundary"), "boundary", False,
         "permissions-boundary-deny"),
        ("ecr:BatchGetImage", deny("a permissions boundary"), "boundary", True,
         "permissions-boundary-deny"),
        ("ecr:BatchGetImage", nobody("session policy"), "session", False, "session-policy-deny"),
        ("ecr:BatchGetImage", nobody("VPC endpoint policy"), "vpc-endpoint", False,
         "vpc-endpoint-policy-deny"),
        ("ecr:GetAuthorizationToken", deny("a VPC endpoint policy"), "vpc-endpoint", True,
         "vpc-endpoint-policy-deny"),
        ("sts:AssumeRole", nobody("role trust policy"), "trust", False, "assume-role-refused"),
        ("sts:AssumeRole", nobody("identity-based policy"), "identity", False,
         "assume-role-refused"),
        ("ecr:BatchGetImage", "", "unknown", False, "iam-missing-batch-get-image"),
        ("ecr:BatchGetImage", " because no ide", "unknown", False, "iam-missing-batch-get-image"),
        ("ecr:BatchGetImage", " with an explicit deny", "unknown", True, None),
    ],
)  # fmt: skip
def test_reads_the_kind_of_policy(
    action: str, tail: str, kind: str, *, explicit: bool, cause: str | None
) -> None:
    denial = parse_denial(refusal(action, tail))

    assert denial is not None
    assert (denial.principal, denial.action, denial.resource) == (USER, action, REPOSITORY)
    assert (denial.policy_kind, denial.explicit) == (PolicyKind(kind), explicit)
    assert denial.cause(ACCOUNT) == cause


@pytest.mark.parametrize(
    ("action", "tail", "what", "cause"),
    [
        ("ecr:BatchGetImage", "", REPOSITORY, "cross-account-denial-unexplained"),
        ("ecr:BatchGetImage", "", "", "cross-account-denial-unexplained"),
        ("ecr:BatchGetImage", nobody("identity-based policy"), REPOSITORY,
         "identity-policy-missing-cross-account"),
        ("ecr:BatchGetImage", nobody("resource-based policy"), REPOSITORY,
         "repo-policy-missing-cross-account"),
        ("ecr:GetAuthorizationToken", nobody("identity-based policy"), "*",
         "iam-missing-get-authorization-token"),
        ("ecr:GetAuthorizationToken", "", "*", "iam-missing-get-authorization-token"),
    ],
)  # fmt: skip
def test_across_accounts(action: str, tail: str, what: str, cause: str) -> None:
    denial = parse_denial(refusal(action, tail, who=ROLE, what=what))

    assert denial is not None
    assert denial.principal_account == OTHER
    assert denial.cause(ACCOUNT) == cause


WHOLE = refusal("ecr:BatchGetImage", nobody("identity-based policy"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Error response from daemon: denied: {WHOLE}", id="docker"),
        pytest.param(WHOLE.replace(" ", "\n  "), id="wrapped over lines"),
        pytest.param(json.dumps({"errors": [{"code": "DENIED", "message": WHOLE}]}), id="json"),
        pytest.param(json.dumps(json.dumps({"message": WHOLE})), id="json in json"),
        pytest.param(WHOLE.replace("not authorized", "Not Authorized"), id="capitals"),
        pytest.param(f"noise\n{WHOLE}\n{refusal('ecr:GetDownloadUrlForLayer', '')}", id="two"),
        pytest.param(f'level=error error="api error AccessDeniedException: {WHOLE}"', id="log"),
    ],
)  # fmt: skip
def test_finds_the_refusal_inside_other_text(text: str) -> None:
    assert parse_denial(text) == parse_denial(WHOLE)


def test_tail_of_the_next_refusal_is_not_borrowed() -> None:
    text = (
        f"{refusal('ecr:BatchGetImage', '')}\n{refusal('s3:GetObject', deny('a session policy'))}"
    )

    denial = parse_denial(text)

    assert denial is not None
    assert denial.policy_kind is PolicyKind.UNKNOWN


def test_layers_in_s3_quote_the_resource() -> None:
    text = refusal("s3:GetObject", nobody("VPC endpoint policy"), what=f'"{BUCKET}"')

    denial = parse_denial(text)

    assert denial is not None
    assert denial.resource == BUCKET
    assert denial.cause(ACCOUNT) == "s3-layer-policy-deny"


def test_federation_names_no_caller() -> None:
    denial = parse_denial(
        "Could not assume role: Not authorized to perform sts:AssumeRoleWithWebIdentity"
    )

    assert denial is not None
    assert (denial.principal, denial.action) == ("", "sts:AssumeRoleWithWebIdentity")
    assert denial.cause(ACCOUNT) == "assume-role-refused"


@pytest.mark.parametrize(
    ("tail", "policy", "cause"),
    [
        (": arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
         "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3", "aws-key-quarantined"),
        (" (AWSCompromisedKeyQuarantineV2)", "AWSCompromisedKeyQuarantineV2",
         "aws-key-quarantined"),
        (f": arn:aws:iam::{ACCOUNT}:policy/deny-ecr.", f"arn:aws:iam::{ACCOUNT}:policy/deny-ecr",
         "iam-explicit-deny"),
    ],
)  # fmt: skip
def test_names_the_policy_that_denies(tail: str, policy: str, cause: str) -> None:
    denial = parse_denial(refusal("ecr:BatchGetImage", deny("an identity-based policy") + tail))

    assert denial is not None
    assert denial.policy == policy
    assert denial.cause(ACCOUNT) == cause
    assert denial.facts()["policy"] == policy


@pytest.mark.parametrize(
    "text",
    ["", "denied: User is not authorized", "403 Forbidden", "not authorized to perform: nothing"],
)
def test_other_texts_are_no_denial(text: str) -> None:
    assert parse_denial(text) is None


@pytest.mark.parametrize("unit", ["User: ", "User: x is ", "not authorized to perform: ", " "])
def test_hostile_text_takes_no_time(unit: str) -> None:
    started = time.monotonic()

    assert parse_denial(unit * 50_000) is None

    assert time.monotonic() - started < 1
