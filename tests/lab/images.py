"""Images made by hand and pushed to the registry over HTTP: nothing comes from outside."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab import names

if TYPE_CHECKING:
    import aiohttp

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
BIG_LAYER_BYTES = 40 * 1024 * 1024


@dataclass(frozen=True)
class Blob:
    """Bytes and their digest."""

    data: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """Return the content's address."""
        return "sha256:" + hashlib.sha256(self.data).hexdigest()

    def describe(self) -> dict[str, Any]:
        """Return the descriptor under which a manifest lists this blob."""
        return {"mediaType": self.media_type, "size": len(self.data), "digest": self.digest}


@dataclass(frozen=True)
class Image:
    """One image of one platform."""

    manifest: Blob
    blobs: tuple[Blob, ...]
    platform: dict[str, str]


def make_image(content: bytes, architecture: str = "amd64", level: int = 6) -> Image:
    """Return an image with one small layer that holds `content`."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        entry = tarfile.TarInfo("content")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    layer = Blob(gzip.compress(plain.getvalue(), compresslevel=level, mtime=0), LAYER)
    platform = {"architecture": architecture, "os": "linux"}
    diff = "sha256:" + hashlib.sha256(plain.getvalue()).hexdigest()
    config = Blob(
        json.dumps({**platform, "rootfs": {"type": "layers", "diff_ids": [diff]}}).encode(), CONFIG
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.describe(),
        "layers": [layer.describe()],
    }
    return Image(Blob(json.dumps(manifest).encode(), MANIFEST), (config, layer), platform)


class Pusher:
    """Pushes to one registry."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        """Remember where the registry is."""
        self._session = session
        self._base = base

    async def push(self, repository: str, tag: str, images: list[Image]) -> None:
        """Push one image, or an index of several."""
        for image in images:
            for blob in image.blobs:
                await self._push_blob(repository, blob)
        if len(images) == 1 and images[0].platform["architecture"] == "amd64":
            await self._push_manifest(repository, tag, images[0].manifest)
            return
        for image in images:
            await self._push_manifest(repository, image.manifest.digest, image.manifest)
        await self._push_manifest(repository, tag, _index(images))

    async def _push_blob(self, repository: str, blob: Blob) -> None:
        url = f"{self._base}/v2/{repository}/blobs/uploads/"
        async with self._session.post(url) as answer:
            place = answer.headers["Location"]
        joint = "&" if "?" in place else "?"
        url = f"{place}{joint}digest={blob.digest}"
        async with self._session.put(url, data=io.BytesIO(blob.data)) as answer:
            answer.raise_for_status()

    async def _push_manifest(self, repository: str, reference: str, manifest: Blob) -> None:
        url = f"{self._base}/v2/{repository}/manifests/{reference}"
        headers = {"Content-Type": manifest.media_type}
        async with self._session.put(url, data=manifest.data, headers=headers) as answer:
            answer.raise_for_status()


def _index(images: list[Image]) -> Blob:
    """Return the manifest list of several images."""
    entries = [{**image.manifest.describe(), "platform": image.platform} for image in images]
    value = {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": entries}
    return Blob(json.dumps(value).encode(), MANIFEST_LIST)


async def push_all(session: aiohttp.ClientSession, base: str) -> dict[str, list[str]]:
    """Push every image of the laboratory; return the layer digests of each repository."""
    home = f"{names.ACCOUNT}/{names.REGION}"
    app = make_image(b"the application")
    corrupt = make_image(b"the corrupt one")
    arm = make_image(b"for another processor", "arm64")
    shelf: list[tuple[str, list[Image]]] = [
        (f"{home}/team/app", [app]),
        (f"{home}/team/corrupt", [corrupt]),
        (f"{home}/team/armonly", [arm]),
        (f"{home}/team/multi", [make_image(b"for both"), make_image(b"for both", "arm64")]),
        (f"{home}/team/big", [make_image(os.urandom(BIG_LAYER_BYTES), level=0)]),
        (f"{home}/team/hollow", [make_image(bytes(BIG_LAYER_BYTES), level=1)]),
        (f"{names.ACCOUNT}/{names.OTHER_REGION}/team/eu-app", [app]),
        (f"{names.OTHER_ACCOUNT}/{names.REGION}/shared/app", [app]),
    ]
    pusher = Pusher(session, base)
    for repository, images in shelf:
        await pusher.push(repository, "latest", images)
    return {name: [image.blobs[1].digest for image in images] for name, images in shelf}
