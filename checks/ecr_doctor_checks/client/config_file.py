"""Asks whether docker can read its configuration."""

from __future__ import annotations

from ecr_doctor.probes.docker_config import (
    ConfigState,
    DockerConfigFile,
    DockerConfigProbe,
    SourceKind,
)
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._client import reader, taken_elsewhere


class ConfigFile(Check):
    """Docker can read its config.json, or works without one.

    What it looks at:
        The one file that docker reads for this user (`--config`, DOCKER_CONFIG, or .docker in the
        home), read by the rules of docker's own JSON reader: line and column of a fault, fields of
        a wrong type, folders and links in the file's place, the right to read it.

    Why a pull fails:
        Docker prints at most a WARNING about a broken configuration and goes on with an empty one:
        no helper is asked, no login is sent, and the registry answers `no basic auth credentials`.

    When it cannot tell:
        Never; a missing file is no fault in itself.
    """

    id = "client.config-file"
    title = "Docker's configuration can be read"
    requires = ("reference.registry-host",)
    causes = (
        "config-json-invalid", "config-json-unreadable", "config-is-not-a-file",
        "config-wrong-home-or-user",
    )  # fmt: skip

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        elsewhere = taken_elsewhere(ctx, file.path)
        if elsewhere:
            return Verdict.not_applicable(elsewhere)
        seen = Evidence("configuration", f"{file.path} (by {file.reason})", file.place)
        facts = {"path": file.path, "problem": file.problem}
        match file.state:
            case ConfigState.OK:
                return Verdict.passed(f"{file.path} can be read", seen)
            case ConfigState.MISSING | ConfigState.EMPTY:
                return _absent(ctx, file, seen)
            case ConfigState.UNREADABLE:
                summary = f"{reader(ctx)} may not read {file.path}"
                said = Evidence(f"{reader(ctx)} says", file.problem, file.path)
                return Verdict.failed("config-json-unreadable", summary, said, seen, facts=facts)
            case ConfigState.DIRECTORY | ConfigState.DANGLING:
                return _not_a_file(ctx, file, seen, facts)
            case ConfigState.INVALID:
                return _invalid(ctx, file, facts)


def _absent(ctx: Context, file: DockerConfigFile, seen: Evidence) -> Verdict:
    if file.state is ConfigState.EMPTY:
        whose = reader(ctx)  # podman's kin stop at it, which another check tells
        words = f", which {whose} takes for no settings" if whose == "docker" else ""
        return Verdict.passed(f"{file.path} is empty{words}", seen)
    return Verdict.not_applicable(f"{file.path} does not exist", seen)


def _not_a_file(
    ctx: Context, file: DockerConfigFile, seen: Evidence, facts: dict[str, str]
) -> Verdict:
    if file.reason in {"DOCKER_CONFIG", "--config"} and "not a directory" in file.problem:
        summary = (
            f"{file.reason} names a file; {reader(ctx)} wants the folder that holds config.json"
        )
        return Verdict.failed("config-wrong-home-or-user", summary, seen, facts=facts)
    if file.state is ConfigState.DANGLING:
        summary = f"{file.path} is a link to nothing; {reader(ctx)} takes that for no settings"
    else:
        summary = f"{file.path} is not a file"
    said = Evidence("system says", file.problem or "no such file", file.path)
    return Verdict.failed("config-is-not-a-file", summary, said, seen, facts=facts)


def _invalid(ctx: Context, file: DockerConfigFile, facts: dict[str, str]) -> Verdict:
    at = f", line {file.line}, column {file.column}" if file.line else ""
    said = Evidence("docker says", file.problem, f"{file.path}:{file.line}:{file.column}")
    if file.route(ctx.target.host).kind is SourceKind.HELPER:
        summary = f"{file.path} has a fault{at}; the helper for the registry was still read"
        return Verdict.warned("config-json-invalid", summary, said, facts=facts)
    summary = f"{reader(ctx)} cannot use {file.path}{at}: {file.problem}"
    return Verdict.failed("config-json-invalid", summary, said, facts=facts)
