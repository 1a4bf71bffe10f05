"""Asks the helper for a login, as docker does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecr_doctor.probes.credential import DockerCredentialProbe
from ecr_doctor.probes.docker_config import DockerConfigProbe, SourceKind
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.probes.helper_version import HelperVersionProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._answer import answer_fault, no_answer
from ._client import reader

if TYPE_CHECKING:
    from ecr_doctor.model import RegistryHost
    from ecr_doctor.probes.docker_config import DockerConfigFile, Route
    from ecr_doctor.probes.helper_run import HelperRun

_REJECTED = "can only be used with Amazon Elastic Container Registry"
_STORES = frozenset({"desktop", "osxkeychain", "pass", "secretservice", "wincred"})
_AMAZONS = "ecr-login"
_PATHS = ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE")
_NO_KEYS = ("no ec2 imds role found", "nocredentialproviders", "failed to refresh cached")
"""How its log begins where it found no keys anywhere."""
_NOT_FOUND_BY_SHELL = (126, 127)
_OLD_SDK = ("sso_session", "sso-session", "sso start url", "only loopback hosts are allowed")
"""Panics and errors of helpers whose AWS SDK is too old for the configuration."""

_REFUSED_SETTING = (
    r"\binvalid (?:value (?:for (?:environment variable|env var), )?)?"
    r"(?P<variable>AWS_[A-Z0-9_]{3,60})(?:=| value)"
    r"|failed to load (?P<name>[a-z0-9_]{3,60}) from shared config"
)
"""Panics at a setting that the helper's AWS SDK does not take, known to `identity.settings` or not:
aws-sdk-go-v2, config/env_config.go and config/shared_config.go."""


class HelperAnswers(Check):
    """The credential helper answers with a login that Amazon ECR can take.

    What it looks at:
        A real run of `docker-credential-NAME get` with a time limit: exit code, stdout by docker's
        rules, stderr, and the log of Amazon ECR's helper, where alone it says why it failed. The
        run works on a copy of the helper's cache.

    Why a pull fails:
        Whatever goes wrong, the helper says at most `credentials not found in native keychain`, and
        docker drops even that and sends no login.

    When it cannot tell:
        A helper that hangs, and one that is only slower than this program waits for it, look alike:
        its cause is called possible, and stands behind those that are sure.
        Where AWS itself refuses, the checks on AWS come first and say so.
    """

    id = "client.helper-answers"
    title = "The credential helper answers with a login"
    requires = (
        "client.helper-installed", "tls.ca-bundle", "network.api-reachable",
        "tls.api-certificate", "identity.settings", "identity.credentials", "identity.clock",
        "identity.caller", "auth.token",
    )  # fmt: skip
    causes = (
        "helper-hides-aws-error", "helper-hangs", "helper-protocol-broken",
        "helper-fails-silently", "helper-rejects-host", "helper-outdated", "helper-not-runnable",
        "helper-serves-expired-token", "never-logged-in", "creds-store-shadows-login",
        "aws-profile-needs-mfa", "stored-login-wrong-user", "login-password-wrong",
        "public-ecr-stale-login", "network-timeout", "aws-setting-invalid",
        "no-aws-credentials",
    )  # fmt: skip

    def run(self, ctx: Context) -> Verdict:
        file = ctx.observe(DockerConfigProbe())
        route = file.route(ctx.target.host)
        store = route.kind is SourceKind.STORE and not route.asks_ecr_helper
        if not route.asks_helper or store:
            return Verdict.not_applicable("the configuration asks no helper for this registry")
        run = ctx.observe(HelperRunProbe(route.helper, ctx.target.host))
        credential = ctx.try_observe(DockerCredentialProbe())
        if run.status is HelperStatus.HUNG and credential is not None and credential.waits_for:
            summary = f"{_program(run)} is slow: {credential.note}"
            facts = {"address": credential.waits_for}
            return Verdict.warned("network-timeout", summary, facts=facts)
        return _unexpanded(ctx, run) or judge_answer(ctx, file, route, run)


def _unexpanded(ctx: Context, run: HelperRun) -> Verdict | None:
    """A path of AWS's variables with a tilde: botocore expands it, Go's SDK looks for that name."""
    name = next((n for n in _PATHS if ctx.env.get(n, "").startswith("~")), "")
    looked = run.status is HelperStatus.HUNG or _mentions(run, *_NO_KEYS)
    if not name or not looked or run.name != _AMAZONS:
        return None
    value = ctx.env[name]
    summary = f"{name} is {value}, and {_program(run)} takes the tilde for a folder's name"
    seen = Evidence(name, value, "environment")
    return _failed("no-aws-credentials", f"{summary}: it finds no keys", run, seen)


def judge_answer(ctx: Context, file: DockerConfigFile, route: Route, run: HelperRun) -> Verdict:
    """Weigh a helper's answer."""
    match run.status:
        case HelperStatus.ANSWERED:
            return _answered(ctx, run)
        case HelperStatus.NOT_FOUND:
            return _not_found(ctx, file, route, run)
        case HelperStatus.HUNG:
            key = f"{route.key or 'credsStore'}: {route.helper}"
            named = Evidence(str(route.kind), key, file.path)
            return no_answer(_program(run), run, named, *_said(run), facts={"helper": run.name})
        case HelperStatus.INCOMPLETE | HelperStatus.IDENTITY_TOKEN | HelperStatus.BROKEN:
            return _failed("helper-protocol-broken", f"{_program(run)} {_broken(run)}", run)
        case HelperStatus.NOT_STARTED:
            summary = f"{_program(run)} cannot be started: {run.problem}"
            return _failed("helper-not-runnable", summary, run)
        case HelperStatus.FAILED:
            return _refused_setting(run) or _crashed(run)


