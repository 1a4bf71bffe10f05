"""What the policies allow, by the laboratory's evaluator, against what the code really asks."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

import ecr_doctor
from ecr_doctor.cure.policy import PolicySet, Wishes, policies
from ecr_doctor.errors import UsageError
from lab.servers import iam

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
OTHER = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"
ME = "arn:aws:iam::123456789012:role/me"
FAQ = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AllowLogin",
            "Effect": "Allow",
            "Action": ["ecr:GetAuthorizationToken"],
            "Resource": "*",
        },
        {
            "Sid": "AllowPullSpecificRepo",
            "Effect": "Allow",
            "Action": [
                "ecr:BatchCheckLayerAvailability",
                "ecr:GetDownloadUrlForLayer",
                "ecr:BatchGetImage",
                "ecr:DescribeRepositories",
                "ecr:ListImages",
                "ecr:DescribeImages",
            ],
            "Resource": ["arn:aws:ecr:us-east-1:123456789012:repository/team/*"],
        },
    ],
}


def ask(*images: str, **wishes: Any) -> PolicySet:
    return policies(images, Wishes(**wishes))


def actions(found: PolicySet) -> set[str]:
    return {action for s in found.identity.statements for action in s.actions}


def allows(found: PolicySet, action: str, arn: str, *, principal: str = ME) -> bool:
    places = {(p.account, p.region): p for p in found.places}
    place = places.get((arn.split(":")[4], arn.split(":")[3])) if arn != "*" else None
    resource = place.repository_policy.as_dict() if place else None
    given = iam.Policies(identity=[found.identity.as_dict()], resource=resource)
    return iam.denial(iam.Request(principal, action, arn), given) is None


def test_the_ordinary_policy_is_that_of_the_faq() -> None:
    assert ask(f"{HOST}/team/*").identity.as_dict() == FAQ


def test_the_minimal_policy_is_three_actions() -> None:
    found = ask(f"{HOST}/team/app", minimal=True)

    assert actions(found) == {
        "ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
    }  # fmt: skip
    arn = "arn:aws:ecr:us-east-1:123456789012:repository/team/app"
    assert allows(found, "ecr:BatchGetImage", arn)
    assert allows(found, "ecr:GetAuthorizationToken", "*")
    assert not allows(found, "ecr:BatchGetImage", arn + "s")
    assert not allows(found, "ecr:ListImages", arn)


def test_a_namespace_is_understood() -> None:
    found = ask(f"{HOST}/team/*")
    start = "arn:aws:ecr:us-east-1:123456789012:repository/"

    assert allows(found, "ecr:BatchGetImage", start + "team/a/b")
    assert not allows(found, "ecr:BatchGetImage", start + "team")
    assert not allows(found, "ecr:BatchGetImage", start + "other/a")


def operations_called() -> set[str]:
    """The IAM actions of all AWS operations whose names stand in the code of the library."""
    session = botocore.session.get_session()
    names = {
        xform_name(operation): f"{service}:{operation}"
        for service in ("ec2", "ecr", "iam")  # of two that share a name, ECR's is meant
        for operation in session.get_service_model(service).operation_names
    }
    found = set()
    root = Path(ecr_doctor.__file__).parent
    for path in [*(root / "probes").rglob("*.py"), *(root / "auth").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = [getattr(node, "attr", None), getattr(node, "value", None)]
            found |= {names[w] for w in words if isinstance(w, str) and w in names}
    return found


def test_diagnosis_allows_what_the_probes_ask_for_and_no_more() -> None:
    asked = operations_called()
    found = actions(ask(f"{HOST}/team/app", minimal=True, diagnose=True))

    assert asked
    assert found == asked | {"ecr:GetDownloadUrlForLayer"}


def test_diagnosis_can_look_for_near_names_and_in_other_regions() -> None:
    found = ask(f"{HOST}/team/app", diagnose=True)

    here = "arn:aws:ecr:us-east-1:123456789012:repository/*"
    assert allows(found, "ecr:DescribeRepositories", here)
    assert allows(found, "ecr:DescribeRepositories", here.replace("us-east-1", "eu-west-1"))
    assert allows(found, "ecr:DescribePullThroughCacheRules", "*")
    assert not allows(found, "ecr:BatchGetImage", here)


@pytest.mark.parametrize(
    ("principal", "mine", "others"),
    [("", True, True), ("123456789012", True, True), (ME, True, False)],
)
def test_diagnosis_can_simulate_the_callers_policies(
    principal: str, *, mine: bool, others: bool
) -> None:
    found = ask(f"{HOST}/team/app", diagnose=True, principal=principal)

    assert allows(found, "iam:SimulatePrincipalPolicy", ME) is mine
    assert allows(found, "iam:GetRole", ME + "-too") is others
    assert not allows(found, "iam:GetRole", "arn:aws:iam::210987654321:role/me")


def test_pull_through_creates_and_imports() -> None:
    arn = "arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/nginx"
    found = ask(f"{HOST}/docker-hub/*", minimal=True, pull_through=True)

    assert allows(found, "ecr:CreateRepository", arn)
    assert allows(found, "ecr:BatchImportUpstreamImage", arn)
    assert not allows(found, "ecr:CreateRepository", arn.replace("docker-hub", "own"))


def test_public_images_need_a_login_only() -> None:
    public = ask("public.ecr.aws/docker/library/nginx:1")
    both = ask("public.ecr.aws/docker/library/nginx:1", f"{HOST}/team/app", minimal=True)

    assert actions(public) == {"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}
    assert [s.resources for s in public.identity.statements] == [("*",)]
    assert actions(both) > actions(public)


@pytest.mark.parametrize("wish", [{"principal": ME}, {"pull_through": True}])
def test_what_public_images_do_not_have(wish: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="ECR Public"):
        ask("public.ecr.aws/docker/library/nginx", **wish)


def test_across_accounts_both_sides_must_allow() -> None:
    arn = "arn:aws:ecr:eu-west-1:210987654321:repository/shared/base"
    found = ask(f"{OTHER}/shared/base", minimal=True, principal=ME)

    assert allows(found, "ecr:BatchGetImage", arn)
    assert not allows(found, "ecr:BatchGetImage", arn, principal=ME + "-too")
    assert not allows(ask(f"{OTHER}/shared/base", minimal=True), "ecr:BatchGetImage", arn)
    (statement,) = found.places[0].repository_policy.as_dict()["Statement"]
    assert statement == {
        "Sid": "AllowPull",
        "Effect": "Allow",
        "Principal": {"AWS": ME},
        "Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
    }


def test_own_repositories_need_no_policy_of_theirs() -> None:
    found = ask(f"{HOST}/team/app", f"{OTHER}/shared/base", principal=ME)

    assert [(p.account, p.region) for p in found.places] == [("210987654321", "eu-west-1")]
    assert ask(f"{HOST}/team/app", principal=ME).notes[0].endswith("no repository policy is needed")


def test_a_pull_through_cache_of_another_account_has_a_registry_policy() -> None:
    found = ask(f"{OTHER}/docker-hub/*", pull_through=True, principal=ME)

    (place,) = found.places
    assert place.registry_policy is not None
    (statement,) = place.registry_policy.as_dict()["Statement"]
    assert statement["Principal"] == {"AWS": ME}
    assert statement["Resource"] == ["arn:aws:ecr:eu-west-1:210987654321:repository/docker-hub/*"]


def test_a_policy_that_is_too_long_is_said_to_be() -> None:
    names = [f"{HOST}/namespace/repository-number-{n}" for n in range(90)]

    assert "name namespaces" in ask(*names).notes[0]
    assert not ask(*names, f"{HOST}/namespace/*").notes
