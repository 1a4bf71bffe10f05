"""Asks whether the docker engine that does the pull answers."""

from __future__ import annotations

from ecr_doctor.probes.docker_cli import DockerCliProbe
from ecr_doctor.probes.docker_engine import Engine, EngineProbe, EngineProblem
from ecr_doctor.sdk import Check, Context, Evidence, Verdict


class DockerEngine(Check):
    """The docker engine answers.

    What it looks at:
        The engine that docker would use: DOCKER_HOST, else the current context, else
        /var/run/docker.sock. It connects and asks for `docker info`.

    Why a pull fails:
        The docker command only passes the pull on. When the engine is down, its socket is
        forbidden to this user, or DOCKER_HOST points elsewhere, no registry is ever asked.

    When it cannot tell:
        The engine is reached over ssh, or another client than docker does the pull.
    """

    id = "host.docker-engine"
    title = "The docker engine answers"
    causes = ("docker-daemon-unreachable", "docker-host-wrong", "docker-socket-permission")

    def run(self, ctx: Context) -> Verdict:
        if not ctx.settings.by_engine:
            return Verdict.not_applicable(f"{ctx.settings.client} pulls without a docker engine")
        engine = ctx.observe(EngineProbe())
        if engine.reachable:
            seen = Evidence("engine", engine.server_version, engine.endpoint.url)
            return Verdict.passed(f"docker engine {engine.server_version} answers", seen)
        by_ssh = engine.endpoint.url.startswith("ssh://")
        if by_ssh and engine.problem is not EngineProblem.NO_PROGRAM:
            return Verdict.inconclusive("the engine is reached over ssh, which is not looked at")
        if engine.endpoint.is_default and not _has_cli(ctx):
            return Verdict.not_applicable("there is no docker on this machine")
        return _unreachable(engine, pull=ctx.settings.pull)


def _has_cli(ctx: Context) -> bool:
    cli = ctx.try_observe(DockerCliProbe())
    return cli is None or bool(cli.path)


def _unreachable(engine: Engine, *, pull: bool) -> Verdict:
    seen = (
        Evidence(
            "endpoint", engine.endpoint.url or engine.endpoint.context, engine.endpoint.source
        ),
        Evidence("connection", engine.detail or engine.problem.value, engine.endpoint.url),
    )
    cause = _cause(engine)
    summary = f"no docker engine answers at {engine.endpoint.url or engine.endpoint.context}"
    if not engine.endpoint.is_default:
        summary += f", which {engine.endpoint.source} names"
    facts = {"endpoint": engine.endpoint.url, "source": engine.endpoint.source}
    if not pull:
        return Verdict.warned(cause, summary, *seen, facts=facts)
    return Verdict.failed(cause, summary, *seen, facts=facts)


def _cause(engine: Engine) -> str:
    if engine.problem is EngineProblem.PERMISSION:
        return "docker-socket-permission"
    return "docker-daemon-unreachable" if engine.endpoint.is_default else "docker-host-wrong"
