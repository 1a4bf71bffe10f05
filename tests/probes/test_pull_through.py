from __future__ import annotations

import pytest

from ecr_doctor.model import parse_target
from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.pull_through import PullThroughProbe, PullThroughRule, PullThroughRules
from probes.network_machine import stage

HUB = PullThroughRule(prefix="docker-hub", upstream="registry-1.docker.io")
HUB_TEAM = PullThroughRule(prefix="docker-hub/team", upstream="quay.io")
ALL = PullThroughRule(prefix="ROOT", upstream="ghcr.io")


@pytest.mark.parametrize(
    ("repository", "rule"),
    [
        ("docker-hub/nginx", HUB),
        ("docker-hub/team/app", HUB_TEAM),
        ("docker-hubs/nginx", ALL),
        ("other", ALL),
    ],
)
def test_the_longest_prefix_wins(repository: str, rule: PullThroughRule) -> None:
    assert PullThroughRules(rules=(ALL, HUB, HUB_TEAM)).rule_for(repository) == rule


def test_names_at_the_upstream() -> None:
    assert HUB.rest("docker-hub/nginx") == "nginx"
    assert HUB.rest("other/nginx") == ""
    assert ALL.rest("a/b") == "a/b"


def test_no_rule() -> None:
    assert PullThroughRules(rules=(HUB,)).rule_for("team/app") is None


@pytest.mark.parametrize("image", ["public.ecr.aws/nginx/nginx", "ghcr.io/a/b"])
def test_only_private_registries_have_rules(image: str) -> None:
    with pytest.raises(ProbeError, match="private"):
        stage(target=parse_target(image)).observe(PullThroughProbe())
