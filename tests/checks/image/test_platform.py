from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.blob import BlobAnswer, BlobProbe, BlobState
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.probes.manifest import Blob, IndexEntry, Manifest, ManifestKind, ManifestProbe
from ecr_doctor.probes.platforms import Platform as Named
from ecr_doctor.probes.platforms import WantedPlatform, read_platform
from ecr_doctor.probes.registry_api import RegistryAnswer, Whose
from ecr_doctor.testing import context
from ecr_doctor_checks.image.platform import Platform

OK = RegistryAnswer(status=200)
CONFIG = Blob(digest="sha256:c", size=10, media_type="application/vnd.oci.image.config.v1+json")
HELM = replace(CONFIG, media_type="application/vnd.cncf.helm.config.v1+json")
ARM = IndexEntry(digest="sha256:d", platform=read_platform("linux/arm64/v8"))
AMD = IndexEntry(digest="sha256:e", platform=read_platform("linux/amd64"))


def wanting(source: str = "docker engine") -> WantedPlatform:
    return WantedPlatform(read_platform("linux/amd64"), source)


def manifest(kind: ManifestKind, **more: Any) -> Manifest:
    fields = {"wanted": wanting(), "config": CONFIG, **more}
    return Manifest(whose=Whose.DOCKER, answer=OK, kind=kind, media_type="m", **fields)


def blob(platform: Named | None) -> BlobAnswer:
    return BlobAnswer(
        digest="sha256:c",
        size=10,
        whose=Whose.DOCKER,
        state=BlobState.VERIFIED,
        answer=OK,
        platform=platform,
    )


def engine(version: str) -> Engine:
    endpoint = DockerEndpoint(url=DEFAULT_ENDPOINT, source="default")
    return Engine(endpoint=endpoint, server_version=version)


IMAGE = manifest(ManifestKind.IMAGE)
INDEX = ManifestKind.INDEX


@pytest.mark.parametrize(
    ("found", "config", "status", "cause"),
    [
        pytest.param(manifest(INDEX, entries=(ARM, AMD), chosen=AMD), None, Status.PASS, None,
                     id="in the index"),
        pytest.param(manifest(INDEX, entries=(ARM,)), None, Status.FAIL, "platform-not-in-image",
                     id="not in the index"),
        pytest.param(manifest(INDEX, entries=(ARM,), wanted=wanting("this machine")), None,
                     Status.INCONCLUSIVE, None, id="not in the index, platform guessed"),
        pytest.param(manifest(INDEX), None, Status.FAIL, "platform-not-in-image", id="empty"),
        pytest.param(manifest(ManifestKind.ARTIFACT, config=HELM), None, Status.FAIL,
                     "artifact-not-an-image", id="chart"),
        pytest.param(manifest(ManifestKind.ARTIFACT, config=None), None, Status.FAIL,
                     "artifact-not-an-image", id="artifact"),
        pytest.param(manifest(ManifestKind.NONE), None, Status.INCONCLUSIVE, None, id="nothing"),
        pytest.param(IMAGE, read_platform("linux/amd64"), Status.PASS, None, id="single"),
        pytest.param(IMAGE, read_platform("linux/arm64"), Status.WARN,
                     "platform-wrong-single-arch", id="single, wrong"),
        pytest.param(IMAGE, read_platform("windows/amd64"), Status.FAIL,
                     "windows-version-mismatch", id="windows"),
        pytest.param(IMAGE, None, Status.INCONCLUSIVE, None, id="no config"),
        pytest.param(manifest(ManifestKind.IMAGE, wanted=wanting("this machine")),
                     read_platform("windows/amd64"), Status.INCONCLUSIVE, None,
                     id="windows, platform guessed"),
    ],
)  # fmt: skip
def test_verdict(found: Manifest, config: Named | None, status: Status, cause: str | None) -> None:
    given: dict[Any, Any] = {ManifestProbe(): found, BlobProbe("sha256:c", 10): blob(config)}

    verdict = Platform().run(context(given))

    assert (verdict.status, verdict.cause) == (status, cause)


@pytest.mark.parametrize(
    ("version", "pull", "status"),
    [
        ("20.10.24", False, Status.WARN),
        ("20.10.24", True, Status.FAIL),
        ("26.1.5", False, Status.FAIL),
        ("", False, Status.FAIL),
    ],
)
def test_schema_1(version: str, status: Status, *, pull: bool) -> None:
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(ManifestKind.SCHEMA_1),
        EngineProbe(): engine(version),
    }

    verdict = Platform().run(context(given, settings=Settings(pull=pull)))

    assert (verdict.status, verdict.cause) == (status, "manifest-schema-1")


@pytest.mark.parametrize(
    ("client", "status"),
    [
        ("podman", Status.WARN),
        ("skopeo", Status.WARN),
        ("buildah", Status.WARN),
        ("crane", Status.FAIL),
        ("kubelet", Status.FAIL),
    ],
)
def test_schema_1_is_read_by_clients_that_convert_it(client: str, status: Status) -> None:
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(ManifestKind.SCHEMA_1),
        EngineProbe(): engine("20.10.24"),
    }

    verdict = Platform().run(context(given, settings=Settings(client=client)))

    assert verdict.status is status
    assert "docker 20" not in verdict.summary
