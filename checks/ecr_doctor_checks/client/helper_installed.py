"""Asks whether the helper that docker would start can be started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._client import WITHOUT_STORE, reader

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import DockerConfigFile, Route
    from ecr_doctor.probes.helper import HelperProgram

_PREFIX = "docker-credential-"
_WORDS = {
    ProgramState.NOT_EXECUTABLE: "is not executable for this user",
    ProgramState.DIRECTORY: "is a folder",
    ProgramState.DANGLING: "is a link to nothing",
    ProgramState.EMPTY: "is an empty file",
    ProgramState.BAD_INTERPRETER: "is a script whose interpreter this user cannot start",
    ProgramState.NO_INTERPRETER: "is a script without a #! line",
    ProgramState.WRONG_CPU: "was built for another CPU",
    ProgramState.BAD_LOADER: "needs a dynamic loader that is not here (glibc on a musl system?)",
}


class HelperInstalled(Check):
    """The credential helper that the configuration names is on PATH and can be started.

    What it looks at:
        The program `docker-credential-NAME` on PATH, found by Go's rules; its x bit, its `#!` line,
        the CPU it was built for, its loader; and programs of nearly that name.

    Why a pull fails:
        Docker says nothing about a helper that it cannot start. It goes on with a stored login,
        often an old one, or with none: `no basic auth credentials`.

    When it cannot tell:
        Never; where the configuration asks no helper the check does not apply.
    """

    id = "client.helper-installed"
    title = "The credential helper can be started"
    requires = ("client.config-file",)
    causes = ("helper-not-on-path", "helper-not-runnable", "helper-name-wrong")

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        route = file.route(ctx.target.host)
        if not route.asks_helper:
            return Verdict.not_applicable("the configuration asks no helper for this registry")
        program = ctx.observe(HelperProbe(route.helper))
        if program.runnable:
            seen = Evidence("helper", program.path, "PATH")
            return Verdict.passed(f"{reader(ctx)} can start {program.program}", seen)
        return _judge(ctx, file, route, program)


def _judge(ctx: Context, file: DockerConfigFile, route: Route, program: HelperProgram) -> Verdict:
    named = Evidence(str(route.kind), f"{route.key or 'credsStore'}: {route.helper}", file.path)
    facts = {
        "path": file.path,
        "helper": route.helper,
        "program": program.path or program.program,
        "key": route.key,
    }
    evidence = [named, *_seen(program), *_fallback(ctx, file, route)]
    if program.state is not ProgramState.MISSING:
        summary = f"{program.path} {_WORDS[program.state]}"
        return Verdict.failed("helper-not-runnable", summary, *evidence, facts=facts)
    meant = _meant(route.helper, program)
    if meant:
        facts["meant"] = meant
        summary = f"no helper is called {route.helper!r}; {meant!r} was probably meant"
        return Verdict.failed("helper-name-wrong", summary, *evidence, facts=facts)
    summary = f"{program.program} is not on PATH"
    if program.elsewhere:
        summary += f", but {program.elsewhere[0]} exists"
    return Verdict.failed("helper-not-on-path", summary, *evidence, facts=facts)


def _meant(name: str, program: HelperProgram) -> str:
    """The suffix that should stand in the configuration; empty when the name may be right."""
    bare = name.strip().rpartition("/")[2].removeprefix(_PREFIX).removesuffix(".exe")
    if bare != name:
        return bare
    return "" if program.elsewhere or not program.similar else program.similar[0]


def _seen(program: HelperProgram) -> list[Evidence]:
    seen = [Evidence("PATH", ":".join(program.search_path)[:500] or "(empty)", "environment")]
    if program.path:
        detail = f" ({program.detail})" if program.detail else ""
        seen.insert(0, Evidence("program", f"{program.state}{detail}", program.path))
    seen += [Evidence("found outside PATH", path, path) for path in program.elsewhere[:3]]
    if program.similar:
        seen.append(Evidence("helpers of similar names", ", ".join(program.similar), "PATH"))
    return seen


def _fallback(ctx: Context, file: DockerConfigFile, route: Route) -> list[Evidence]:
    used = [entry for entry in route.entries if entry.sends]
    if not used or reader(ctx) in WITHOUT_STORE:  # those give up
        return []
    text = f"{reader(ctx)} silently takes the stored login {used[0].key}"
    return [Evidence("instead", text, file.path)]
