from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.auth.token import AuthorizationToken
from ecr_doctor.probes.ecr_token import EcrToken, EcrTokenProbe
from ecr_doctor.probes.manifest import ManifestKind, ManifestProbe
from ecr_doctor.probes.registry_api import Whose
from ecr_doctor.redact import Secret
from ecr_doctor.testing import NOON
from probes.network_machine import AUTHORITY, Reply, trusting
from probes.registry_site import API, OCI, Cloud, docker_has, running

if TYPE_CHECKING:
    from pathlib import Path

ATTESTATION = {
    "digest": "sha256:" + "0" * 64,
    "platform": {"os": "unknown", "architecture": "unknown"},
}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)


def test_an_image() -> None:
    cloud = Cloud()
    entry = cloud.image()
    with running(cloud):
        found = cloud.stage().observe(ManifestProbe())

    assert (found.kind, found.whose, found.digest) == (
        ManifestKind.IMAGE, Whose.DOCKER, entry["digest"],
    )  # fmt: skip
    assert found.layers_size == 300
    assert [blob.size for blob in found.blobs] == sorted(blob.size for blob in found.blobs)
    assert "manifest.list.v2" in cloud.registry.asked[-1][1]["accept"]


def test_an_index_leads_to_the_wanted_platforms_manifest() -> None:
    cloud = Cloud()
    entries = [cloud.image("x", architecture=a) for a in ("arm64", "386", "amd64")]
    cloud.index(ATTESTATION, *entries)
    with running(cloud):
        found = cloud.stage().observe(ManifestProbe())

    assert found.kind is ManifestKind.INDEX
    assert found.chosen is not None
    assert found.chosen.digest == entries[2]["digest"]
    assert found.layers
    assert {str(e.platform) for e in found.entries} == {"linux/arm64", "linux/386", "linux/amd64"}


def test_an_index_without_the_wanted_platform() -> None:
    cloud = Cloud()
    cloud.index(cloud.image("x", architecture="arm64"))
    with running(cloud):
        found = cloud.stage().observe(ManifestProbe())

    assert found.chosen is None
    assert found.blobs == ()


def test_an_entry_without_a_platform_serves_when_no_other_does() -> None:
    cloud = Cloud()
    entry = cloud.image("x")
    cloud.index(cloud.image("y", architecture="arm64"), {"digest": entry["digest"]})
    with running(cloud):
        found = cloud.stage().observe(ManifestProbe())

    assert found.chosen is not None
    assert found.chosen.digest == entry["digest"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"schemaVersion": 1, "fsLayers": []}, ManifestKind.SCHEMA_1),
        ({"config": {"digest": "sha256:a", "mediaType": "application/vnd.cncf.helm.config.v1+json"},
          "layers": []}, ManifestKind.ARTIFACT),
        ({"mediaType": "application/vnd.oci.artifact.manifest.v1+json", "blobs": []},
         ManifestKind.ARTIFACT),
        ({"config": {"digest": "sha256:a"}, "layers": "none"}, ManifestKind.IMAGE),
        ({"config": {"digest": "sha256:a", "mediaType": f"{OCI}.config.v1+json"}, "layers": [
          {"digest": "sha256:b", "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json"}]},
         ManifestKind.ARTIFACT),
        ({}, ManifestKind.NONE),
        ([], ManifestKind.NONE),
        ({"manifests": [1, {"digest": 2}, {"digest": "sha256:a", "platform": "x"}]},
         ManifestKind.INDEX),
        ({"config": {"digest": 1}, "layers": [{"digest": "sha256:a", "size": "big", "urls": 1}]},
         ManifestKind.ARTIFACT),
    ],
)  # fmt: skip
def test_kinds(body: object, kind: ManifestKind) -> None:
    cloud = Cloud()
    cloud.put("latest", body, f"{OCI}.manifest.v1+json")
    with running(cloud):
        assert cloud.stage().observe(ManifestProbe()).kind is kind


def test_a_refusal_is_an_answer() -> None:
    cloud = Cloud()
    body = b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"Requested image not found"}]}'
    cloud.registry.replies["/v2/team/app/manifests/latest"] = Reply(404, body, API)
    with running(cloud):
        found = cloud.stage().observe(ManifestProbe())

    assert (found.answer.status, found.answer.code) == (404, "MANIFEST_UNKNOWN")
    assert (found.kind, found.digest, found.layers_size) == (ManifestKind.NONE, "", 0)


def paths(cloud: Cloud) -> list[str]:
    return [path for path, _ in cloud.registry.asked]


def test_dockers_credential_is_sent_at_once() -> None:
    cloud = Cloud()
    cloud.image()
    with running(cloud):
        assert cloud.stage().observe(ManifestProbe()).whose is Whose.DOCKER

    assert paths(cloud) == ["/v2/team/app/manifests/latest"]


def test_a_refusal_by_a_registry_that_takes_the_credential_is_not_asked_for_again() -> None:
    cloud = Cloud()
    cloud.registry.replies["/v2/team/app/manifests/latest"] = Reply(403, b"{}", API)
    with running(cloud):
        found = cloud.stage().observe(ManifestProbe())

    assert (found.whose, found.answer.status) == (Whose.DOCKER, 403)
    assert paths(cloud) == ["/v2/team/app/manifests/latest", "/v2/"]


def test_a_fetched_token_is_sent_where_dockers_credential_is_refused() -> None:
    cloud = Cloud()
    cloud.image()
    token = AuthorizationToken(
        user="AWS", secret=Secret("good"), expires=NOON, proxy_endpoint="", requested=NOON
    )
    given = {**docker_has("bad"), EcrTokenProbe(): EcrToken(token=token)}
    with running(cloud):
        found = cloud.stage(given).observe(ManifestProbe())

    assert (found.whose, found.answer.status) == (Whose.FETCHED, 200)
