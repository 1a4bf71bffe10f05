"""Fixes in the words of the client that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.catalog.filling import fitting
from ecr_doctor.engine.diagnose import describe
from ecr_doctor.model import Fix

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:latest"
PASSWORD = "aws ecr get-login-password --region {region}"
LOGIN = PASSWORD + " | docker login --username AWS --password-stdin {host}"
KUBECTL = "kubectl run pull-test --restart=Never --image="
DOCKERS = ("docker pull", "docker login", "docker logout", "systemctl restart docker")
FACTS = {"host": HOST, "image": IMAGE, "region": "eu-west-1", "nearest": "b"}


def said(client: str, command: str) -> str:
    fix = Fix(title="x", command=command)
    return fitting([fix], {**FACTS, "client": client} if client else FACTS)[0].command


@pytest.mark.parametrize(
    ("client", "command", "spoken"),
    [
        ("", "docker pull {image}", f"docker pull {IMAGE}"),
        ("docker", "docker pull {image}", f"docker pull {IMAGE}"),
        ("podman", "docker pull {image}", f"podman pull {IMAGE}"),
        ("nerdctl", "docker pull {image}", f"nerdctl pull {IMAGE}"),
        ("skopeo", "docker pull {image}", f"skopeo copy docker://{IMAGE} oci-archive:image.tar"),
        ("crane", "docker pull {image} && x", f"crane pull {IMAGE} image.tar && x"),
        ("kubelet", "docker pull {image}", f"{KUBECTL}{IMAGE}"),
        ("a client nobody knows", "docker pull {image}", f"docker pull {IMAGE}"),
        ("crane", "docker logout {host}; docker logout https://{host}",
         f"crane auth logout {HOST}; crane auth logout https://{HOST}"),
        ("kubelet", "docker logout {host}; docker logout https://{host}",
         "kubectl delete secret SECRET"),
        ("podman", "docker buildx imagetools inspect {image} --raw | head",
         f"podman manifest inspect {IMAGE} | head"),
        ("podman", 'df -h "$(docker info --format \'{{.DockerRootDir}}\')"; docker system df',
         'df -h "$(podman info --format \'{{.Store.GraphRoot}}\')"; podman system df'),
        ("skopeo", 'df -h "$(docker info --format \'{{.DockerRootDir}}\')"; docker system df',
         "df -h /var/tmp"),
        ("", "x | podman login {host}", f"x | podman login {HOST}"),
        ("skopeo", "x | podman login {host}", f"x | skopeo login {HOST}"),
        ("podman", "docker-credential-ecr-login get", "docker-credential-ecr-login get"),
        ("podman", "DOCKER_BUILDKIT=1 docker build .", "DOCKER_BUILDKIT=1 docker build ."),
    ],
)  # fmt: skip
def test_a_command_is_the_clients_own(client: str, command: str, spoken: str) -> None:
    assert said(client, command) == spoken


@pytest.mark.parametrize(
    ("client", "ending"),
    [
        ("docker", f"| docker login --username AWS --password-stdin {HOST}"),
        ("podman", f"| podman login --username AWS --password-stdin {HOST}"),
        ("oras", f"| oras login --username AWS --password-stdin {HOST}"),
        ("crane", f"| crane auth login --username AWS --password-stdin {HOST}"),
        ("kubelet", "| kubectl apply -f -"),
    ],
)
def test_a_login_is_the_clients_own(client: str, ending: str) -> None:
    command = said(client, LOGIN)

    assert command.endswith(ending)
    assert "aws ecr get-login-password --region eu-west-1" in command
    assert (f"--docker-server={HOST}" in command) is (client == "kubelet")


@pytest.mark.parametrize("client", ["podman", "buildah", "skopeo", "nerdctl", "crane", "oras"])
def test_no_cause_sends_another_client_to_docker(client: str, catalog: Catalog) -> None:
    of_docker = {"client-lacks-ecr-support"} | {c for c in catalog if c.startswith("docker-")}
    for cause in set(catalog) - of_docker:
        for fix in describe(cause, catalog, {**FACTS, "client": client}).fixes:
            text = "\n".join((fix.title, *fix.steps, fix.command))
            assert not [words for words in DOCKERS if words in text], cause


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, {"daemon", "client", "helper", "any"}),
        ({"client": "docker"}, {"daemon", "client", "helper", "any"}),
        ({"client": "podman"}, {"client", "helper", "any"}),
        ({"client": "docker", "daemon_side": "x"}, {"daemon", "any"}),
        ({"client": "docker", "helper_side": "x"}, {"helper", "any"}),
        ({"client": "podman", "client_side": "x"}, {"client", "any"}),
        ({"helper_side": "x", "daemon_side": "x"}, {"daemon", "helper", "any"}),
    ],
)
def test_a_cure_is_for_the_side_that_failed(facts: dict[str, str], shown: set[str]) -> None:
    sides = ("daemon", "client", "helper")
    fixes = [Fix(title="any"), *(Fix(title=side, sides=(side,)) for side in sides)]

    assert {fix.title for fix in fitting(fixes, facts)} == shown


def test_every_cause_has_a_cure_on_every_side(catalog: Catalog) -> None:
    for cause in catalog:
        for side in ("daemon", "client", "helper"):
            fixes = describe(cause, catalog, {**FACTS, f"{side}_side": "x"}).fixes
            assert any(fix.command or fix.steps or fix.policy for fix in fixes), (cause, side)


PUBLIC = {"host": "public.ecr.aws", "image": "public.ecr.aws/team/app:1", "region": "us-east-1"}


def test_ecr_public_has_a_login_of_its_own(catalog: Catalog) -> None:
    private = [
        (name, fix.title)
        for name, cause in catalog.items()
        for fix in fitting(cause.fixes, PUBLIC)
        if "aws ecr get-login-password" in " ".join((fix.command, *fix.steps))
    ]

    assert not private


def test_ecr_public_has_permissions_of_its_own(catalog: Catalog) -> None:
    denied = "is not authorized to perform: ecr-public:GetAuthorizationToken on resource: *"
    parts = catalog.read(denied).matches[0].parts

    fixes = fitting(catalog["iam-missing-get-authorization-token"].fixes, parts)

    said = " ".join("".join((fix.command, *fix.steps, fix.policy)) for fix in fixes)
    assert '["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"]' in said
    assert "PublicReadOnly" in said
    assert "PullOnly" not in said


@pytest.mark.parametrize("client", ["podman", "crane"])
def test_a_login_of_ecr_public_is_the_clients_own(client: str) -> None:
    found = fitting([Fix(title="x", command=LOGIN)], PUBLIC | {"client": client})

    assert found[0].command.startswith(
        "aws ecr-public get-login-password --region us-east-1 | " + client
    )
    assert found[0].command.endswith(" public.ecr.aws")


@pytest.mark.parametrize(
    ("host", "titles"),
    [
        ("public.ecr.aws", ["An image of ECR Public: look it up in the gallery"]),
        (HOST, ["Take a tag that exists"]),
        ("", ["Take a tag that exists"]),
    ],
)
def test_a_private_registrys_api_is_no_cure_in_ecr_public(
    host: str, titles: list[str], catalog: Catalog
) -> None:
    found = fitting(catalog["image-tag-not-found"].fixes, {"host": host})

    assert [fix.title for fix in found] == titles