def _broken(run: HelperRun) -> str:
    if run.status is not HelperStatus.BROKEN:
        return "answers without a user and a secret that ECR takes"
    return f"prints {'something before or instead of JSON' if run.message else 'nothing'} on stdout"


def _answered(ctx: Context, run: HelperRun) -> Verdict:
    fault = answer_fault(ctx, run)
    if fault is None:
        seen = Evidence("answered in", f"{run.took:.2f} s, user {run.user}", _command(run))
        return Verdict.passed(f"{_program(run)} answers with a login", seen)
    cause = {
        "stored-login-expired": "helper-serves-expired-token",
        "stored-login-wrong-user": "helper-protocol-broken",
        "login-password-wrong": "helper-protocol-broken",
    }.get(fault.cause, fault.cause)
    summary = f"{_program(run)} answers with a useless login: {fault.summary}"
    return Verdict.failed(cause, summary, *fault.evidence, facts={"helper": run.name})


def _not_found(ctx: Context, file: DockerConfigFile, route: Route, run: HelperRun) -> Verdict:
    if _REJECTED.lower() in f"{run.log_error} {run.stderr}".lower():
        return _rejected(ctx, run)
    if run.name in _STORES:
        return _store_knows_nothing(ctx, file, route, run)
    if _mentions(run, *_OLD_SDK):
        return _failed("helper-outdated", f"{_program(run)} is too old: {run.said}", run)
    if run.log_error:
        summary = f"{_program(run)} says only 'not found'; its log says why"
        return _failed("helper-hides-aws-error", summary, run, symptom=run.log_error)
    if run.stderr.strip():
        summary = f"{_program(run)} says only 'not found' to {reader(ctx)}; its stderr says more"
        return _failed("helper-hides-aws-error", summary, run, symptom=run.stderr.strip())
    summary = f"{_program(run)} says 'not found', and nowhere why"
    return _failed("helper-fails-silently", summary, run)


def _store_knows_nothing(
    ctx: Context, file: DockerConfigFile, route: Route, run: HelperRun
) -> Verdict:
    hidden = [entry.key for entry in route.entries if entry.sends]
    if hidden:
        summary = (
            f"{reader(ctx)} asks {run.name}, which knows nothing, and not the login in {file.path}"
        )
        return _failed("creds-store-shadows-login", summary, run)
    return _failed("never-logged-in", f"the store {run.name} has no login for {run.server}", run)


