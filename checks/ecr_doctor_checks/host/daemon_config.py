"""Asks whether dockerd can start with its daemon.json."""

from __future__ import annotations

from ecr_doctor.probes.daemon_config import DaemonConfig as Config
from ecr_doctor.probes.daemon_config import DaemonConfigProbe
from ecr_doctor.probes.docker_cli import DockerCliProbe
from ecr_doctor.probes.docker_engine import Engine, EngineProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_CAUSE = "docker-daemon-unreachable"


class DaemonConfig(Check):
    """The docker engine can start with its daemon.json.

    What it looks at:
        daemon.json of the engine on this machine, read as dockerd reads it: at the place that
        `--config-file` names, of a rootless or snap engine, or in /etc/docker.

    Why a pull fails:
        With a slip in this file dockerd does not start. While it runs nobody notices; after the
        next restart no pull works.

    When it cannot tell:
        The engine is on another machine, or this user may not read the file.
    """

    id = "host.daemon-config"
    title = "daemon.json is valid"
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        if not ctx.settings.by_engine:
            return Verdict.not_applicable(f"{ctx.settings.client} does not use docker's daemon")
        engine = ctx.observe(EngineProbe())
        if not engine.endpoint.url.startswith("unix://"):
            return Verdict.not_applicable("the docker engine is not on this machine")
        if not engine.reachable and not ctx.observe(DockerCliProbe()).path:
            return Verdict.not_applicable("there is no docker on this machine")
        return _judge(ctx, engine, ctx.observe(DaemonConfigProbe()))


def _judge(ctx: Context, engine: Engine, config: Config) -> Verdict:
    if config.problem:
        seen = Evidence("daemon.json", config.problem, config.place)
        words = f"dockerd does not start with {config.path}: {config.problem}"
        facts = {"path": config.path}
        if engine.reachable:
            later = f"{words}; it still runs with what it read before"
            return Verdict.warned(_CAUSE, later, seen, facts=facts)
        if not ctx.settings.pull:
            return Verdict.warned(_CAUSE, words, seen, facts=facts)
        return Verdict.failed(_CAUSE, words, seen, facts=facts)
    if config.state == "ok":
        return Verdict.passed("dockerd can read its configuration", *_settings(config))
    if config.state in {"missing", "dangling"}:
        return Verdict.passed(f"there is no {config.path}: dockerd takes its defaults")
    return Verdict.not_applicable(f"this user may not read {config.path}")


def _settings(config: Config) -> list[Evidence]:
    """What is set there that a pull depends on."""
    found = {
        "registry mirrors": ", ".join(config.mirrors),
        "proxies": ", ".join(config.proxies),
        "max-concurrent-downloads": str(config.concurrent_downloads or ""),
        "containerd image store": str(config.containerd_store or "").lower(),
    }
    return [Evidence(what, value, config.path) for what, value in found.items() if value]
