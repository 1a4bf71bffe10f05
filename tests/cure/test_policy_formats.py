"""JSON, Terraform and CloudFormation: valid for their own readers, and all say the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import hcl2
import pytest
import yaml

from ecr_doctor.cure.policy import PolicySet, Wishes, policies
from ecr_doctor.cure.policy_cloudformation import as_cloudformation
from ecr_doctor.cure.policy_json import as_json
from ecr_doctor.cure.policy_terraform import as_terraform
from ecr_doctor.cure.policy_where import directions
from ecr_doctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
OTHER = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"
CHINA = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"
ROLE = "arn:aws:iam::123456789012:role/path/node"
SSO = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123/me"
LINT = "import sys; from cfnlint.runner import main; sys.exit(main())"


def ask(*images: str, **wishes: Any) -> PolicySet:
    return policies(images, Wishes(**wishes))


QUESTIONS = {
    "ordinary": ask(f"{HOST}/team/app"),
    "minimal": ask(f"{HOST}/team/*", minimal=True),
    "all": ask(f"{HOST}/team/*", "public.ecr.aws/x/y", diagnose=True, pull_through=True),
    "public": ask("public.ecr.aws/x/y"),
    "china": ask(f"{CHINA}/app", principal="210987654321"),
    "own": ask(f"{HOST}/app", principal=ROLE),
    "cross": ask(f"{OTHER}/a-b", f"{OTHER}/a_b", f"{OTHER}/1/a", f"{HOST}/app", principal=ROLE),
    "user": ask(f"{OTHER}/app", principal="arn:aws:iam::123456789012:user/me"),
    "sso": ask(f"{OTHER}/app", principal=SSO),
    "registries": ask(
        f"{OTHER}/app", f"{HOST}/app", f"{HOST}/ap", principal="111122223333", pull_through=True
    ),
}
PATTERN = ask(f"{OTHER}/te-am/*", f"{OTHER}/x", principal=ROLE)
every_question = pytest.mark.parametrize("found", QUESTIONS.values(), ids=QUESTIONS)


def documents(found: PolicySet) -> list[dict[str, Any]]:
    """All documents in the order of the outputs."""
    all_of_them = [found.identity]
    for place in found.places:
        all_of_them += [place.repository_policy] * len(place.repositories)
        all_of_them += [place.registry_policy] if place.registry_policy else []
    return [document.as_dict() for document in all_of_them]


def plain(value: Any) -> Any:
    """The values of a parsed HCL object."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return json.loads(value) if isinstance(value, str) else value


def encoded(text: str) -> dict[str, Any]:
    """The object inside `${jsonencode(...)}`."""
    inner = text.removeprefix("${jsonencode(").removesuffix(")}")
    found: dict[str, Any] = plain(hcl2.loads(f"found = {inner}\n")["found"])
    return found


