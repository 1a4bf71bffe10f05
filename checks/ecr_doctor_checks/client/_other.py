"""What is wrong with the login of another client than docker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.docker_config import SourceKind
from ecr_doctor.probes.ecr_token import EcrTokenProbe
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.sdk import Context, Evidence, Verdict

from ._client import WITHOUT_STORE, client_in_question

if TYPE_CHECKING:
    from ecr_doctor.probes.credential import DockerCredential
    from ecr_doctor.probes.docker_config import DockerConfigFile, Route

_RUNTIME = "XDG_RUNTIME_DIR"


def judge_other(ctx: Context, file: DockerConfigFile, found: DockerCredential) -> Verdict | None:
    """The verdict on what the client finds; None where nothing was ever set up for it."""
    if found.found:
        seen = Evidence(f"{found.client} sends", f"user {found.user}", _place(found))
        return Verdict.passed(f"{found.client} has a login for {ctx.target.host}", seen)
    route = file.route(ctx.target.host)
    asked = next((step.source.helper for step in found.lookups if step.source.helper), "")
    if asked:
        same = asked == route.helper
        by_kubelet = found.client == "kubelet"
        return _provider(ctx, found, asked) if by_kubelet else _helper(ctx, found, asked, same=same)
    if found.stops:
        return _stopped(found)
    if route.kind is SourceKind.STORE and found.client in WITHOUT_STORE:
        return store_ignored(ctx, file, route)
    if found.shadowed:
        return _other_file(ctx, found)
    return _no_runtime_folder(ctx, found)


def store_ignored(ctx: Context, file: DockerConfigFile, route: Route) -> Verdict:
    """The login lies in a store that the client does not know."""
    seen = Evidence("credsStore", route.helper, file.path)
    client = client_in_question(ctx)
    summary = f"{client} does not read credsStore, and nothing else is set for the registry"
    facts = {"path": file.path, "helper": route.helper, "client": client}
    return Verdict.failed("client-ignores-creds-store", summary, seen, facts=facts)


def _place(found: DockerCredential) -> str:
    return found.path or (f"docker-credential-{found.helper}" if found.helper else str(found.kind))


def _steps(found: DockerCredential) -> tuple[Evidence, ...]:
    """What the client looked into, and what came of it."""
    return tuple(
        Evidence("looked into", step.result, step.source.path or step.source.helper)
        for step in found.lookups[:8]
    )


def _helper(ctx: Context, found: DockerCredential, name: str, *, same: bool) -> Verdict:
    """A helper was asked in vain. One that docker asks too has checks of its own."""
    summary = f"{found.client} asks docker-credential-{name}"
    if same:
        return Verdict.passed(f"{summary} for {ctx.target.host}", *_steps(found))
    program = ctx.try_observe(HelperProbe(name))
    facts = {"helper": name, "program": f"docker-credential-{name}", "path": found.path}
    if program is not None and not program.runnable:
        missing = program.state is ProgramState.MISSING
        cause = "helper-not-on-path" if missing else "helper-not-runnable"
        words = "which is not on PATH" if missing else "which cannot be started"
        return Verdict.failed(cause, f"{summary}, {words}", *_steps(found), facts=facts)
    said = found.helper_run.said if found.helper_run is not None else ""
    answer = f", which has no login: {said}" if said else ", which has no login"
    return Verdict.inconclusive(f"{summary}{answer}"[:400], *_steps(found))


def _provider(ctx: Context, found: DockerCredential, name: str) -> Verdict:
    """The kubelet's provider was run in vain: where AWS gives us no token either, AWS says why."""
    token = ctx.try_observe(EcrTokenProbe())
    step = next(step for step in found.lookups if step.source.helper == name)
    words = f"the kubelet's provider {name} gives no login for {ctx.target.host}: {step.result}"
    if token is None or token.token is None:
        return Verdict.inconclusive(words, *_steps(found))
    facts = {"path": step.source.path}
    return Verdict.failed("kubelet-credential-provider", words, *_steps(found), facts=facts)


def _stopped(found: DockerCredential) -> Verdict:
    summary = f"{found.client} stops before it asks the registry: {found.note}"
    cause = "config-json-invalid" if "JSON" in found.note else None
    facts = {"path": found.path, "problem": found.note}
    return Verdict.failed(cause, summary, *_steps(found), symptom=found.note, facts=facts)


def _other_file(ctx: Context, found: DockerCredential) -> Verdict:
    """The registry has an entry in a file that the client is kept from reading."""
    hidden = found.shadowed[0]
    seen = Evidence("not read", f"{hidden.kind} entry {hidden.key}", hidden.path)
    summary = f"{found.client} does not read {hidden.path}, which has {ctx.target.host}"
    facts = {"path": found.path, "other": hidden.path}
    return Verdict.failed("config-wrong-home-or-user", summary, seen, *_steps(found), facts=facts)


def _no_runtime_folder(ctx: Context, found: DockerCredential) -> Verdict | None:
    folder = ctx.env.get(_RUNTIME, "")
    if _RUNTIME not in found.note:
        return None
    seen = Evidence(_RUNTIME, folder, "environment")
    summary = f"{_RUNTIME} names a folder that is not there, so {found.client} has no login file"
    return Verdict.failed("xdg-runtime-dir-missing", summary, seen, *_steps(found))
