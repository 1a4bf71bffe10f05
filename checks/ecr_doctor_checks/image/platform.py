"""Asks whether the image is one that this machine can run."""

from __future__ import annotations

from ecr_doctor.model.settings import CONTAINERS_IMAGE
from ecr_doctor.probes.blob import BlobProbe
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.manifest import Manifest, ManifestKind, ManifestProbe
from ecr_doctor.probes.platforms import GUESSED, WantedPlatform, rank
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_SCHEMA_1_ENDED = 26
"""Docker 26 no longer pulls schema 1 by itself (moby, docs/deprecated.md)."""


class Platform(Check):
    """The image is a container image for the platform that the pull asks for.

    What it looks at:
        The manifest: the platforms of an index against --platform or the engine's own; the
        platform in the config of a single image; the media type of the config.

    Why a pull fails:
        The index has no image for this platform, or what the tag names is no container image (a
        Helm chart, a signature), or has a format that docker no longer reads. A single image of
        another architecture is pulled without a word and then ends in "exec format error".

    When it cannot tell:
        There was no manifest or no config, or no engine says which platform it has.
    """

    id = "image.platform"
    title = "The image fits this platform"
    requires = ("image.manifest",)
    causes = (
        "platform-not-in-image",
        "platform-wrong-single-arch",
        "manifest-schema-1",
        "artifact-not-an-image",
        "windows-version-mismatch",
    )

    def run(self, ctx: Context) -> Verdict:
        found = ctx.observe(ManifestProbe())
        seen = Evidence("media type", found.media_type, "manifest")
        if found.wanted is None or found.kind is ManifestKind.NONE:
            return Verdict.inconclusive("there is no manifest to look at")
        if found.kind is ManifestKind.SCHEMA_1:
            return _schema_1(ctx, seen)
        if found.kind is ManifestKind.ARTIFACT:
            kind = found.config.media_type if found.config else found.media_type
            words = f"{ctx.target.selector} is no container image, but {kind or 'something else'}"
            return Verdict.failed("artifact-not-an-image", words, seen)
        if found.kind is ManifestKind.INDEX:
            return _index(found, found.wanted)
        return _single(ctx, found, found.wanted)


def _schema_1(ctx: Context, seen: Evidence) -> Verdict:
    if ctx.settings.client in CONTAINERS_IMAGE:  # converted: internal/image/docker_schema1.go
        words = f"the image has the old manifest format (schema 1): {ctx.settings.client} reads it"
        return Verdict.warned("manifest-schema-1", f"{words}, docker no longer does", seen)
    engine = ctx.try_observe(EngineProbe()) if ctx.settings.by_engine else None
    version = engine.server_version if engine is not None else ""
    major = version.partition(".")[0]
    words = "the image has the old manifest format (schema 1)"
    old = major.isdigit() and int(major) < _SCHEMA_1_ENDED
    if old and not ctx.settings.pull:
        words = f"{words}, which docker {major} may still read"
        return Verdict.warned("manifest-schema-1", words, seen)
    if old:
        # Some are still pulled and some are not: a test pull that works softens this.
        words = f"{words}, of which docker {major} reads only those with a valid signature"
        return Verdict.failed("manifest-schema-1", words, seen)
    return Verdict.failed("manifest-schema-1", f"{words}, which docker no longer pulls", seen)


def _index(found: Manifest, wanted: WantedPlatform) -> Verdict:
    offered = sorted({str(entry.platform) for entry in found.entries})
    seen = (
        Evidence("wanted", str(wanted.platform), wanted.source),
        Evidence("offered", ", ".join(offered) or "nothing", found.media_type),
    )
    if found.chosen is not None:
        return Verdict.passed(f"the image has {found.chosen.platform}", *seen)
    words = f"the image has no {wanted.platform}, only {', '.join(offered) or 'nothing'}"
    if wanted.source == GUESSED:
        return Verdict.inconclusive(f"{words}; no engine says which platform it has", *seen)
    facts = {"platform": str(wanted.platform), "offered": ", ".join(offered)}
    return Verdict.failed("platform-not-in-image", words, *seen, facts=facts)


def _single(ctx: Context, found: Manifest, wanted: WantedPlatform) -> Verdict:
    config = found.config
    blob = ctx.try_observe(BlobProbe(config.digest, config.size)) if config else None
    offered = blob.platform if blob is not None else None
    if offered is None:
        return Verdict.inconclusive("the image's config was not had, which names its platform")
    seen = (
        Evidence("wanted", str(wanted.platform), wanted.source),
        Evidence("image", str(offered), "image config"),
    )
    facts = {"platform": str(wanted.platform), "offered": str(offered)}
    if offered.os != wanted.platform.os:
        words = f"the image is for {offered.os}, and {wanted.source} says {wanted.platform.os}"
        if wanted.source == GUESSED:
            return Verdict.inconclusive(words, *seen)
        return Verdict.failed("windows-version-mismatch", words, *seen, facts=facts)
    if rank(wanted.platform, offered) is None:
        words = f"the image is {offered} alone: it is pulled, and does not run on {wanted.platform}"
        return Verdict.warned("platform-wrong-single-arch", words, *seen, facts=facts)
    return Verdict.passed(f"the image is {offered}", *seen)
