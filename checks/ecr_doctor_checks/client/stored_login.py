"""Asks whether the login that is kept in config.json is any good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.model.settings import CONTAINERS_IMAGE
from ecr_doctor.probes.auth_variable import AuthVariableProbe
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._client import reader, taken_elsewhere
from ._login import Fault, judge_login

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import DockerConfigFile, StoredLogin


class StoredLoginCheck(Check):
    """The login stored under `auths` for the registry, where docker uses it, is good.

    What it looks at:
        The entries of config.json for the host, in every spelling that docker accepts: whether
        they can be decoded, the user (AWS), the shape of the password, and the time limit that ECR
        writes into its tokens. The password is never shown.

    Why a pull fails:
        An ECR token lives twelve hours and docker goes on sending it afterwards. Of two entries
        for one registry the old one can win over the fresh login. A password that was pasted or
        piped through a terminal may be damaged.

    When it cannot tell:
        The password is no ECR token and does not say how long it is good.
    """

    id = "client.stored-login"
    title = "The stored login is good"
    requires = ("client.config-file",)
    causes = (
        "stored-login-expired", "stored-login-malformed", "stored-login-wrong-user",
        "login-password-wrong", "duplicate-stored-logins", "never-logged-in",
        "public-ecr-stale-login",
    )  # fmt: skip

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        elsewhere = taken_elsewhere(ctx, file.path)
        if elsewhere:
            return Verdict.not_applicable(elsewhere)
        if not file.logins:
            return _none_stored(ctx, file)
        used = [login for login in file.logins if login.used]
        faults = [(login, judge_login(ctx, login, file.path)) for login in used]
        broken = [(login, fault) for login, fault in faults if fault is not None]
        if not _docker_uses_it(ctx, file):
            return _beside(file, broken)
        if broken:
            return _failed(ctx, file, broken, len(used))
        return _good(ctx, file, used)


def _none_stored(ctx: Context, file: DockerConfigFile) -> Verdict:
    if _stops_elsewhere(ctx, file):
        said = Evidence("docker says", file.problem, file.place)
        summary = "the entry of another registry cannot be decoded; docker stops reading there"
        return Verdict.warned("stored-login-malformed", summary, said, facts={"path": file.path})
    return Verdict.not_applicable(f"{file.path} keeps no login for the registry")


def _stops_elsewhere(ctx: Context, file: DockerConfigFile) -> bool:
    """Whether another registry's entry may end the reading; podman's kin decode their own alone."""
    return file.config.unordered and reader(ctx) not in CONTAINERS_IMAGE


def _docker_uses_it(ctx: Context, file: DockerConfigFile) -> bool:
    """Whether docker gets to `auths`: no variable before it, and no helper that can be started."""
    variable = ctx.try_observe(AuthVariableProbe())
    if variable is not None and variable.serves:
        return False
    route = file.route(ctx.target.host)
    if not route.asks_helper:
        return True
    program = ctx.try_observe(HelperProbe(route.helper))
    return program is not None and not program.runnable


def _beside(file: DockerConfigFile, broken: list[tuple[StoredLogin, Fault]]) -> Verdict:
    """A helper comes first; the stored login waits for the day on which the helper fails."""
    facts = {"path": file.path}
    if not broken or broken[0][1].cause == "never-logged-in":
        return Verdict.not_applicable("a helper is asked first; the stored login is not used")
    login, fault = broken[0]
    summary = f"beside the helper an unusable login is stored under {login.key}: {fault.summary}"
    return Verdict.warned(fault.cause, summary, *fault.evidence, facts=facts)


def _failed(
    ctx: Context,
    file: DockerConfigFile,
    broken: list[tuple[StoredLogin, Fault]],
    used: int,
) -> Verdict:
    login, fault = broken[0]
    facts = {"path": file.path, "key": login.key, "user": login.user}
    good = [other for other in file.logins if _is_good(ctx, other, file.path)]
    if good:
        both = Evidence("two entries", f"{login.key} and {good[0].key}", file.path)
        word = "may take" if used > 1 else "takes"
        summary = f"{reader(ctx)} {word} the entry {login.key} ({fault.summary}), not {good[0].key}"
        cause = "duplicate-stored-logins"
        return Verdict.failed(cause, summary, both, *fault.evidence, facts=facts)
    summary = f"the stored login for {login.key} is useless: {fault.summary}"
    key = Evidence("entry", login.key, file.place)
    return Verdict.failed(fault.cause, summary, key, *fault.evidence, facts=facts)


def _is_good(ctx: Context, login: StoredLogin, path: str) -> bool:
    alive = login.expires is not None and login.expires > ctx.now
    return alive and judge_login(ctx, login, path) is None


def _good(ctx: Context, file: DockerConfigFile, used: list[StoredLogin]) -> Verdict:
    if _stops_elsewhere(ctx, file):
        said = Evidence("docker says", file.problem, file.place)
        summary = "another entry cannot be decoded; whether docker still reads this one is chance"
        return Verdict.failed("stored-login-malformed", summary, said, facts={"path": file.path})
    login = used[0]
    seen = Evidence("entry", f"{login.key}, user {login.user}", file.path)
    if login.expires is None:
        return Verdict.inconclusive("the stored login does not say when it runs out", seen)
    left = str(login.expires - ctx.now).split(".", maxsplit=1)[0]
    until = Evidence("good until", f"{login.expires:%Y-%m-%dT%H:%M:%SZ}", file.path)
    return Verdict.passed(f"the stored login is good for another {left}", seen, until)
