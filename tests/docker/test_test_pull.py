"""The test pull, by a real engine from a real registry, through docker-py."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

import docker
from ecr_doctor.engine.observe import Observer
from ecr_doctor.model import Settings, Status, parse_target
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.test_pull import PullEnd, TestPullProbe
from ecr_doctor_checks.transfer.test_pull import judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.docker

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def push(registry: str, repository: str, content: bytes) -> None:
    """Push an image of one layer."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        entry = tarfile.TarInfo("hello")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    plain = layer.getvalue()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [_digest(plain)]},
        }
    ).encode()
    blob = gzip.compress(plain, mtime=0)
    base = f"http://{registry}/v2/{repository}"
    for data in (config, blob):
        started = urllib3.request("POST", f"{base}/blobs/uploads/", body=b"")
        place = started.headers["Location"]
        join = "&" if "?" in place else "?"
        urllib3.request("PUT", f"{place}{join}digest={_digest(data)}", body=data)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _descriptor("application/vnd.docker.container.image.v1+json", config),
        "layers": [_descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", blob)],
    }
    answer = urllib3.request(
        "PUT",
        f"{base}/manifests/latest",
        body=json.dumps(manifest).encode(),
        headers={"Content-Type": MANIFEST},
    )
    assert answer.status == 201, answer.data


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _descriptor(media_type: str, data: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "size": len(data), "digest": _digest(data)}


@pytest.fixture
def observer_of(docker_host: str, tmp_path: Path) -> Callable[[str], Observer]:
    def make(image: str) -> Observer:
        env = {"DOCKER_HOST": docker_host, "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        return Observer(parse_target(image), Settings(env=env))

    return make


def test_the_engine_says_how_it_is_set_up(
    docker_host: str, observer_of: Callable[[str], Observer]
) -> None:
    engine = observer_of("app").observe(EngineProbe())

    assert engine.reachable
    assert engine.endpoint.url == docker_host
    assert engine.server_version
    assert engine.data_root


def test_an_image_is_pulled_and_leaves_no_trace(
    registry: str, docker_host: str, observer_of: Callable[[str], Observer]
) -> None:
    push(registry, "team/app", b"hello")

    attempt = observer_of(f"{registry}/team/app:latest").observe(TestPullProbe())

    assert attempt.end is PullEnd.DONE, attempt.error
    assert attempt.layers_fetched == 1
    assert judge(attempt, 1).status is Status.PASS
    client = docker.DockerClient(base_url=docker_host)
    assert [i for i in client.images.list() if f"{registry}/team/app" in str(i.tags)] == []
    client.close()


def test_an_image_that_was_there_stays(
    registry: str, docker_host: str, observer_of: Callable[[str], Observer]
) -> None:
    push(registry, "team/kept", b"kept")
    client = docker.DockerClient(base_url=docker_host)
    kept = client.images.pull(f"{registry}/team/kept", tag="latest")

    attempt = observer_of(f"{registry}/team/kept:latest").observe(TestPullProbe())

    assert attempt.end in {PullEnd.DONE, PullEnd.WOULD_CHANGE}
    assert client.images.get(f"{registry}/team/kept:latest").id == kept.id
    client.close()


def test_a_refusal_comes_in_the_words_of_the_engine(
    registry: str, observer_of: Callable[[str], Observer]
) -> None:
    attempt = observer_of(f"{registry}/team/none:latest").observe(TestPullProbe())

    assert attempt.end is PullEnd.REFUSED
    assert "not found" in attempt.error
