"""Asks whether docker reads the configuration that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.auth_variable import AuthVariableProbe
from ecr_doctor.probes.docker_cli import DockerCliProbe
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigProbe, SourceKind
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._client import reader, taken_elsewhere
from ._keys import near_misses

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import DockerConfigFile, OtherConfig


class ConfigHome(Check):
    """No other user's or folder's configuration has what docker misses in its own.

    What it looks at:
        The file docker reads for this user and environment, and the others on the machine: the
        home in the password database, the home of whoever called sudo, root's, the folder that
        DOCKER_CONFIG or HOME would name, the docker snap's own home.

    Why a pull fails:
        Under sudo, cron, a CI agent or another HOME docker reads another file than the one that
        `docker login` wrote or the administrator edited. It does not look for a second one.

    When it cannot tell:
        The other file may not be read by this user; then it says so.
    """

    id = "client.config-home"
    title = "Docker reads the configuration that was meant"
    requires = ("client.config-file",)
    causes = ("config-wrong-home-or-user", "docker-snap-confinement")

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        seen = Evidence(f"{reader(ctx)} reads", f"{file.path} (by {file.reason})", file.path)
        others = [other for other in file.others if _counts(other, file)]
        variable = ctx.try_observe(AuthVariableProbe())
        elsewhere = taken_elsewhere(ctx, file.path)
        if variable is not None and variable.serves and not elsewhere:
            elsewhere = "docker takes the login of DOCKER_AUTH_CONFIG"
        if elsewhere:
            return Verdict.not_applicable(elsewhere)
        snap = _snap(ctx, file, seen)
        if snap is not None:
            return snap
        if _serves(file, ctx):
            return Verdict.passed(f"{file.path} has an entry for {ctx.target.host}", seen)
        better = next((other for other in others if other.serves), None)
        if better is not None:
            return _elsewhere(file, better, ctx, seen)
        hidden = [other for other in others if other.state is ConfigState.UNREADABLE]
        if hidden:
            said = Evidence("may not be read", hidden[0].path, hidden[0].whose)
            summary = f"{file.path} has nothing for the registry, {hidden[0].path} may have it"
            return Verdict.inconclusive(summary, said, seen)
        return Verdict.passed("no other configuration has an entry for the registry", seen)


def _counts(other: OtherConfig, file: DockerConfigFile) -> bool:
    """Another user's file counts only where docker has none of its own, or root's is hidden."""
    return other.own or file.state is ConfigState.MISSING or other.whose == "root"


def _serves(file: DockerConfigFile, ctx: Context) -> bool:
    """Whether the file docker reads was made for this registry, be it with a wrong key."""
    config = file.config
    if file.route(ctx.target.host).kind is not SourceKind.NONE:
        return True
    keys = [key for key, _ in config.cred_helpers] + [entry.key for entry in config.auths]
    return bool(near_misses(keys, ctx.target))


def _elsewhere(
    file: DockerConfigFile, better: OtherConfig, ctx: Context, seen: Evidence
) -> Verdict:
    what = Evidence("another configuration", f"{better.serves} ({better.whose})", better.path)
    summary = (
        f"{reader(ctx)} reads {file.path}, but {better.path} has the entry for {ctx.target.host}"
    )
    facts = {"path": file.path, "other": better.path}
    return Verdict.failed("config-wrong-home-or-user", summary, seen, what, facts=facts)


def _snap(ctx: Context, file: DockerConfigFile, seen: Evidence) -> Verdict | None:
    """The snap's docker has a home of its own and cannot start helpers outside of it."""
    cli = ctx.try_observe(DockerCliProbe())
    if cli is None or not cli.snap or "/snap/docker/" in file.path:
        return None
    route = file.route(ctx.target.host)
    inner = next((other for other in file.others if "snap/docker" in other.path), None)
    if route.kind is SourceKind.NONE or (inner is not None and inner.serves):
        return None
    what = Evidence("docker client", f"{cli.path} is the snap package", cli.path)
    summary = f"docker is a snap and does not read {file.path}"
    return Verdict.failed("docker-snap-confinement", summary, what, seen, facts={"path": file.path})
