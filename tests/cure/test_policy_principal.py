from __future__ import annotations

import pytest

from ecr_doctor.cure.policy_principal import parse_principal
from ecr_doctor.errors import UsageError

IAM = "arn:aws:iam::210987654321:"
SSO = "AWSReservedSSO_Dev_0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "arn", "kind", "name"),
    [
        ("210987654321", IAM + "root", "root", ""),
        (IAM + "root", IAM + "root", "root", ""),
        (IAM + "user/me", IAM + "user/me", "user", "me"),
        (IAM + "role/path/to/node", IAM + "role/path/to/node", "role", "node"),
        ("arn:aws:sts::210987654321:assumed-role/node/i-0", IAM + "role/node", "role", "node"),
        (
            f"arn:aws:sts::210987654321:assumed-role/{SSO}/me@example.com",
            f"{IAM}role/aws-reserved/sso.amazonaws.com/{SSO}",
            "role",
            SSO,
        ),
    ],
)
def test_who_is_meant(text: str, arn: str, kind: str, name: str) -> None:
    found = parse_principal(text, "aws")

    assert (found.arn, found.account) == (arn, "210987654321")
    assert (found.kind, found.name) == (kind, name)
    assert bool(found.note) == ("assumed-role" in text)
    assert found.is_attachable == (kind != "root" and name != SSO)


def test_an_account_of_another_partition() -> None:
    assert parse_principal("210987654321", "aws-cn").arn == "arn:aws-cn:iam::210987654321:root"


@pytest.mark.parametrize(
    "text",
    [
        "*", "me", "21098765432", "arn:aws:iam::210987654321:role/", IAM + "group/dev",
        "arn:aws:iam::210987654321:role/a b", "arn:aws:sts::210987654321:role/x", IAM + "user/a/",
        "arn:aws:iam::210987654321:assumed-role/x/y", "arn:aws:sts::210987654321:assumed-role/x",
        "lambda.amazonaws.com", IAM + "role/${aws:username}", IAM + 'role/"x',
    ],
)  # fmt: skip
def test_nobody_can_be_called_so(text: str) -> None:
    with pytest.raises(UsageError):
        parse_principal(text, "aws")


def test_partitions_do_not_mix() -> None:
    with pytest.raises(UsageError, match="the images of aws-cn"):
        parse_principal(IAM + "role/node", "aws-cn")
