"""Lets the real engine pull the image, with the credential docker would send."""

from __future__ import annotations

from dataclasses import replace

from ecr_doctor.probes.blob import BlobProbe
from ecr_doctor.probes.content_trust import ContentTrustProbe
from ecr_doctor.probes.docker_api import DockerApiProbe
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.manifest import ManifestProbe
from ecr_doctor.probes.reach import ReachProbe
from ecr_doctor.probes.registry_api import Whose, registry_peer
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.test_pull import PullAttempt, PullEnd, TestPullProbe
from ecr_doctor.sdk import Check, Context, Evidence, Stage, Verdict
from ecr_doctor_checks.registry._answers import by_snap

_EVERYTHING = tuple(Stage)
_BUT_THE_LAYERS = tuple(stage for stage in Stage if stage is not Stage.TRANSFER)
_BUT_THE_DISK = tuple(stage for stage in Stage if stage is not Stage.HOST)


class TestPull(Check):
    """The docker engine pulls the image.

    What it looks at:
        A real pull through the engine's API (docker-py), with the credential that the docker
        command would send. The image is removed again unless it was there before.

    Why a pull fails:
        The engine has a network, a proxy, certificates, mirrors and a disk of its own: it can
        fail where everything asked from this shell works.

    When it cannot tell:
        There is no engine, the image is larger than `--pull-limit`, or the engine stays silent.
    """

    __test__ = False
    id = "transfer.test-pull"
    title = "The docker engine pulls the image"
    requires = ("reference.registry-host", "host.docker-engine")
    causes = ("network-timeout",)

    def run(self, ctx: Context) -> Verdict:
        if not ctx.settings.pull:
            return Verdict.not_applicable("no pull was wanted (--no-pull)")
        if ctx.settings.client != "docker":
            return Verdict.not_applicable(f"the pull is {ctx.settings.client}'s, not docker's")
        if not ctx.observe(EngineProbe()).reachable:
            return Verdict.not_applicable("there is no docker engine to pull with")
        attempt = ctx.observe(TestPullProbe())
        if attempt.end is PullEnd.STALLED and (dead := _waited_for(ctx)):
            return _slow(attempt, *dead)
        verdict = judge(attempt, ctx.settings.pull_limit)
        unseen = _not_by_command(ctx)
        return replace(verdict, proves=tuple(s for s in verdict.proves if s not in unseen))


def _not_by_command(ctx: Context) -> set[Stage]:
    """What docker's own command does otherwise: it may end before it asks the engine."""
    api, trust = ctx.try_observe(DockerApiProbe()), ctx.try_observe(ContentTrustProbe())
    ends = (api is not None and not api.fits) or (trust is not None and trust.wanted)
    return ({Stage.HOST} if ends else set()) | ({Stage.CLIENT} if by_snap(ctx) else set())


def _waited_for(ctx: Context) -> tuple[str, str] | None:
    """Host and dead address that the engine tries first, where what it wants came all the same.

    The engine gives each address its share of 30 s, so it is silent for longer than a run lasts.
    """
    manifest = ctx.try_observe(ManifestProbe())
    blob = manifest.blobs[0] if manifest is not None and manifest.blobs else None
    came = ctx.try_observe(BlobProbe(blob.digest, blob.size)) if blob is not None else None
    if came is None or not came.came or came.whose is Whose.FETCHED:
        return None
    registry = ctx.try_observe(ReachProbe(*registry_peer(ctx.target), Side.ENGINE))
    dead = [(r.host, r.waits_for) for r in (registry, came.reach) if r is not None and r.waits_for]
    return dead[0] if dead else None


def _slow(attempt: PullAttempt, host: str, address: str) -> Verdict:
    summary = f"the docker engine waits for {address}, the first address of {host}, which is dead; "
    summary += "from the next one everything came that was asked for"
    seen = Evidence("pulled", attempt.reference, "docker engine")
    facts = {"address": address, "server": host}
    return Verdict.warned("network-timeout", summary, seen, facts=facts)


def judge(attempt: PullAttempt, limit: int) -> Verdict:  # noqa: PLR0911  one line an end
    """Judge how the pull ended; `limit` is that of `--pull-limit`, in bytes."""
    seen = Evidence("pulled", attempt.reference, "docker engine")
    match attempt.end:
        case PullEnd.DONE:
            return _done(attempt, seen)
        case PullEnd.REFUSED:
            return _refused(attempt, seen)
        case PullEnd.STALLED:
            return Verdict.inconclusive(attempt.error, seen)
        case PullEnd.RETRYING:
            summary = "the docker engine fails to fetch a layer and keeps trying"
            return Verdict.failed(None, summary, seen)
        case PullEnd.UNFINISHED:
            return _unfinished(attempt, seen)
        case PullEnd.TOO_LARGE:
            return Verdict.not_applicable(f"the image is larger than --pull-limit ({limit} bytes)")
        case PullEnd.WOULD_CHANGE:
            return Verdict.not_applicable("a pull could move the tag that this machine has")


def _refused(attempt: PullAttempt, seen: Evidence) -> Verdict:
    """A symptom, not a cause: the other checks, or else the text, say why."""
    lines = attempt.error.strip().splitlines()
    said = Evidence("docker said", attempt.error, "docker engine")
    summary = f"the pull failed: {lines[-1] if lines else 'no reason given'}"
    return Verdict.failed(None, summary[:400], seen, said, symptom=attempt.error)


def _unfinished(attempt: PullAttempt, seen: Evidence) -> Verdict:
    if not attempt.layers_fetched:
        return Verdict.inconclusive("the run's time was up before the first layer came", seen)
    summary = f"under way when the time was up, {attempt.layers_fetched} layers were there"
    return Verdict.passed(summary, seen, proves=_BUT_THE_DISK)


def _done(attempt: PullAttempt, seen: Evidence) -> Verdict:
    how = "without a login" if attempt.anonymous else "with docker's own credential"
    summary = f"pulled {how} in {attempt.seconds:.1f} s"
    if attempt.layers_present and not attempt.layers_fetched:
        summary += "; every layer was here before, so none was fetched"
        return Verdict.passed(summary, seen, proves=_BUT_THE_LAYERS)
    return Verdict.passed(summary, seen, proves=_EVERYTHING)
