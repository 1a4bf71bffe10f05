"""What a text tells whatever the cause, and what of it goes into commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog.answer import answer
from ecr_doctor.catalog.clues import find_clues
from ecr_doctor.catalog.facts import find_facts
from ecr_doctor.catalog.speaker import speaker

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = f"sha256:{'ab' * 32}"


@pytest.mark.parametrize(
    ("text", "image"),
    [
        (f"pull {HOST}/team/app:1.2 failed", f"{HOST}/team/app:1.2"),
        (f"pull {HOST}/team/app failed", f"{HOST}/team/app:latest"),
        (f"pull {HOST}/app@{DIGEST}: not found", f"{HOST}/app@{DIGEST}"),
        (f"HEAD https://{HOST}/v2/app/manifests/{DIGEST}: 404", f"{HOST}/app@{DIGEST}"),
        (f"HEAD https://{HOST}/v2/app/manifests/Build-7: 404", f"{HOST}/app:Build-7"),
        (f'https://{HOST}:443 "GET /v2/" 401\nGET https://{HOST}/v2/a/manifests/1', f"{HOST}/a:1"),
        (f"Login to {HOST}\npull {HOST}/app:2...", f"{HOST}/app:2"),
        (f"GET https://{HOST}/v2/app/blobs/uploads/: 403", None),
        (f"login {HOST}:443", None),
        (f"https://{HOST}/v2/[MASKED]/manifests/1", None),
    ],
)
def test_the_image_is_read_as_a_pull_wants_it(text: str, image: str | None) -> None:
    assert find_facts(text).get("image") == image


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("***.dkr.ecr.eu-west-1.amazonaws.com/team/app:7", f"ACCOUNT_ID{HOST[12:]}/team/app:7"),
        ("<id>.dkr.ecr.eu-west-1.amazonaws.com/app", f"ACCOUNT_ID{HOST[12:]}/app:TAG"),
        ("12345.dkr.ecr.eu-west-1.amazonaws.com", f"ACCOUNT_ID{HOST[12:]}/REPOSITORY:TAG"),
        ("123456789012.dkr.ecr.eu-wset-1.amazonaws.com/app:1", f"{HOST}/app:1"),
        (f"https://{HOST}/v2/app/blobs/uploads/", f"{HOST}/app:TAG"),
        ("docker pull", "ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG"),
    ],
)
def test_what_is_known_of_a_hidden_host_goes_into_the_next_command(
    text: str, command: str, catalog: Catalog
) -> None:
    found = answer(f"{text}: no basic auth credentials", catalog)
    assert found.next_command == f"ecr-doctor run {command} --error -"


@pytest.mark.parametrize(
    ("text", "option"),
    [
        (f'time="x" msg="initializing source docker://{HOST}/a:1: 403"', " --client podman"),
        (f"Failed to pull image {HOST}/a:1: ErrImagePull: 403 Forbidden", " --client kubelet"),
        (f"nerdctl: pull {HOST}/a:1: 403 Forbidden", ""),  # which `run` does not take
        (f"Error response from daemon: pull {HOST}/a:1: 403 Forbidden", ""),
    ],
)
def test_the_next_command_asks_for_the_client_that_failed(
    text: str, option: str, catalog: Catalog
) -> None:
    assert answer(text, catalog).next_command == f"ecr-doctor run {HOST}/a:1{option} --error -"


def test_a_region_that_cannot_exist_goes_into_no_command(catalog: Catalog) -> None:
    text = 'Could not connect to the endpoint URL: "https://api.ecr.eu-wset-1.amazonaws.com/"'
    found = answer(text, catalog)
    commands = [fix.command for d in found.diagnoses for fix in d.fixes]
    assert found.reading.facts["region"] == "eu-west-1"
    assert not [c for c in commands if "wset" in c]


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("trying to pull a.example/b:1...", "podman"),
        ("error: initializing source docker://a.example/b:1", "podman"),
        ("buildah: error: initializing source docker://a.example/b:1", "buildah"),
        ("error response from daemon: no basic auth credentials", None),
        ("error response from daemon: podman is not asked", None),
        ("trivy: unable to initialize podman client: no podman socket found", None),
        ("kubelet: initializing source docker://a.example/b:1", "kubelet"),
        ("failed to pull image 'a.example/b:1': rpc error: code = unknown desc = x", "kubelet"),
        ("failed to pull image 'a.example/b:1' with specified policies [always]", None),
        ("skopeo copy docker://a.example/b:1 dir:x", "skopeo"),
        ("no basic auth credentials", None),
    ],
)
def test_the_program_that_pulls(text: str, program: str | None) -> None:
    assert speaker(text, find_clues(text)).get("client") == program


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("error response from daemon: get 'https://a/v2/': x509: x", {"daemon"}),
        ("podman: pinging container registry a: x509: x", {"client"}),
        ("ssl validation failed for https://api.ecr.eu-west-1.amazonaws.com/", {"helper"}),
        (
            "operation error ecr: getauthorizationtoken, x509: x\nerror response from daemon: x",
            {"daemon", "helper"},
        ),
        ("trivy: podman: x509: x", set()),
        ("x509: certificate signed by unknown authority", set()),
    ],
)
def test_the_side_that_failed(text: str, sides: set[str]) -> None:
    named = speaker(text, find_clues(text))
    assert {name.removesuffix("_side") for name in named if name.endswith("_side")} == sides
