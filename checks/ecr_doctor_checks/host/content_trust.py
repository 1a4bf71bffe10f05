"""Asks whether docker wants a signature that ECR does not keep."""

from __future__ import annotations

from ecr_doctor.probes.content_trust import SERVER_VARIABLE, VARIABLE, ContentTrustProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_CAUSE = "content-trust-unsupported"


class ContentTrustCheck(Check):
    """Docker wants no signature before it pulls.

    What it looks at:
        DOCKER_CONTENT_TRUST and DOCKER_CONTENT_TRUST_SERVER, the version of the docker command,
        and whether the image is named by its digest, which needs no signature.

    Why a pull fails:
        With content trust the docker command asks a server for the tag's signature before it asks
        the engine to pull; unless another one is named, that is the registry itself. ECR keeps no
        signatures of this kind, so every pull by tag ends there. Docker 29 and later ignore it.

    When it cannot tell:
        Whether a server that is named has a signature is not asked.
    """

    id = "host.content-trust"
    title = "Docker wants no signature"
    requires = ("reference.image-reference",)
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        if ctx.settings.client != "docker":
            return Verdict.not_applicable(f"{ctx.settings.client} knows no content trust")
        trust = ctx.observe(ContentTrustProbe())
        if not trust.wanted:
            words = f"{VARIABLE} is {trust.value}, and not for this pull" if trust.value else ""
            return Verdict.passed(words or f"{VARIABLE} is not set")
        seen = Evidence(VARIABLE, trust.value, f"docker {trust.version}")
        if trust.server:
            named = Evidence(SERVER_VARIABLE, trust.server, "environment")
            words = f"docker pulls only what {trust.server} has signed; that is not asked here"
            return Verdict.warned(_CAUSE, words, seen, named)
        words = f"docker wants a signature from {ctx.target.host}, and Amazon ECR keeps none"
        # docker's own words, which it says before it asks the engine
        said = f"remote trust data does not exist for {ctx.target.host}/{ctx.target.repository}"
        return Verdict.failed(_CAUSE, words, seen, symptom=said)
