"""Asks whether docker is new enough for what its configuration asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.docker_api import VARIABLE, DockerApiProbe, show_version
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.docker_engine import EngineProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import DockerConfigFile

_CAUSE = "docker-too-old"
_STORES, _HELPERS, _MANIFESTS = (1, 11), (1, 13), (1, 10)
"""Releases that brought credsStore, credHelpers, and pulls by the registry's API of today."""


class DockerVersion(Check):
    """Docker is new enough for its configuration.

    What it looks at:
        The version of the docker command, against the settings that config.json has for this
        registry; the version of the engine; and whether the engine speaks the version of its
        API that DOCKER_API_VERSION asks for.

    Why a pull fails:
        Docker before 1.13 knows no credHelpers and before 1.11 no credsStore: it ignores them
        without a word, and sends no login. Engines before 1.10 cannot read today's manifests.
        With DOCKER_API_VERSION docker does not agree with the engine on a version, and is refused.

    When it cannot tell:
        Neither the command nor the engine says its version.
    """

    id = "host.docker-version"
    title = "Docker is new enough"
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        if ctx.settings.client != "docker":
            return Verdict.not_applicable(f"the pull is {ctx.settings.client}'s, not docker's")
        cli = ctx.observe(DockerCliProbe())
        engine = ctx.try_observe(EngineProbe())
        server = engine.server_version if engine is not None else ""
        seen = [Evidence("docker command", cli.version, cli.path)] if cli.version else []
        seen += (
            [Evidence("docker engine", server, engine.endpoint.url)] if engine and server else []
        )
        if not seen or cli.emulates:
            return Verdict.not_applicable("there is no docker whose version could be seen")
        words = _engine_fault(server) or _command_fault(cli, ctx) or _api_fault(ctx)
        if words:
            return Verdict.failed(_CAUSE, words, *seen)
        return Verdict.passed("docker knows the settings that it is given", *seen)


def _engine_fault(version: str) -> str:
    parts = version.split(".")[:2]
    if len(parts) < 2 or not all(part.isdigit() for part in parts):  # noqa: PLR2004
        return ""
    if tuple(int(part) for part in parts) < _MANIFESTS:
        return f"docker engine {version} cannot read the manifests of today's registries"
    return ""


def _api_fault(ctx: Context) -> str:
    api = ctx.try_observe(DockerApiProbe())
    if api is None or api.fits:
        return ""
    spoken = f"{show_version(api.oldest) or '?'} to {show_version(api.newest) or '?'}"
    asked = show_version(api.asked)
    return f"{VARIABLE} asks for version {asked} of the engine's API, which speaks {spoken}"


def _command_fault(cli: DockerCli, ctx: Context) -> str:
    numbers = cli.numbers[:2]
    config = ctx.try_observe(DockerConfigProbe())
    if not numbers or config is None:
        return ""
    setting, since = _setting(config, ctx.target.host)
    if not setting or numbers >= since:
        return ""
    return f"docker {cli.version} ignores {setting} in {config.path}: it is too old for it"


def _setting(config: DockerConfigFile, host: str) -> tuple[str, tuple[int, int]]:
    """What config.json has for the registry, and the release of docker that reads it."""
    route = config.route(host)
    if not route.asks_helper:
        return "", (0, 0)
    return ("credHelpers", _HELPERS) if route.kind == "helper" else ("credsStore", _STORES)
