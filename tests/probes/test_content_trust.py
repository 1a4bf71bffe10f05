from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings, parse_target
from ecr_doctor.probes.content_trust import ContentTrustProbe
from ecr_doctor.testing import HOST
from probes.user_scene import User

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "version", "wanted"),
    [
        ("1", "28.2.2", True),
        ("true", "20.10.24", True),
        ("off", "28.2.2", True),
        ("0", "28.2.2", False),
        ("false", "28.2.2", False),
        ("", "28.2.2", False),
        ("1", "29.0.0", False),
        ("1", "28.5.2", True),
    ],
)
def test_who_wants_a_signature(tmp_path: Path, value: str, version: str, *, wanted: bool) -> None:
    user = User(tmp_path, {"DOCKER_CONTENT_TRUST": value})
    user.program("docker", f"echo Docker version {version}, build abc")

    assert user.scene().observe(ContentTrustProbe()).wanted is wanted


def test_a_digest_needs_no_signature(tmp_path: Path) -> None:
    user = User(tmp_path, {"DOCKER_CONTENT_TRUST": "1"})
    user.program("docker", "echo Docker version 28.2.2, build abc")
    target = parse_target(f"{HOST}/team/app@sha256:{'a' * 64}")

    seen = Observer(target, Settings(env=user.env)).observe(ContentTrustProbe())

    assert not seen.wanted


@pytest.mark.parametrize("text", ["echo podman version 5.0.0", "exit 1"])
def test_only_docker_itself_wants_one(tmp_path: Path, text: str) -> None:
    user = User(tmp_path, {"DOCKER_CONTENT_TRUST": "1"})
    user.program("docker", text)

    assert not user.scene().observe(ContentTrustProbe()).wanted


def test_the_server_of_signatures(tmp_path: Path) -> None:
    server = "https://notary.corp.example"
    env = {"DOCKER_CONTENT_TRUST": "1", "DOCKER_CONTENT_TRUST_SERVER": server}
    user = User(tmp_path, env)
    user.program("docker", "echo Docker version 28.2.2, build abc")

    assert user.scene().observe(ContentTrustProbe()).server == server
