"""Asks whether docker's configuration has anything for the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.auth_variable import AuthVariableProbe
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigProbe, SourceKind
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._builder import judge_builder
from ._client import WITHOUT_STORE, client_in_question, other_credential, reader
from ._keys import Miss, NearMiss, near_misses
from ._other import judge_other, store_ignored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.probes.docker_config import DockerConfigFile, Route

_HELPER_CAUSES = {
    Miss.SPELLING: "credhelpers-key-mismatch",
    Miss.DUAL_STACK: "dual-stack-host-not-configured",
    Miss.WILDCARD: "credhelpers-wildcard-key",
    Miss.DOMAIN: "credhelpers-key-mismatch",
    Miss.SLIP: "credhelpers-key-mismatch",
    Miss.OTHER_REGION: "credhelpers-key-mismatch",
    Miss.OTHER_ACCOUNT: "credhelpers-key-mismatch",
}
_LOGIN_CAUSES = {
    Miss.SPELLING: "login-for-other-registry",
    Miss.DUAL_STACK: "dual-stack-host-not-configured",
    Miss.WILDCARD: "never-logged-in",
    Miss.DOMAIN: "never-logged-in",
    Miss.SLIP: "login-for-other-registry",
    Miss.OTHER_REGION: "login-for-other-registry",
    Miss.OTHER_ACCOUNT: "registry-without-login",
}


class RegistryConfigured(Check):
    """Docker's configuration names a helper, a store or a login for the registry.

    What it looks at:
        The entries of config.json for exactly this host, in docker's order: credHelpers,
        credsStore, auths; and the keys that nearly fit: with a scheme, a path, a wildcard, for
        another region, another account, or the dual-stack name. For `--client docker-build`: what
        the store lists to the classic builder.

    Why a pull fails:
        Docker compares hosts letter by letter. Where nothing fits it sends no credential, and the
        registry answers `no basic auth credentials`.

    When it cannot tell:
        The registry is not Amazon ECR: it may want no login.
    """

    id = "client.registry-configured"
    title = "Docker is configured for the registry"
    requires = ("client.config-file", "client.config-home", "client.auth-variable")
    causes = (
        "never-logged-in", "credhelpers-key-mismatch", "credhelpers-wildcard-key",
        "dual-stack-host-not-configured", "login-for-other-registry", "registry-without-login",
        "client-ignores-creds-store", "config-json-invalid", "helper-not-on-path",
        "helper-not-runnable", "config-wrong-home-or-user", "xdg-runtime-dir-missing",
        "classic-build-needs-list", "kubelet-credential-provider",
    )  # fmt: skip

    def run(self, ctx: Context) -> Verdict:
        variable = ctx.try_observe(AuthVariableProbe())
        if variable is not None and variable.serves:
            return Verdict.passed("DOCKER_AUTH_CONFIG has a login for the registry")
        file = ctx.observe(DockerConfigProbe())
        route = file.route(ctx.target.host)
        other = other_credential(ctx)
        if other is not None:
            return judge_other(ctx, file, other) or _nothing(ctx, file)
        if route.kind is SourceKind.STORE and client_in_question(ctx) in WITHOUT_STORE:
            return store_ignored(ctx, file, route)
        registry = ctx.target.registry
        if route.kind is SourceKind.NONE and registry is not None and registry.is_public:
            return Verdict.passed(f"{reader(ctx)} has no login for ECR Public, and needs none")
        return judge_builder(ctx, file, route) or _judge(ctx, file, route)


def _judge(ctx: Context, file: DockerConfigFile, route: Route) -> Verdict:
    """What `docker pull` finds in its file."""
    if route.kind is SourceKind.NONE:
        return _nothing(ctx, file)
    seen = Evidence(str(route.kind), _described(route), file.path)
    return Verdict.passed(f"{reader(ctx)} has a way to a login for {ctx.target.host}", seen)


def _described(route: Route) -> str:
    if route.kind is SourceKind.HELPER:
        return f"credHelpers entry, helper {route.helper}"
    if route.kind is SourceKind.STORE:
        named = "docker's default store" if route.default_store else "credsStore"
        return f"{named} {route.helper}"
    return f"auths entry {route.key}"


def _nothing(ctx: Context, file: DockerConfigFile) -> Verdict:
    helpers = near_misses([key for key, _ in file.config.cred_helpers], ctx.target)
    logins = near_misses([entry.key for entry in file.config.auths], ctx.target)
    cause, miss = _choose(helpers, logins)
    host = ctx.target.host
    if ctx.target.registry is None:
        # What another registry wants of its clients is not for us to know.
        summary = f"{_name(ctx, file)} has nothing for {host}, which is no Amazon ECR registry"
        login = Evidence("if it wants a login", f"docker login {host}")
        return Verdict.inconclusive(summary, *_seen(ctx, file), login)
    facts = {"path": file.path, "key": miss.key if miss else "", "helper": "ecr-login"}
    if miss is None:
        summary = f"{_name(ctx, file)} has nothing for {host}: nobody logged in, no helper is set"
        return Verdict.failed(cause, summary, *_seen(ctx, file), *_elsewhere(file), facts=facts)
    facts["helper"] = dict(file.config.cred_helpers).get(miss.key) or "ecr-login"
    summary = f"{_name(ctx, file)} has nothing for {host}; its key {miss.key!r} is {miss.miss}"
    near = [
        Evidence("near miss", f"{item.key} ({item.why})", file.path) for item in helpers + logins
    ]
    return Verdict.failed(cause, summary, *near[:6], *_seen(ctx, file), facts=facts)


def _choose(helpers: Sequence[NearMiss], logins: Sequence[NearMiss]) -> tuple[str, NearMiss | None]:
    """The most telling near miss; among equals a helper's key before a login's."""
    found = [(_HELPER_CAUSES[miss.miss], miss) for miss in helpers]
    found += [(_LOGIN_CAUSES[miss.miss], miss) for miss in logins]
    order = list(Miss)
    return min(found, key=lambda pair: order.index(pair[1].miss), default=("never-logged-in", None))


def _name(ctx: Context, file: DockerConfigFile) -> str:
    if file.state is ConfigState.MISSING:
        return f"there is no {file.path}, so {reader(ctx)}"
    return f"{file.path} (empty)" if file.state is ConfigState.EMPTY else file.path


def _seen(ctx: Context, file: DockerConfigFile) -> tuple[Evidence, ...]:
    read = Evidence(
        f"{reader(ctx)} reads", f"{file.path} (by {file.reason}): {file.state}", file.path
    )
    keys = [key for key, _ in file.config.cred_helpers] + [e.key for e in file.config.auths]
    if not keys:
        return (read,)
    return (read, Evidence("registries in it", ", ".join(keys[:10])[:500], file.path))


def _elsewhere(file: DockerConfigFile) -> tuple[Evidence, ...]:
    return tuple(
        Evidence("another user's configuration", other.serves or str(other.state), other.path)
        for other in file.others
        if other.serves or other.state is ConfigState.UNREADABLE
    )
