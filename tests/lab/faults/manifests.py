"""Manifests made by hand: of strange kinds, of other platforms, of no image at all."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from lab import names
from lab.faults.model import Fault, Injection, nothing
from lab.images import CONFIG, LAYER, MANIFEST, MANIFEST_LIST

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
MADE_IMAGE = f"{_HOST}/team/made:latest"
OCI, _OCI_INDEX = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)
_HELM = "application/vnd.cncf.helm.config.v1+json"
_SIGNATURE = "application/vnd.dev.cosign.simplesigning.v1+json"
_DIGEST = "sha256:" + "1" * 64
_FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"


def put(lab: Lab, value: dict[str, Any], media_type: str, **more: str) -> str:
    """Put a manifest under its digest; return the digest."""
    body = json.dumps(value)
    key = f"{names.ACCOUNT}/{names.REGION}/team/made"
    made = lab.state["manifests"].setdefault(key, {})
    digest = "sha256:" + hashlib.sha256(body.encode()).hexdigest()
    made[digest] = {"body": body, "type": media_type, **more}
    lab.save()
    return digest


def tag(lab: Lab, digest: str, tag: str = "latest") -> None:
    made = lab.state["manifests"][f"{names.ACCOUNT}/{names.REGION}/team/made"]
    made[tag] = made[digest]
    lab.save()


def _image(lab: Lab, **more: Any) -> dict[str, Any]:
    """Return the manifest of the true image, changed."""
    true = storage_manifest(lab, "team/app")
    return {**true, **more}


def storage_manifest(lab: Lab, repository: str, digest: str = "") -> dict[str, Any]:
    """Return a repository's manifest from the storage; that of `latest` without a digest."""
    root = lab.folder / "registry/docker/registry/v2"
    place = f"repositories/{names.ACCOUNT}/{names.REGION}/{repository}/_manifests/tags/latest"
    link = (digest or (root / place / "current/link").read_text()).removeprefix("sha256:")
    value: dict[str, Any] = json.loads((root / f"blobs/sha256/{link[:2]}/{link}/data").read_text())
    return value


def _made(media_type: str = MANIFEST, **more: Any) -> Injection:
    """Return an injection of the true manifest with some parts changed."""

    def inject(lab: Lab) -> None:
        value = {**_image(lab), "mediaType": media_type, **more}
        tag(lab, put(lab, value, media_type))

    return inject


def _artifact(config_type: str, layer_type: str) -> Injection:
    def inject(lab: Lab) -> None:
        value = _image(lab, mediaType=OCI)
        value["config"]["mediaType"] = config_type
        value["layers"] = [{**value["layers"][0], "mediaType": layer_type}]
        tag(lab, put(lab, value, OCI))

    return inject


def _index(media_type: str, *platforms: dict[str, str] | None) -> Injection:
    """Return an injection of an index whose entries all lead to the true image."""

    def inject(lab: Lab) -> None:
        kind = MANIFEST if media_type == MANIFEST_LIST else OCI
        true = {**_image(lab), "mediaType": kind}
        digest = put(lab, true, kind)
        size = len(json.dumps(true))
        entries: list[dict[str, Any]] = []
        for platform in platforms:
            entry: dict[str, Any] = {"mediaType": kind, "size": size, "digest": digest}
            entries.append(entry if platform is None else {**entry, "platform": platform})
        value = {"schemaVersion": 2, "mediaType": media_type, "manifests": entries}
        tag(lab, put(lab, value, media_type))

    return inject


