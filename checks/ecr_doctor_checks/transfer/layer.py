"""Downloads the smallest parts of the image the way docker does."""

from __future__ import annotations

from ecr_doctor.probes.blob import WHOLE_MOST, BlobAnswer, BlobProbe, BlobState
from ecr_doctor.probes.http import split_https
from ecr_doctor.probes.manifest import Manifest, ManifestKind, ManifestProbe
from ecr_doctor.probes.reach import ReachProbe
from ecr_doctor.probes.registry_api import LoginProbe
from ecr_doctor.probes.side import Side
from ecr_doctor.sdk import Check, Context, Evidence, Stage, Verdict
from ecr_doctor_checks.registry._answers import (
    DENIAL_CAUSES,
    TRANSPORT_CAUSES,
    as_docker_asks,
    evidence,
    judge_denial,
    judge_service,
)

from ._source import CAUSES, judge_source

_MOST_BLOBS = 6
_PROVEN = (
    Stage.REFERENCE,
    Stage.CLIENT,
    Stage.NETWORK,
    Stage.TLS,
    Stage.IDENTITY,
    Stage.AUTH,
    Stage.REGISTRY,
)


class Layer(Check):
    """Layers can be downloaded, and are what their digests say.

    What it looks at:
        The image's config and small layers (up to six, up to 1 MiB each) are fetched as docker
        fetches them: the registry answers with an address at S3 or CloudFront, and the bytes come
        from there. Of an image without small layers the first bytes of the smallest are fetched.
        Everything is thrown away; the credential goes to the registry alone.

    Why a pull fails:
        ecr:GetDownloadUrlForLayer is not allowed; or the network lets the registry through and
        not the hosts that the layers come from; or a proxy alters what comes.

    When it cannot tell:
        There is no manifest.
    """

    id = "transfer.layer"
    title = "Layers can be downloaded"
    requires = ("image.manifest",)
    causes = (
        "layer-corrupt",
        "layer-inaccessible",
        "foreign-layers",
        *CAUSES,
        *TRANSPORT_CAUSES,
        *DENIAL_CAUSES,
    )

    def run(self, ctx: Context) -> Verdict:
        manifest = ctx.observe(ManifestProbe())
        if manifest.kind is ManifestKind.ARTIFACT:
            return Verdict.not_applicable("what the tag names is no container image")
        blobs = manifest.blobs[:_MOST_BLOBS]
        if not blobs:
            return Verdict.inconclusive("no manifest names layers for this platform")
        came: list[BlobAnswer] = []
        for number, blob in enumerate(blobs):
            if number and blob.size > WHOLE_MOST:
                break
            answer = ctx.observe(BlobProbe(blob.digest, blob.size))
            if not answer.came:
                return _failed(ctx, answer)
            came.append(answer)
            if answer.state is BlobState.BEGUN:
                break
        return _foreign(ctx, manifest) or _passed(ctx, manifest, came)


def _passed(ctx: Context, manifest: Manifest, came: list[BlobAnswer]) -> Verdict:
    seen = [
        Evidence(
            f"blob {a.digest[:19]}", f"{a.state.value}, {a.received} bytes", f"GET https://{a.host}"
        )
        for a in came
    ]
    whose = {manifest.whose, *(answer.whose for answer in came)}
    ours = not all(as_docker_asks(ctx, one) for one in whose)
    # Docker asks /v2/ before all else: where that is refused, its pull ends there.
    login = None if ours else ctx.try_observe(LoginProbe(manifest.whose))
    proves = () if ours or (login is not None and not login.accepted) else _PROVEN
    words = f"{len(came)} of {len(manifest.blobs)} blobs were fetched from {came[0].host}"
    return Verdict.passed(words, *seen, proves=proves)


def _failed(ctx: Context, blob: BlobAnswer) -> Verdict:
    if blob.state is BlobState.CORRUPT:
        words = (
            f"{blob.digest[:19]} comes from {blob.host} with other bytes than it was pushed with"
        )
        seen = (
            Evidence("digest", blob.digest, "manifest"),
            Evidence("digest of what came", blob.found_digest, f"GET https://{blob.host}"),
            Evidence("bytes", f"{blob.received} of {blob.size}", f"GET https://{blob.host}"),
        )
        return Verdict.failed("layer-corrupt", words, *seen, facts={"digest": blob.digest})
    if blob.state is not BlobState.REFUSED:
        return judge_source(ctx, blob)
    path = f"/v2/{ctx.target.repository}/blobs/{blob.digest}"
    seen_answer = evidence(
        ctx, f"answer to {blob.whose.words(ctx.settings.client)}", blob.answer, path
    )
    fault = judge_service(ctx, blob.answer, seen_answer) or judge_denial(
        ctx, blob.answer, seen_answer
    )
    if fault is not None:
        return fault
    gone = blob.answer.code in {"BLOB_UNKNOWN", "LAYER_INACCESSIBLE"} or (
        "inaccessible" in blob.answer.text.lower()
    )
    words = f"the registry does not hand out {blob.digest[:19]}: {blob.answer.text}"
    cause = "layer-inaccessible" if gone else None
    return Verdict.failed(cause, words, seen_answer, symptom=blob.answer.text)


def _foreign(ctx: Context, manifest: Manifest) -> Verdict | None:
    """Layers that the registry does not have: they come from their publisher's own host."""
    for layer in manifest.layers:
        place = split_https(layer.urls[0]) if layer.urls else None
        if place is None:
            continue
        reach = ctx.try_observe(ReachProbe(place[0], place[1], Side.ENGINE))
        if reach is not None and not reach.open:
            words = f"a layer is to be had from {place[0]} alone, which is {reach.state.value}"
            seen = Evidence("foreign layer", layer.digest, place[0])
            return Verdict.failed("foreign-layers", words, seen, facts={"server": place[0]})
    return None
