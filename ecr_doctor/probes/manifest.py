"""The image's manifest, and where that is an index the manifest of the wanted platform."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from .base import Probe
from .platforms import Platform, WantedPlatform, rank, wanted_platform
from .registry_api import RegistryAnswer, Whose, ask_at_once, registry_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .base import Scene
    from .http import RawAnswer

_DOCKER, _OCI = "application/vnd.docker.distribution.manifest", "application/vnd.oci.image"
ACCEPT = ", ".join(
    (
        f"{_DOCKER}.v2+json",
        f"{_DOCKER}.list.v2+json",
        f"{_OCI}.manifest.v1+json",
        f"{_OCI}.index.v1+json",
        f"{_DOCKER}.v1+prettyjws",
        "application/vnd.oci.artifact.manifest.v1+json",
        "*/*",
    )
)
_IMAGE_CONFIGS = {
    "application/vnd.docker.container.image.v1+json",
    f"{_OCI}.config.v1+json",
    "application/octet-stream",
    "text/html",
    "",
}
"""Config types that docker pulls as an image: moby, distribution/registry.go (ImageTypes)."""
_MOST_ENTRIES = 1000
_LARGEST = 4 << 20
"""Bytes; Amazon ECR accepts no larger manifest."""


class ManifestKind(StrEnum):
    """What a manifest describes."""

    NONE = ""
    """None was had, or it cannot be read."""
    IMAGE = "image"
    INDEX = "index"
    SCHEMA_1 = "schema-1"
    ARTIFACT = "artifact"
    """Something that is no container image: a Helm chart, a signature, an SBOM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A config or layer."""

    digest: str
    size: int
    media_type: str = ""
    urls: tuple[str, ...] = ()
    """Where a foreign (non-distributable) layer is fetched from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A manifest that an index names."""

    digest: str
    platform: Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the registry has under the image's name."""

    whose: Whose
    """Whose credential was used."""
    answer: RegistryAnswer
    """To the request for the tag or digest that the image names."""
    kind: ManifestKind = ManifestKind.NONE
    digest: str = ""
    """Of what the name points to (an index, often), computed from its bytes."""
    media_type: str = ""
    readable: bool = True
    """False when the bytes are not even a JSON object."""
    entries: tuple[IndexEntry, ...] = ()
    wanted: WantedPlatform | None = None
    chosen: IndexEntry | None = None
    """The index entry for the wanted platform; None where none serves it."""
    nested: RegistryAnswer | None = None
    """To the request for that entry."""
    config: Blob | None = None
    layers: tuple[Blob, ...] = ()

    @property
    def layers_size(self) -> int:
        """Bytes of all layers, compressed; 0 where they are not known."""
        return sum(layer.size for layer in self.layers)

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """What a pull fetches from the registry, the smallest first."""
        own = [blob for blob in (self.config, *self.layers) if blob is not None and not blob.urls]
        return tuple(sorted({blob.digest: blob for blob in own}.values(), key=lambda b: b.size))


@dataclass(frozen=True, slots=True)
class ManifestProbe(Probe[Manifest]):
    """GETs the manifest with docker's own credential, or ours where docker's is refused."""

    limit: ClassVar[float] = 10.0

    def look(self, scene: Scene) -> Manifest:
        """Ask the registry; refusals are part of the answer.

        Raises:
            ProbeError: the registry takes no credential that is at hand.

        """
        answer, body, whose = _get(scene, scene.target.selector)
        if not answer.ok:
            return Manifest(whose=whose, answer=answer)
        top = _object(body)
        media_type = str(top.get("mediaType") or answer.content_type)[:200]
        manifest = Manifest(
            whose=whose,
            answer=answer,
            kind=_kind(top, media_type),
            digest=f"sha256:{hashlib.sha256(body).hexdigest()}",
            media_type=media_type,
            readable=bool(top) or body.strip() == b"{}",
            wanted=wanted_platform(scene),
        )
        return _complete(scene, manifest, top)