def _dangling_index(lab: Lab) -> None:
    """Make an index whose entry for this platform was deleted."""
    platform = {"architecture": "amd64", "os": "linux"}
    entry = {"mediaType": MANIFEST, "size": 500, "digest": _DIGEST, "platform": platform}
    value = {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": [entry]}
    tag(lab, put(lab, value, MANIFEST_LIST))


def _schema_1(lab: Lab) -> None:
    value = {
        "schemaVersion": 1, "name": "team/made", "tag": "latest", "architecture": "amd64",
        "fsLayers": [{"blobSum": _DIGEST}], "history": [{"v1Compatibility": "{}"}],
    }  # fmt: skip
    tag(lab, put(lab, value, "application/vnd.docker.distribution.manifest.v1+prettyjws"))


def _empty_repository(lab: Lab) -> None:
    lab.update(manifests={f"{names.ACCOUNT}/{names.REGION}/team/made": {}})


def _wrong_digest(lab: Lab) -> None:
    """The registry gives other bytes for a digest than the digest's own."""
    digest = put(lab, _image(lab), MANIFEST)
    key = f"{names.ACCOUNT}/{names.REGION}/team/made"
    lab.state["manifests"][key] = {_DIGEST: {**lab.state["manifests"][key][digest]}}
    lab.state["manifests"][key][_DIGEST]["digest"] = _DIGEST
    lab.save()


def _missing_layer(lab: Lab) -> None:
    value = _image(lab)
    value["layers"] = [{"mediaType": LAYER, "size": 100, "digest": _DIGEST}]
    tag(lab, put(lab, value, MANIFEST))


def _missing_config(lab: Lab) -> None:
    value = _image(lab, config={"mediaType": CONFIG, "size": 100, "digest": _DIGEST})
    tag(lab, put(lab, value, MANIFEST))


def _foreign(lab: Lab) -> None:
    value = _image(lab)
    layer = {"mediaType": _FOREIGN, "size": 100, "digest": _DIGEST}
    layer["urls"] = [f"https://mcr.windows.example/{_DIGEST}"]
    value["layers"] = [layer, *value["layers"]]
    tag(lab, put(lab, value, MANIFEST))


def _other_tags(lab: Lab) -> None:
    tag(lab, put(lab, _image(lab), MANIFEST), "v1.2.3")


_AMD64 = {"architecture": "amd64", "os": "linux"}
_ARM64 = {"architecture": "arm64", "os": "linux", "variant": "v8"}
_ARM7 = {"architecture": "arm", "os": "linux", "variant": "v7"}
_WINDOWS = {"architecture": "amd64", "os": "windows", "os.version": "10.0.20348.2227"}
_UNKNOWN = {"architecture": "unknown", "os": "unknown"}

FAULTS = (
    Fault(
        "made-image",
        "none",
        "the true image under another name",
        _made(),
        pull_works=True,
        image=MADE_IMAGE,
    ),
    Fault(
        "made-oci",
        "none",
        "the image with an OCI manifest",
        _made(OCI),
        pull_works=True,
        image=MADE_IMAGE,
    ),
    Fault(
        "made-annotated",
        "none",
        "100 KB of annotations",
        _made(OCI, annotations={"note": "x" * 100_000}),
        pull_works=True,
        image=MADE_IMAGE,
    ),
    Fault(
        "made-index",
        "none",
        "an OCI index with this platform",
        _index(_OCI_INDEX, _AMD64),
        pull_works=True,
        image=MADE_IMAGE,
    ),
    Fault(
        "made-index-attested",
        "none",
        "an index with attestations, of unknown platform",
        _index(_OCI_INDEX, _AMD64, _UNKNOWN),
        pull_works=True,
        image=MADE_IMAGE,
    ),
    Fault(
        "made-index-many",
        "none",
        "an index of many platforms",
        _index(MANIFEST_LIST, _ARM64, _ARM7, _WINDOWS, _AMD64),
        pull_works=True,
        image=MADE_IMAGE,
    ),
    Fault(
        "made-index-empty",
        "image",
        "an index without entries",
        _index(_OCI_INDEX),
        ("platform-not-in-image",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-index-arm7",
        "image",
        "an index with arm/v7 and arm64 only",
        _index(MANIFEST_LIST, _ARM7, _ARM64),
        ("platform-not-in-image",),
        image=MADE_IMAGE,
        says="no matching manifest",
    ),
    Fault(
        "made-index-windows",
        "image",
        "an index with Windows only",
        _index(MANIFEST_LIST, _WINDOWS),
        ("platform-not-in-image", "windows-version-mismatch"),
        image=MADE_IMAGE,
        says="no matching manifest",
    ),
    Fault(
        "made-index-attestations-only",
        "image",
        "an index with attestations only",
        _index(_OCI_INDEX, _UNKNOWN),
        ("platform-not-in-image",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-index-dangling",
        "image",
        "the index's entry for this platform was deleted",
        _dangling_index,
        ("image-tag-not-found", "layer-inaccessible", "repository-not-found", "image-inaccessible"),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-schema-1",
        "image",
        "the image has a manifest of schema 1",
        _schema_1,
        ("manifest-schema-1",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-helm",
        "image",
        "the tag names a Helm chart",
        _artifact(_HELM, "application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
        ("artifact-not-an-image",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-signature",
        "image",
        "the tag names a signature",
        _artifact("application/vnd.oci.image.config.v1+json", _SIGNATURE),
        ("artifact-not-an-image",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-wasm",
        "image",
        "the tag names a WebAssembly module",
        _artifact("application/vnd.wasm.config.v0+json", "application/wasm"),
        ("artifact-not-an-image",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-empty-repository",
        "image",
        "the repository is empty",
        _empty_repository,
        ("image-tag-not-found", "latest-never-pushed"),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-latest-missing",
        "image",
        "no tag is given, and latest was never pushed",
        _other_tags,
        ("latest-never-pushed",),
        image=f"{_HOST}/team/made",
    ),
    Fault(
        "made-near-tag",
        "image",
        "the tag lacks its v",
        _other_tags,
        ("image-tag-not-found",),
        image=f"{_HOST}/team/made:1.2.3",
    ),
    Fault(
        "made-wrong-digest",
        "image",
        "the manifest does not match the digest asked for",
        _wrong_digest,
        (
            "tag-digest-mismatch",
            "layer-corrupt",
            "layer-verification-failed",
            "ecr-service-side",
            "captive-portal",
        ),
        image=f"{_HOST}/team/made@{_DIGEST}",
    ),
    Fault(
        "made-missing-layer",
        "image",
        "a layer is gone",
        _missing_layer,
        ("layer-inaccessible",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-missing-config",
        "image",
        "the image's config is gone",
        _missing_config,
        ("layer-inaccessible",),
        image=MADE_IMAGE,
    ),
    Fault(
        "made-foreign-layer",
        "image",
        "a layer is to be had from its publisher only",
        _foreign,
        ("foreign-layers",),
        image=MADE_IMAGE,
    ),
    Fault(
        "platform-asked-arm",
        "none",
        "arm64 is asked for, and there",
        nothing,
        pull_works=True,
        image=f"{_HOST}/team/multi:latest",
        args=("--platform", "linux/arm64"),
    ),
    Fault(
        "platform-asked-missing",
        "image",
        "s390x is asked for, and not there",
        nothing,
        ("platform-not-in-image",),
        image=f"{_HOST}/team/multi:latest",
        args=("--platform", "linux/s390x"),
    ),
    Fault(
        "tag-and-digest",
        "image",
        "tag and digest are given, and the digest does not exist",
        nothing,
        ("image-tag-not-found", "tag-digest-mismatch"),
        image=f"{_HOST}/team/app:latest@{_DIGEST}",
    ),
)
