"""Asks whether the registry mirrors of the docker engine answer."""

from __future__ import annotations

from ecr_doctor.model.registry import RegistryHostError, parse_registry
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.probes.registry_mirrors import Mirror, MirrorsProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_CAUSE = "registry-mirror-broken"


class RegistryMirrors(Check):
    """The docker engine's registry mirrors answer.

    What it looks at:
        `registry-mirrors` as the engine reports them: each is connected to, through the proxy
        of the engine.

    Why a pull fails:
        Mirrors serve images of Docker Hub alone; an image of ECR never comes from one. A dead
        mirror makes every pull from Docker Hub, of base images too, slow or impossible. An ECR
        registry cannot be a mirror: docker sends it no login.

    When it cannot tell:
        The engine does not answer, or the mirror is behind a proxy with a login.
    """

    id = "host.registry-mirrors"
    title = "Registry mirrors answer"
    requires = ("host.docker-engine",)
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        if ctx.settings.client != "docker" or not ctx.observe(EngineProbe()).mirrors:
            return Verdict.not_applicable("the docker engine has no registry mirrors")
        mirrors = ctx.observe(MirrorsProbe())
        seen = [Evidence("mirror", _words(mirror), mirror.url) for mirror in mirrors]
        for mirror in mirrors:
            words = _fault(mirror)
            if words:
                facts = {"server": mirror.url}
                return Verdict.warned(_CAUSE, f"registry mirror {mirror.url} {words}", *seen,
                                      facts=facts)  # fmt: skip
        return Verdict.passed("the registry mirrors accept connections", *seen)


def _fault(mirror: Mirror) -> str:
    if not mirror.host:
        return "is no address that docker can use"
    try:
        is_ecr = parse_registry(mirror.host) is not None
    except RegistryHostError:
        is_ecr = False
    if is_ecr:
        return "is an Amazon ECR registry, which wants a login that docker does not send to mirrors"
    if mirror.dead:
        return f"does not answer ({mirror.state}); it serves images of Docker Hub, not this one"
    return ""


def _words(mirror: Mirror) -> str:
    return mirror.state.value if mirror.state is not None else "not tried"