def _complete(scene: Scene, manifest: Manifest, top: dict[str, Any]) -> Manifest:
    if manifest.kind is not ManifestKind.INDEX:
        return replace(manifest, config=_config(top), layers=tuple(_layers(top)))
    entries = tuple(_entries(top))
    chosen = choose(manifest.wanted, entries)
    manifest = replace(manifest, entries=entries, chosen=chosen)
    if chosen is None:
        return manifest
    answer, body, _ = _get(scene, chosen.digest)
    inner = _object(body) if answer.ok else {}
    return replace(manifest, nested=answer, config=_config(inner), layers=tuple(_layers(inner)))


def choose(wanted: WantedPlatform | None, entries: Iterable[IndexEntry]) -> IndexEntry | None:
    """The entry that docker would take."""
    if wanted is None:
        return None
    ranked = [(rank(wanted.platform, entry.platform), entry) for entry in entries]
    serving = [(place, entry) for place, entry in ranked if place is not None]
    return min(serving, key=lambda pair: pair[0])[1] if serving else None


def _get(scene: Scene, selector: str) -> tuple[RegistryAnswer, bytes, Whose]:
    path = f"/v2/{scene.target.repository}/manifests/{selector}"

    def good(raw: RawAnswer) -> bool:
        return registry_answer(scene, raw).ok and bool(_object(raw.body))

    raw, whose = ask_at_once(scene, path, {"Accept": ACCEPT}, good, most=_LARGEST)
    return registry_answer(scene, raw), raw.body, whose


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


_LAYERS = ("rootfs", "image.layer", "octet-stream", ".tar")
"""Parts of the media types of image layers; signatures and charts have others."""


def _is_image(config: Blob, layers: Iterable[Blob]) -> bool:
    types = [layer.media_type for layer in layers if layer.media_type]
    known = [kind for kind in types if any(part in kind for part in _LAYERS)]
    return config.media_type in _IMAGE_CONFIGS and (not types or bool(known))


def _kind(top: dict[str, Any], media_type: str) -> ManifestKind:
    if isinstance(top.get("manifests"), list):
        return ManifestKind.INDEX
    if top.get("schemaVersion") == 1:
        return ManifestKind.SCHEMA_1
    config = _config(top)
    if config is None:
        artifact = "artifact" in media_type or "layers" in top
        return ManifestKind.ARTIFACT if artifact else ManifestKind.NONE
    return ManifestKind.IMAGE if _is_image(config, _layers(top)) else ManifestKind.ARTIFACT


def _config(top: dict[str, Any]) -> Blob | None:
    return _blob(top.get("config"))


def _layers(top: dict[str, Any]) -> Iterator[Blob]:
    layers = top.get("layers")
    for entry in layers[:_MOST_ENTRIES] if isinstance(layers, list) else ():
        blob = _blob(entry)
        if blob is not None:
            yield blob


def _blob(entry: object) -> Blob | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("digest"), str):
        return None
    size, urls = entry.get("size"), entry.get("urls")
    return Blob(
        digest=entry["digest"][:200],
        size=size if isinstance(size, int) and size >= 0 else 0,
        media_type=str(entry.get("mediaType") or "")[:200],
        urls=tuple(str(url)[:500] for url in urls[:5]) if isinstance(urls, list) else (),
    )


def _entries(top: dict[str, Any]) -> Iterator[IndexEntry]:
    """The images of an index; attestations have the platform `unknown/unknown`."""
    for entry in top["manifests"][:_MOST_ENTRIES]:
        if not isinstance(entry, dict) or not isinstance(entry.get("digest"), str):
            continue
        found = entry.get("platform")
        found = found if isinstance(found, dict) else {}
        parts = {key: str(found.get(key) or "")[:60] for key in _PLATFORM_KEYS}
        if parts["os"] != "unknown":
            platform = Platform(
                os=parts["os"],
                architecture=parts["architecture"],
                variant=parts["variant"],
                os_version=parts["os.version"],
            )
            yield IndexEntry(digest=entry["digest"][:200], platform=platform)


_PLATFORM_KEYS = ("os", "architecture", "variant", "os.version")