def _rejected(ctx: Context, run: HelperRun) -> Verdict:
    version = ctx.try_observe(HelperVersionProbe(run.name))
    numbers = version.numbers if version else ()
    wanted, form = _first_version(ctx.target.registry)
    if version is not None and wanted and (not numbers or numbers < wanted):
        first = ".".join(map(str, wanted))
        shown = version.version or "unknown version"
        summary = f"{_program(run)} ({shown}) does not know {form}; {first} is the first that does"
        seen = Evidence("helper's version", shown, f"docker-credential-{run.name} -v")
        return _failed("helper-outdated", summary, run, seen)
    summary = f"{_program(run)} does not take {run.server} for an Amazon ECR registry"
    return _failed("helper-rejects-host", summary, run)


def _first_version(registry: RegistryHost | None) -> tuple[tuple[int, ...], str]:
    """The first version of Amazon ECR's helper that knows this form of host: its CHANGELOG."""
    if registry is None:
        return (), ""
    if registry.name == "ecr-public.aws.com":
        return (0, 12, 0), "ecr-public.aws.com"
    if registry.partition == "aws-eusc":
        return (0, 11, 0), "hosts of the European Sovereign Cloud"
    if registry.dual_stack and not registry.is_public:
        return (0, 10, 0), "dual-stack hosts"
    return (), ""


def _refused_setting(run: HelperRun) -> Verdict | None:
    found = re.search(_REFUSED_SETTING, run.panic)
    if found is None:
        return None
    setting = found["variable"] or found["name"]
    summary = f"{_program(run)} ends with a panic at {setting}: {run.panic[:200]}"
    return _failed("aws-setting-invalid", summary, run, setting=setting)


def _crashed(run: HelperRun) -> Verdict:
    if _mentions(run, "MFA enabled", "mfa_serial"):
        summary = f"{_program(run)} cannot ask for the MFA code that the profile wants"
        return _failed("aws-profile-needs-mfa", summary, run, symptom=run.said)
    if _mentions(run, *_OLD_SDK):
        return _failed("helper-outdated", f"{_program(run)} is too old: {run.said[:200]}", run)
    if run.exit_code in _NOT_FOUND_BY_SHELL and not run.log:
        summary = f"{_program(run)} starts, but not what it calls: {run.said[:200]}"
        return _failed("helper-not-runnable", summary, run)
    if run.message.lstrip().startswith("{"):
        summary = f"{_program(run)} prints JSON but exits with {run.exit_code}"
        return _failed("helper-protocol-broken", summary, run)
    how = f"was killed by signal {run.signal}" if run.signal else f"exits with {run.exit_code}"
    if run.said:
        summary = f"{_program(run)} {how}: {run.said[:200]}"
        return _failed("helper-hides-aws-error", summary, run, symptom=run.said)
    return _failed("helper-fails-silently", f"{_program(run)} {how} and says nothing", run)


def _mentions(run: HelperRun, *words: str) -> bool:
    text = f"{run.log_error} {run.panic} {run.stderr} {run.message}".lower()
    return any(word.lower() in text for word in words)


def _program(run: HelperRun) -> str:
    return f"docker-credential-{run.name}"


def _command(run: HelperRun) -> str:
    return f"{_program(run)} get"


def _said(run: HelperRun) -> list[Evidence]:
    said = (("log", run.log_error), ("panic", run.panic), ("stderr", run.stderr.strip()),
            ("stdout", run.message))  # fmt: skip
    return [Evidence(what, text[:500], _command(run)) for what, text in said if text]


def _failed(
    cause: str,
    summary: str,
    run: HelperRun,
    *more: Evidence,
    symptom: str = "",
    **facts: str,
) -> Verdict:
    facts |= {"helper": run.name, "error": run.said[:500]}
    return Verdict.failed(cause, summary, *_said(run), *more, symptom=symptom[:2000], facts=facts)
