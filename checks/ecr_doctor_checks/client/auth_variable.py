"""Asks whether DOCKER_AUTH_CONFIG helps or hinders."""

from __future__ import annotations

from ecr_doctor.probes.auth_variable import AuthVariable, AuthVariableProbe
from ecr_doctor.probes.docker_config import DockerConfigProbe, SourceKind
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._login import judge_login

_VARIABLE = "DOCKER_AUTH_CONFIG"
_READ_BY = ("docker", "docker-build", "docker-manifest")


class AuthVariableCheck(Check):
    """DOCKER_AUTH_CONFIG is unset, irrelevant here, or holds a good login.

    What it looks at:
        The variable's value by docker's strict rules, the version of the docker client (from 28.3
        on it is put above config.json and above every helper; older ones ignore it), and what
        config.json would have had for the registry.

    Why a pull fails:
        A stale or half login in the variable wins over a helper that works. A fault anywhere in it
        makes docker drop all of it. And an older docker never reads it.

    When it cannot tell:
        No docker client is there whose version could be asked, and the variable would matter.
    """

    id = "client.auth-variable"
    title = "DOCKER_AUTH_CONFIG does not stand in the way"
    requires = ("reference.registry-host",)
    causes = (
        "docker-auth-config-shadows", "docker-auth-config-unsupported", "stored-login-expired",
        "stored-login-wrong-user", "login-password-wrong", "public-ecr-stale-login",
    )  # fmt: skip

    def run(self, ctx: Context) -> Verdict:
        variable = ctx.observe(AuthVariableProbe())
        if not variable.present or ctx.settings.client not in _READ_BY:
            why = f"{ctx.settings.client} does not read it" if variable.present else "it is not set"
            return Verdict.not_applicable(f"{_VARIABLE}: {why}")
        file = ctx.try_observe(DockerConfigProbe())
        in_file = file is not None and file.route(ctx.target.host).kind is not SourceKind.NONE
        if not variable.version and (variable.login or variable.problem):
            return Verdict.inconclusive(f"{_VARIABLE} is set; docker's version is not known")
        if not variable.obeyed:
            return _ignored(variable, in_file=in_file)
        if variable.problem:
            return _dropped(variable, in_file=in_file)
        if variable.login is None:
            return _elsewhere(variable)
        return _used(ctx, variable, in_file=in_file)


def _ignored(variable: AuthVariable, *, in_file: bool) -> Verdict:
    seen = Evidence("docker client", variable.version, "docker --version")
    summary = f"docker {variable.version} does not read {_VARIABLE}"
    if in_file or variable.login is None:
        return Verdict.passed(summary, seen)
    return Verdict.failed("docker-auth-config-unsupported", summary, seen)


def _dropped(variable: AuthVariable, *, in_file: bool) -> Verdict:
    said = Evidence("docker says", variable.problem, _VARIABLE)
    summary = f"docker drops {_VARIABLE} as a whole: {variable.problem}"
    if in_file:
        return Verdict.warned("docker-auth-config-shadows", summary, said)
    symptom = f"Failed to create credential store from {_VARIABLE}: {variable.problem}"
    return Verdict.failed("docker-auth-config-shadows", summary, said, symptom=symptom)


def _elsewhere(variable: AuthVariable) -> Verdict:
    keys = ", ".join(variable.keys) or "none"
    seen = Evidence("registries in it", keys, _VARIABLE)
    return Verdict.passed(f"{_VARIABLE} has no entry for exactly this registry", seen)


def _used(ctx: Context, variable: AuthVariable, *, in_file: bool) -> Verdict:
    login = variable.login
    if login is None:
        return _elsewhere(variable)
    fault = judge_login(ctx, login, _VARIABLE)
    if fault is None:
        return Verdict.passed(f"docker takes the login of {_VARIABLE}")
    cause = "docker-auth-config-shadows" if in_file or not login.password_kind else fault.cause
    summary = f"docker takes the login of {_VARIABLE} and nothing else: {fault.summary}"
    return Verdict.failed(cause, summary, *fault.evidence)