def resources(text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The resources of a module: kind, label, body."""
    return [
        (kind.strip('"'), label.strip('"'), body)
        for entry in hcl2.loads(text).get("resource", [])
        for kind, labels in entry.items()
        for label, body in labels.items()
    ]


@every_question
def test_terraform_holds_the_same_documents(found: PolicySet) -> None:
    made = resources(as_terraform(found, ""))
    names = [(kind, label) for kind, label, _ in made]

    assert [encoded(body["policy"]) for _, _, body in made if "policy" in body] == documents(found)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", label) for _, label in names)


def test_terraform_declares_every_provider_it_takes() -> None:
    text = as_terraform(QUESTIONS["registries"], "")
    aliases = set(re.findall(r"aws\.registry_\w+", text.partition("# In account")[0]))
    used = {body["provider"] for _, _, body in resources(text) if "provider" in body}

    assert {f"${{{alias}}}" for alias in aliases} == used
    assert len(used) == 2


def test_terraform_of_one_side_needs_no_alias() -> None:
    made = resources(as_terraform(QUESTIONS["user"], "registry"))

    assert [(kind, body.get("provider")) for kind, _, body in made] == [
        ("aws_ecr_repository_policy", None)
    ]


def test_terraform_finds_the_repositories_of_a_pattern() -> None:
    text = as_terraform(PATTERN, "registry")
    body = next(body for _, _, body in resources(text) if "for_each" in body)
    expression = json.loads(re.search(r'regex\(("[^"]*")', body["for_each"])[1])  # type: ignore[index]

    assert "data.aws_ecr_repositories.every.names" in body["for_each"]
    assert 'data "aws_ecr_repositories" "every"' in text
    assert body["repository"] == "${each.value}"
    assert re.search(expression, "te-am/a/b")
    assert not re.search(expression, "te-am")


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("cross", ["aws_iam_role_policy_attachment"]),
        ("user", ["aws_iam_user_policy_attachment"]),
        ("sso", []),
        ("ordinary", []),
    ],
)
def test_terraform_attaches_where_it_can(question: str, kinds: list[str]) -> None:
    made = resources(as_terraform(QUESTIONS[question], "caller"))

    assert [kind for kind, *_ in made] == ["aws_iam_policy", *kinds]


@every_question
def test_cloudformation_holds_the_same_documents(found: PolicySet) -> None:
    kinds = {"PolicyDocument", "RepositoryPolicyText", "PolicyText"}
    templates = list(yaml.safe_load_all(as_cloudformation(found, "")))
    made = [
        value
        for template in templates
        for resource in template["Resources"].values()
        for name, value in resource["Properties"].items()
        if name in kinds
    ]

    assert made == documents(found)
    assert len(templates) == 1 + len(found.places)


def test_cloudformation_passes_cfn_lint(tmp_path: Path) -> None:
    for name, found in QUESTIONS.items():
        for number, text in enumerate(as_cloudformation(found, "").split("---\n")):
            (tmp_path / f"{name}-{number}.yaml").write_text(text, encoding="utf-8")
    strict = ["--non-zero-exit-code", "informational"]

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", LINT, *strict, *map(str, sorted(tmp_path.glob("*.yaml")))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_cloudformation_keeps_repositories_whose_stack_goes() -> None:
    (template,) = yaml.safe_load_all(as_cloudformation(QUESTIONS["user"], "registry"))

    (repository,) = template["Resources"].values()
    assert repository["DeletionPolicy"] == repository["UpdateReplacePolicy"] == "Retain"


def test_cloudformation_cannot_do_patterns() -> None:
    with pytest.raises(UsageError, match=r"te-am/\*"):
        as_cloudformation(PATTERN, "")
    assert "EcrPull" in as_cloudformation(PATTERN, "caller")


def test_json_without_a_principal_is_the_bare_document() -> None:
    found = QUESTIONS["ordinary"]

    assert json.loads(as_json(found, "")) == found.identity.as_dict()


@every_question
def test_json_with_a_principal_says_where_each_document_goes(found: PolicySet) -> None:
    if found.principal is None:
        return
    answer = json.loads(as_json(found, ""))
    entries = [answer["identity_policy"]]
    for place in found.places:
        for kind in ("repository_policies", "registry_policies"):
            entries += [
                e for e in answer[kind]
                if (e["account"], e["region"]) == (place.account, place.region)
            ]  # fmt: skip

    assert (answer["schema"], answer["kind"]) == (1, "policy")
    assert [entry["document"] for entry in entries] == documents(found)
    assert all(entry["account"] in entry["where"] or "permission set" in entry["where"]
               for entry in entries)  # fmt: skip
    assert all("--policy" in entry["command"] for entry in entries[1:])


def test_json_of_one_side_is_bare() -> None:
    identity, repository = documents(QUESTIONS["user"])

    assert json.loads(as_json(QUESTIONS["user"], "caller")) == identity
    assert json.loads(as_json(QUESTIONS["user"], "registry")) == repository


@pytest.mark.parametrize("write", [as_json, as_terraform, as_cloudformation])
def test_there_is_no_registrys_side_within_an_account(
    write: Callable[[PolicySet, str], str],
) -> None:
    with pytest.raises(UsageError, match="no policy for the registry's side"):
        write(QUESTIONS["own"], "registry")


def test_directions_name_every_document() -> None:
    lines = directions(QUESTIONS["registries"])

    assert len([line for line in lines if line.startswith("repository policy")]) == 3
    assert len([line for line in lines if line.startswith("registry policy")]) == 2
    assert "replaces" in lines[-1]
    assert directions(QUESTIONS["own"]) == []
