"""A tiny image for two platforms, made by hand: nothing comes from outside."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_DOCKER = "application/vnd.docker"
MANIFEST = f"{_DOCKER}.distribution.manifest.v2+json"
MANIFEST_LIST = f"{_DOCKER}.distribution.manifest.list.v2+json"
_CONFIG = f"{_DOCKER}.container.image.v1+json"
_LAYER = f"{_DOCKER}.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest, as the registry hands it out."""

    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """The address of this content."""
        return digest_of(self.body)


@dataclass(frozen=True, slots=True)
class Repository:
    """Tags, manifests and blobs under one name."""

    tags: Mapping[str, str]
    manifests: Mapping[str, Manifest]
    blobs: Mapping[str, bytes]

    def manifest(self, reference: str) -> Manifest | None:
        """The manifest of a tag or digest; None where there is none."""
        return self.manifests.get(self.tags.get(reference, reference))

    def tags_of(self, digest: str) -> list[str]:
        """The tags that point to a manifest."""
        return [tag for tag, target in self.tags.items() if target == digest]


def digest_of(data: bytes) -> str:
    """The content's address as registries write it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


@cache
def sample_repository() -> Repository:
    """A repository with one image for linux on amd64 and arm64, tagged `latest` and `v1`."""
    blobs: dict[str, bytes] = {}
    manifests: dict[str, Manifest] = {}
    entries = []
    for architecture in ("amd64", "arm64"):
        manifest = _one_platform(architecture, blobs)
        manifests[manifest.digest] = manifest
        platform = {"architecture": architecture, "os": "linux"}
        entries.append({**_descriptor(manifest.media_type, manifest.body), "platform": platform})
    body = {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": entries}
    index = Manifest(MANIFEST_LIST, json.dumps(body).encode())
    manifests[index.digest] = index
    return Repository({"latest": index.digest, "v1": index.digest}, manifests, blobs)


def _one_platform(architecture: str, blobs: dict[str, bytes]) -> Manifest:
    tar = _tar("hello.txt", f"hello from {architecture}\n".encode())
    layer = gzip.compress(tar, mtime=0)
    rootfs = {"type": "layers", "diff_ids": [digest_of(tar)]}
    config = json.dumps({"architecture": architecture, "os": "linux", "rootfs": rootfs}).encode()
    blobs.update({digest_of(layer): layer, digest_of(config): config})
    body = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _descriptor(_CONFIG, config),
        "layers": [_descriptor(_LAYER, layer)],
    }
    return Manifest(MANIFEST, json.dumps(body).encode())


def _descriptor(media_type: str, data: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "size": len(data), "digest": digest_of(data)}


def _tar(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
