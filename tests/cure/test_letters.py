"""Texts for others: who, which statement, where."""

from __future__ import annotations

import pytest

from ecr_doctor.catalog import load_catalog
from ecr_doctor.cure import letters
from ecr_doctor.cure.letters import addressee, letter
from ecr_doctor.cure.packages import install_command
from ecr_doctor.engine import catalog_folders
from ecr_doctor.model import Diagnosis, Fix

FACTS = {
    "principal": "arn:aws:iam::1:role/node", "account": "123456789012", "region": "us-east-1",
    "repository": "team/app", "host": "h", "image": "h/team/app",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "who", "where"),
    [
        ("iam-missing-batch-get-image", "IAM in the account of arn", "policy of arn:aws:iam::1"),
        ("permissions-boundary-deny", "IAM", "the permissions boundary of arn"),
        ("repo-policy-missing-cross-account", "owner of account 123456789012", "team/app in us-"),
        ("scp-deny", "organization", "account 123456789012"),
        ("s3-layer-policy-deny", "VPC", "the policy of the VPC endpoint"),
        ("s3-layer-unreachable", "network", "between this machine and h"),
        ("vpc-endpoint-policy-deny", "VPC", "the policy of the VPC endpoint"),
        ("dns-failure", "network", "between"),
        ("docker-socket-permission", "this machine's administrator", "this machine"),
        ("image-tag-not-found", "publishes team/app", "the image h/team/app"),
    ],
)
def test_to_whom_and_where(cause: str, who: str, where: str) -> None:
    text = letter(Diagnosis(cause=cause, title="A title", explanation="seen\n\nlong"), FACTS)
    to, subject, _, seen, _, please = text.splitlines()

    assert who in to
    assert subject == "Subject: A title: h/team/app"
    assert seen == "seen"
    assert where in please


def test_the_statement() -> None:
    fix = Fix(title="Allow it", steps=("Add this.",), command="aws x", policy='{\n "Sid": "a"\n}')
    text = letter(Diagnosis(cause="iam-explicit-deny", title="t", fixes=(fix,)), {})

    assert text.endswith('Allow it:\n- Add this.\n  aws x\n{\n "Sid": "a"\n}\n')
    assert "the identity that pulls" in text


@pytest.mark.parametrize("cause", ["never-logged-in", "no-aws-credentials", "helper-hangs"])
def test_what_is_the_users_own(cause: str) -> None:
    assert letter(Diagnosis(cause=cause, title="t"), FACTS) == ""
    assert addressee(cause) is None


def test_causes_are_those_of_the_catalog() -> None:
    catalog = load_catalog(catalog_folders())

    assert [cause for cause in letters._BY_CAUSE if catalog.get(cause) is None] == []
    for begin in letters._BY_BEGINNING:
        assert any(cause.startswith(begin) for cause in catalog), begin


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("ubuntu debian", "apt-get install amazon-ecr-credential-helper"),
        ("linuxmint ubuntu debian", "apt-get"),
        ("amzn fedora", "sudo dnf install -y"),
        ("amzn-2", "amazon-linux-extras"),
        ("alpine", "apk add docker-credential-ecr-login"),
        ("macos", "brew install"),
        ("", "go install"),
    ],
)
def test_packages(system: str, words: str) -> None:
    assert words in install_command(system)
