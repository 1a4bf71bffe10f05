"""What people say themselves of ECR, without a program's words: an answer, and never a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("ECR: connection reset while pulling layers", "connection-reset"),
        ("I can't pull an image from ECR", "never-logged-in"),
        ("ECR token expired", "stored-login-expired"),
        ("ECR: AWS SSO session expired", "aws-session-expired"),
        ("the ECR repo doesn't exist", "repository-not-found"),
        ("ECR: no such image", "image-tag-not-found"),
        ("ECR is rate limited", "ecr-api-throttled"),
        ("certificate error with ECR", "tls-untrusted-ca"),
        ("ECR DNS lookup fails", "dns-failure"),
        ("docker pull from ECR: no space left", "disk-full"),
        ("cross-account ECR access denied", "repo-policy-missing-cross-account"),
        ("ECR image has the wrong architecture", "platform-wrong-single-arch"),
        ("the credential helper for ECR does not work", "helper-hides-aws-error"),
        ("docker-credential-ecr-login returns nothing", "helper-fails-silently"),
        ("ECR login with invalid token", "login-password-wrong"),
        ("AWS credentials not found at ECR login", "no-aws-credentials"),
        ("no region for the ECR login", "aws-region-missing"),
        ("ECR pull through cache: upstream authentication failed", "pull-through-upstream-auth"),
        ("EKS nodes cannot pull from ECR", "kubelet-credential-provider"),
        ("an ECS task cannot pull from ECR in a private subnet", "network-no-route"),
        ("Lambda cannot pull the image from ECR", "lambda-not-in-repo-policy"),
        ("ECR layer download forbidden", "iam-missing-get-download-url"),
        ("KMS key of the ECR repository", "kms-key-unusable"),
        ("our VPC endpoint policy and ECR", "vpc-endpoint-policy-deny"),
        ("the proxy blocks ECR", "proxy-misconfigured"),
        ("ECR returns 503", "ecr-service-side"),
        ("ECR 403 Forbidden on pull", "iam-missing-batch-get-image"),
        ("clock skew, ECR", "clock-skew"),
        ("assume role failed, ECR", "assume-role-refused"),
        ("docker daemon not running, ECR", "docker-daemon-unreachable"),
        ("Unable to login to ECR", "login-password-wrong"),
        ("ECR push problem", "never-logged-in"),
        ("ECR: EKS pod identities do not work", "container-credentials-unreachable"),
        ("the name of our ECR registry is not resolvable", "dns-failure"),
        ("Oras does not support ECR", "client-lacks-ecr-support"),
    ],
)
def test_plain_words_are_answered_and_decide_nothing(
    catalog: Catalog, text: str, cause: str
) -> None:
    reading = catalog.read(text)

    assert [m.cause for m in reading.matches][:1] == [cause]
    assert not reading.decided


@pytest.mark.parametrize(
    "text",
    [
        "ECR lifecycle policies keep ten images",
        "the token expired",
        "cannot pull the image",
        "no space left in the car park",
        "a repo that doesn't exist",
    ],
)
def test_the_same_words_without_ecr_or_trouble_say_nothing(catalog: Catalog, text: str) -> None:
    assert not catalog.match(text)
