"""Asks whether the credential store has the login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.docker_config import DockerConfigProbe, SourceKind
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._answer import answer_fault, no_answer
from ._client import WITHOUT_STORE, reader, taken_elsewhere
from ._keys import near_misses

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import DockerConfigFile, Route
    from ecr_doctor.probes.helper_run import HelperRun


class CredsStore(Check):
    """The store that docker asks for every login (credsStore) has one for the registry.

    What it looks at:
        The store's real answer for the host: a login, "not found", an empty one, a refusal (a
        keyring without a desktop, a `pass` that was never set up, a missing gpg key); and logins
        under `auths` that the store hides.

    Why a pull fails:
        With a credsStore docker reads `auths` only when the store fails, not when it knows nothing:
        a login that is in the file is then never sent.

    When it cannot tell:
        The store does not answer in time, for instance because it asks for a passphrase.
    """

    id = "client.creds-store"
    title = "The credential store has the login"
    requires = ("client.config-file", "client.helper-installed")
    causes = (
        "creds-store-shadows-login", "credential-store-refuses", "never-logged-in",
        "creds-store-set-for-all-registries", "helper-hangs", "helper-protocol-broken",
        "stored-login-expired", "stored-login-wrong-user", "login-password-wrong",
        "login-for-other-registry", "registry-without-login", "dual-stack-host-not-configured",
        "public-ecr-stale-login",
    )  # fmt: skip

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        elsewhere = taken_elsewhere(ctx, file.path)
        if elsewhere:
            return Verdict.not_applicable(elsewhere)
        route = file.route(ctx.target.host)
        if route.kind is not SourceKind.STORE:
            return Verdict.not_applicable("no credential store is asked for this registry")
        if ctx.settings.client in WITHOUT_STORE:
            return Verdict.not_applicable(f"{ctx.settings.client} does not ask credsStore")
        if route.asks_ecr_helper:
            return _ecr_for_all(ctx, file, route)
        run = ctx.observe(HelperRunProbe(route.helper, ctx.target.host))
        if route.default_store and run.status is not HelperStatus.ANSWERED:
            return _nobody_logged_in(ctx, file, route)
        return judge_store(ctx, file, route, run)


def _nobody_logged_in(ctx: Context, file: DockerConfigFile, route: Route) -> Verdict:
    """Docker took this store because its configuration is silent; it was never meant."""
    seen = Evidence("docker's default store", route.helper, "PATH")
    summary = f"nobody logged in to {ctx.target.host}: {file.path} names nothing"
    facts = {"path": file.path, "helper": route.helper}
    return Verdict.failed("never-logged-in", summary, seen, facts=facts)


def judge_store(ctx: Context, file: DockerConfigFile, route: Route, run: HelperRun) -> Verdict:
    """Weigh a store's answer."""
    facts = {"path": file.path, "helper": route.helper}
    said = Evidence("store says", run.said[:500] or str(run.status), f"{route.helper} get")
    match run.status:
        case HelperStatus.ANSWERED:
            return _answered(ctx, route, run, facts)
        case HelperStatus.NOT_FOUND:
            return _not_found(ctx, file, route, said)
        case HelperStatus.INCOMPLETE if not _has_login(route):
            summary = f"the store {route.helper} answers with an empty login: is it set up?"
            return Verdict.failed("credential-store-refuses", summary, said, facts=facts)
        case HelperStatus.INCOMPLETE | HelperStatus.IDENTITY_TOKEN:
            return _shadowed(ctx, file, route, said)
        case HelperStatus.HUNG:
            return no_answer(f"the store {route.helper}", run, said, facts=facts)
        case HelperStatus.BROKEN | HelperStatus.FAILED | HelperStatus.NOT_STARTED:
            return _refused(ctx, route, run, said, facts)


def _has_login(route: Route) -> bool:
    return any(entry.sends for entry in route.entries)


def _answered(ctx: Context, route: Route, run: HelperRun, facts: dict[str, str]) -> Verdict:
    fault = answer_fault(ctx, run)
    if fault is None:
        return Verdict.passed(f"the store {route.helper} has a login for {ctx.target.host}")
    summary = f"the store {route.helper} answers with a useless login: {fault.summary}"
    return Verdict.failed(fault.cause, summary, *fault.evidence, facts=facts)


def _not_found(ctx: Context, file: DockerConfigFile, route: Route, said: Evidence) -> Verdict:
    if _has_login(route):
        return _shadowed(ctx, file, route, said)
    facts = {"path": file.path, "helper": route.helper}
    near = near_misses([entry.key for entry in file.config.auths], ctx.target)
    cause = "never-logged-in"
    if near:
        cause = {
            "OTHER_ACCOUNT": "registry-without-login",
            "OTHER_REGION": "login-for-other-registry",
            "DUAL_STACK": "dual-stack-host-not-configured",
        }.get(near[0].miss.name, cause)
    keys = tuple(Evidence("logged in to", item.key, file.path) for item in near[:5])
    summary = f"the store {route.helper} has no login for {ctx.target.host}"
    return Verdict.failed(cause, summary, said, *keys, facts=facts)


def _shadowed(ctx: Context, file: DockerConfigFile, route: Route, said: Evidence) -> Verdict:
    key = route.entries[0].key if route.entries else ""
    hidden = Evidence("login that is not read", f"auths entry {key}", file.path)
    summary = f"{reader(ctx)} asks the store {route.helper}, which knows nothing, and not `auths`"
    facts = {"path": file.path, "helper": route.helper, "key": key}
    return Verdict.failed("creds-store-shadows-login", summary, said, hidden, facts=facts)


def _refused(
    ctx: Context, route: Route, run: HelperRun, said: Evidence, facts: dict[str, str]
) -> Verdict:
    broken = run.status is HelperStatus.BROKEN
    cause = "helper-protocol-broken" if broken else "credential-store-refuses"
    if _has_login(route):
        summary = (
            f"the store {route.helper} fails; {reader(ctx)} takes the login under `auths` instead"
        )
        return Verdict.warned(cause, summary, said, facts=facts)
    summary = f"the store {route.helper} fails, and {reader(ctx)} does not show why"
    return Verdict.failed(cause, summary, said, symptom=said.value, facts=facts)


def _ecr_for_all(ctx: Context, file: DockerConfigFile, route: Route) -> Verdict:
    """ECR's helper knows ECR alone and refuses to store any login."""
    foreign = [entry.key for entry in file.config.auths if ".ecr" not in entry.key]
    if not foreign or ctx.target.host in foreign:
        return Verdict.passed("the store is Amazon ECR's helper")
    seen = Evidence("other registries", ", ".join(foreign[:5]), file.path)
    summary = f"credsStore {route.helper} is asked for every registry and knows Amazon ECR alone"
    facts = {"path": file.path, "helper": route.helper}
    return Verdict.warned("creds-store-set-for-all-registries", summary, seen, facts=facts)
