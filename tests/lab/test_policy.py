"""The laboratory's docker pulls with exactly the policies that `ecr-doctor policy` writes."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from lab import names, state
from lab.examination import TOOL
from lab.state import policy as policy_of

if TYPE_CHECKING:
    from lab.world import Lab

SHARED = f"{names.OTHER_ACCOUNT_HOST}/shared/app:latest"
SHARED_KEY = f"{names.OTHER_ACCOUNT}/{names.REGION}/shared/app"


def written(lab: Lab, *arguments: str) -> Any:
    """What the command writes, run inside as a user would."""
    done = lab.run([*TOOL, "policy", *arguments])
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def give(lab: Lab, document: dict[str, Any]) -> None:
    lab.state["principals"][state.USER_ARN]["policies"] = [document]
    lab.save()


def pulls(lab: Lab, image: str = names.IMAGE) -> bool:
    """Whether docker pulls, with nothing left of earlier pulls."""
    lab.drop_images()
    (lab.user.path / ".ecr/cache.json").unlink(missing_ok=True)
    return lab.pull(image).returncode == 0


def lessened(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The document without each of its statements, and without each of its actions."""
    found = []
    for index, statement in enumerate(document["Statement"]):
        rest = [s for s in document["Statement"] if s is not statement]
        found.append((statement["Sid"], policy_of(*rest)))
        for action in statement["Action"]:
            less = copy.deepcopy(document)
            less["Statement"][index]["Action"].remove(action)
            found.append((action, less))
    return found


def test_the_minimal_policy_is_enough_and_nothing_less_is(lab: Lab) -> None:
    document = written(lab, "--minimal", names.IMAGE)
    give(lab, document)
    assert pulls(lab)

    tried = lessened(document)
    for lacking, less in tried:
        give(lab, less)
        assert not pulls(lab), f"the pull works without {lacking}"
    assert len(tried) == 5


@pytest.mark.parametrize("arguments", [(), ("--diagnose",)])
def test_a_namespace_may_be_pulled_and_no_other(lab: Lab, arguments: tuple[str, ...]) -> None:
    give(lab, written(lab, *arguments, f"{names.HOST}/team/*"))
    assert pulls(lab)

    give(lab, written(lab, *arguments, f"{names.HOST}/other/*"))
    assert not pulls(lab)


def test_across_accounts_each_side_is_needed(lab: Lab) -> None:
    lab.user.write_config({"credHelpers": {names.OTHER_ACCOUNT_HOST: "ecr-login"}})
    both = written(lab, "--minimal", "--principal", state.USER_ARN, SHARED)
    identity = both["identity_policy"]["document"]
    (theirs,) = both["repository_policies"]

    give(lab, identity)
    assert not pulls(lab, SHARED)
    lab.update(repository_policies={SHARED_KEY: theirs["document"]})
    assert pulls(lab, SHARED)
    give(lab, policy_of(identity["Statement"][0]))
    assert not pulls(lab, SHARED)


@pytest.mark.parametrize(
    ("name", "cause", "looks"),
    [
        ("app:no-such-tag", "image-tag-not-found", {"ListImages"}),
        ("ap", "repository-not-found", {"DescribeRepositories", "DescribePullThroughCacheRules"}),
    ],
)
def test_with_the_diagnostic_policy_no_look_is_refused(
    lab: Lab, name: str, cause: str, looks: set[str]
) -> None:
    give(lab, written(lab, "--minimal", "--diagnose", f"{names.HOST}/team/*"))
    before = len(lab.requests())

    done = lab.run([*TOOL, "run", "--format", "json", f"{names.HOST}/team/{name}"])

    calls = {line["target"].rpartition(".")[2] for line in lab.requests()[before:]}
    assert json.loads(done.stdout)["diagnoses"][0]["cause"] == cause, done.stdout
    assert "not authorized" not in done.stdout
    assert calls >= looks
