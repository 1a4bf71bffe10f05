"""Asks whether a failed pull was that of a swarm's worker."""

from __future__ import annotations

import re

from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_CAUSE = "swarm-registry-auth"
_SPOKEN_OF = re.compile(
    r"docker (?:service|stack)|no such image: |with-registry-auth|\bswarm\b|taskmanager",
    re.IGNORECASE,
)


class Swarm(Check):
    """No worker of a swarm pulls without a login.

    What it looks at:
        Whether the docker engine is a node of a swarm, and whether the error that was given is
        one of its services.

    Why a pull fails:
        Workers have no logins of their own. They get yours only with --with-registry-auth, and
        only as it was at that moment: an ECR token lives twelve hours.

    When it cannot tell:
        Whether a service was made with --with-registry-auth is known to its managers alone.
    """

    id = "host.swarm"
    title = "No swarm's worker pulls without a login"
    requires = ("host.docker-engine",)
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        if ctx.settings.client != "docker":
            return Verdict.not_applicable(f"{ctx.settings.client} knows no swarms")
        engine = ctx.observe(EngineProbe())
        if engine.swarm != "active":
            return Verdict.not_applicable("the docker engine is in no swarm")
        seen = Evidence("swarm", engine.swarm, engine.endpoint.url)
        if _SPOKEN_OF.search(ctx.settings.error_text):
            words = "the error is a service's: its workers got no login, or one that has expired"
            return Verdict.failed(_CAUSE, words, seen)
        words = "this engine is in a swarm: services need --with-registry-auth, this pull does not"
        return Verdict.not_applicable(words, seen)
