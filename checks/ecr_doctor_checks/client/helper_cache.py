"""Asks whether Amazon ECR's helper can keep its tokens."""

from __future__ import annotations

from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.helper_cache import CacheState, HelperCache, HelperCacheProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._client import reader


class HelperCacheCheck(Check):
    """Amazon ECR's helper can read and write its cache and its log.

    What it looks at:
        The folder ~/.ecr (or AWS_ECR_CACHE_DIR): the right to write it, the outline of cache.json,
        the size of the log, which is never rotated. Nothing is written.

    Why a pull fails:
        It does not; without a cache each pull asks AWS anew, which is slow and, with many pulls at
        once, throttled. Without a log the helper's errors are lost altogether.

    When it cannot tell:
        There is no home folder.
    """

    id = "client.helper-cache"
    title = "The helper can keep its tokens"
    requires = ("client.helper-installed",)
    causes = ("helper-cache-unwritable", "helper-cache-corrupt")

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        route = file.route(ctx.target.host)
        if not route.asks_ecr_helper or route.helper != "ecr-login":
            return Verdict.not_applicable(f"{reader(ctx)} does not ask Amazon ECR's helper")
        cache = ctx.observe(HelperCacheProbe())
        if not cache.folder:
            return Verdict.inconclusive("no home is known in which the helper keeps its cache")
        return judge_cache(cache)


def judge_cache(cache: HelperCache) -> Verdict:
    """Weigh what was seen of the folder."""
    seen = Evidence("cache", str(cache.state), cache.folder)
    facts = {"path": cache.blocked_by or cache.folder}
    if cache.disabled:
        return Verdict.passed("AWS_ECR_DISABLE_CACHE switches the helper's cache off", seen)
    if not cache.writable or cache.state is CacheState.UNREADABLE:
        place = Evidence("cannot be written", cache.blocked_by or cache.folder, cache.folder)
        summary = f"the helper cannot keep tokens in {cache.folder}"
        return Verdict.warned("helper-cache-unwritable", summary, place, seen, facts=facts)
    if cache.state in {CacheState.CORRUPT, CacheState.OTHER_VERSION}:
        summary = f"the helper's cache in {cache.folder} is of no use to it ({cache.state})"
        return Verdict.warned("helper-cache-corrupt", summary, seen, facts=facts)
    if not cache.log_writable:
        summary = "the helper cannot write its log, the only place where it gives reasons"
        return Verdict.warned("helper-cache-unwritable", summary, seen, facts=facts)
    size = Evidence("log", f"{cache.log_size >> 20} MiB, never rotated", f"{cache.folder}/log")
    return Verdict.passed("the helper can keep its tokens", seen, size)
