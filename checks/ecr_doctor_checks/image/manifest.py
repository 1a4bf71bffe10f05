"""Asks whether the registry hands out the image's manifest."""

from __future__ import annotations

from dataclasses import replace

from ecr_doctor.probes.manifest import Manifest as Found
from ecr_doctor.probes.manifest import ManifestKind, ManifestProbe
from ecr_doctor.sdk import Check, Context, Evidence, Stage, Status, Verdict
from ecr_doctor_checks.registry._answers import (
    DENIAL_CAUSES,
    TRANSPORT_CAUSES,
    as_docker_asks,
    evidence,
    judge_denial,
    judge_service,
)

from ._missing import FAILURE_CAUSES, cause_in_words, missing_image, missing_repository, unusual

_MIB = 1 << 20
_UNAUTHORIZED = 401
_WAY = (Stage.REFERENCE, Stage.CLIENT, Stage.NETWORK, Stage.TLS, Stage.IDENTITY)
_OF_THOSE_LET_IN = {"NAME_UNKNOWN", "MANIFEST_UNKNOWN"}


class Manifest(Check):
    """The registry hands out the image's manifest.

    What it looks at:
        GET of the manifest, with docker's own credential where the registry accepts it, else
        with a token fetched from AWS: so a second fault is found even if docker's login is bad.
        Where the image is missing, ECR's API is asked for like names, and for other regions.

    Why a pull fails:
        The repository or the tag does not exist (here), or a policy forbids ecr:BatchGetImage.

    When it cannot tell:
        The registry accepts no credential that is at hand. A 401 that does not say it is ECR's.
    """

    id = "image.manifest"
    title = "The image is there and may be read"
    requires = ("network.registry-reachable", "tls.registry-certificate")
    causes = (
        "repository-not-found",
        "image-in-other-region-or-account",
        "image-tag-not-found",
        "latest-never-pushed",
        "image-archived",
        "replication-lag",
        "layer-inaccessible",
        "pull-through-library-prefix",
        *sorted(set(FAILURE_CAUSES.values())),
        *TRANSPORT_CAUSES,
        *DENIAL_CAUSES,
    )

    def run(self, ctx: Context) -> Verdict:
        found = ctx.observe(ManifestProbe())
        verdict = self._judge(ctx, found)
        return replace(verdict, proves=_proven(ctx, found, verdict))

    @staticmethod
    def _judge(ctx: Context, found: Found) -> Verdict:
        path = f"/v2/{ctx.target.repository}/manifests/{ctx.target.selector}"
        answer = found.answer
        if answer.ok and found.nested is not None and not found.nested.ok:
            answer = found.nested
            path = f"/v2/{ctx.target.repository}/manifests/{found.chosen and found.chosen.digest}"
        seen = evidence(ctx, f"answer to {found.whose.words(ctx.settings.client)}", answer, path)
        if not answer.ok:
            return _refused(ctx, found, seen)
        if not found.readable:
            cause = "ecr-service-side" if answer.is_registry else "captive-portal"
            return Verdict.failed(cause, "what comes in the manifest's place is not JSON", seen)
        if found.kind is ManifestKind.NONE and not answer.is_registry:
            words = "what comes in the manifest's place is no manifest, and not the registry's"
            return Verdict.failed("captive-portal", words, seen)
        if found.kind is ManifestKind.NONE:
            return Verdict.inconclusive("what the registry hands out is no manifest", seen)
        return Verdict.passed(
            f"the registry has {ctx.target.selector} and hands it out",
            Evidence("digest", found.digest, path),
            Evidence("media type", found.media_type, path),
            Evidence("layers", f"{len(found.layers)}, {found.layers_size / _MIB:.1f} MiB", path),
        )


def _proven(ctx: Context, found: Found, verdict: Verdict) -> tuple[Stage, ...]:
    """The way to an answer that only those get whom the registry has let in."""
    if found.answer.problem or verdict.cause in TRANSPORT_CAUSES:
        return ()
    if not as_docker_asks(ctx, found.whose):
        return ()
    if verdict.status is Status.PASS:
        return (*_WAY, Stage.AUTH, Stage.REGISTRY)
    if found.answer.code in _OF_THOSE_LET_IN:
        return (*_WAY, Stage.AUTH)
    return _WAY if verdict.cause in DENIAL_CAUSES else ()


def _refused(ctx: Context, found: Found, seen: Evidence) -> Verdict:
    answer = found.nested if found.answer.ok and found.nested is not None else found.answer
    by_key = cause_in_words(answer) is not None
    fault = None if by_key else judge_service(ctx, answer, seen)
    fault = fault or judge_denial(ctx, answer, seen)
    if fault is not None:
        return fault
    if answer.code == "NAME_UNKNOWN":
        return missing_repository(ctx, seen)
    if answer.code == "MANIFEST_UNKNOWN" and not by_key:
        return missing_image(ctx, seen)
    if answer.status == _UNAUTHORIZED:
        words = "the login is accepted at /v2/, and refused at the manifest"
        if ctx.target.registry is None or not (answer.is_registry or answer.code):
            return Verdict.inconclusive(f"{words}: by whom, the answer does not tell", seen)
        return Verdict.failed("ecr-service-side", words, seen)
    return unusual(ctx, answer, seen)
