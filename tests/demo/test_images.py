from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest

from ecr_doctor.demo.images import MANIFEST_LIST, digest_of, sample_repository


def test_tags_lead_to_an_index_of_two_platforms() -> None:
    repository = sample_repository()

    index = repository.manifest("latest")

    assert index is not None
    assert index.media_type == MANIFEST_LIST
    platforms = [entry["platform"] for entry in json.loads(index.body)["manifests"]]
    assert [p["architecture"] for p in platforms] == ["amd64", "arm64"]
    assert repository.tags_of(index.digest) == ["latest", "v1"]


@pytest.mark.parametrize("number", [0, 1])
def test_every_descriptor_fits_its_content(number: int) -> None:
    repository = sample_repository()
    index = repository.manifest("v1")
    assert index is not None
    entry = json.loads(index.body)["manifests"][number]

    manifest = repository.manifest(entry["digest"])

    assert manifest is not None
    assert (entry["size"], entry["mediaType"]) == (len(manifest.body), manifest.media_type)
    fields = json.loads(manifest.body)
    for descriptor in (fields["config"], *fields["layers"]):
        data = repository.blobs[descriptor["digest"]]
        assert (digest_of(data), len(data)) == (descriptor["digest"], descriptor["size"])


def test_layers_unpack_to_what_the_config_names() -> None:
    repository = sample_repository()
    index = repository.manifest("latest")
    assert index is not None
    manifest = repository.manifest(json.loads(index.body)["manifests"][0]["digest"])
    assert manifest is not None
    fields = json.loads(manifest.body)

    tar = gzip.decompress(repository.blobs[fields["layers"][0]["digest"]])

    config = json.loads(repository.blobs[fields["config"]["digest"]])
    assert config["rootfs"]["diff_ids"] == [digest_of(tar)]
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        assert archive.getnames() == ["hello.txt"]


def test_what_is_not_there_is_none() -> None:
    assert sample_repository().manifest("v9") is None
