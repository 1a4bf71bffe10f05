from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from checks.client.views import DUAL, LATE, Seen, answered, config, helper
from ecr_doctor.model import Settings, Status, parse_target
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.docker_config import DockerConfigProbe
from ecr_doctor.probes.helper_run import HelperRun, HelperRunProbe, HelperStatus
from ecr_doctor.probes.helper_version import HelperVersion, HelperVersionProbe
from ecr_doctor.redact import Secret
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.client.helper_answers import HelperAnswers

NOT_FOUND, FAILED = HelperStatus.NOT_FOUND, HelperStatus.FAILED
AWS_SAYS = "operation error ECR: GetAuthorizationToken, api error AccessDeniedException: no"
REJECTED = "docker-credential-ecr-login can only be used with Amazon Elastic Container Registry."


def failed(**fields: Any) -> HelperRun:
    return answered(FAILED, exit_code=fields.pop("exit_code", 2), **fields)


@pytest.mark.parametrize(
    ("run", "cause"),
    [
        pytest.param(answered(), None, id="a login"),
        pytest.param(answered(expires=None, ecr_token=False), None, id="a login without a date"),
        pytest.param(answered(expires=LATE), "helper-serves-expired-token", id="stale cache"),
        pytest.param(answered(user="dev"), "helper-protocol-broken", id="wrong user"),
        pytest.param(answered(line_break=True), "helper-protocol-broken", id="line break"),
        pytest.param(answered(NOT_FOUND, log_error=AWS_SAYS), "helper-hides-aws-error", id="log"),
        pytest.param(answered(NOT_FOUND, stderr="oops"), "helper-hides-aws-error", id="stderr"),
        pytest.param(answered(NOT_FOUND), "helper-fails-silently", id="not found, no reason"),
        pytest.param(answered(NOT_FOUND, log_error=REJECTED), "helper-rejects-host", id="rejects"),
        pytest.param(answered(HelperStatus.HUNG, took=4.5), "helper-hangs", id="hangs"),
        pytest.param(answered(HelperStatus.INCOMPLETE), "helper-protocol-broken", id="empty"),
        pytest.param(answered(HelperStatus.IDENTITY_TOKEN), "helper-protocol-broken", id="token"),
        pytest.param(answered(HelperStatus.BROKEN), "helper-protocol-broken", id="no output"),
        pytest.param(answered(HelperStatus.BROKEN, message="x"), "helper-protocol-broken", id="x"),
        pytest.param(answered(HelperStatus.NOT_STARTED, problem="Exec format error"),
                     "helper-not-runnable", id="does not start"),
        pytest.param(failed(), "helper-fails-silently", id="exits without a word"),
        pytest.param(failed(exit_code=None, signal=9), "helper-fails-silently", id="killed"),
        pytest.param(failed(stderr="x"), "helper-hides-aws-error", id="exits with words"),
        pytest.param(failed(message='{"Secret"'), "helper-protocol-broken", id="JSON and exit 2"),
        pytest.param(failed(exit_code=127, stderr="python3: not found"), "helper-not-runnable",
                     id="a script that calls what is missing"),
        pytest.param(failed(panic="panic: failed to load SSO session: sso_session"),
                     "helper-outdated", id="panics on sso-session"),
        pytest.param(failed(panic="panic: assume role with MFA enabled, but no provider"),
                     "aws-profile-needs-mfa", id="panics on MFA"),
        pytest.param(failed(panic="panic: invalid value AWS_NEW_LIMIT=x, strconv.ParseInt: x"),
                     "aws-setting-invalid", id="panics on a number"),
        pytest.param(failed(panic="panic: invalid value for env var, AWS_NEW=x, need int64"),
                     "aws-setting-invalid", id="panics on a variable"),
        pytest.param(failed(panic="panic: invalid AWS_RETRY_MODE value, unknown RetryMode, x"),
                     "aws-setting-invalid", id="panics on a mode"),
        pytest.param(failed(panic="panic: error fetching config from profile, default, failed to "
                                  "load new_mode from shared config, invalid value: x"),
                     "aws-setting-invalid", id="panics on a setting of the profile"),
        pytest.param(failed(panic="panic: runtime error"), "helper-hides-aws-error", id="panics"),
    ],
)  # fmt: skip
def test_verdict(run: HelperRun, cause: str | None) -> None:
    seen: Seen = {DockerConfigProbe(): config(helper()), HelperRunProbe("ecr-login", HOST): run}
    verdict = HelperAnswers().run(context(seen))

    assert verdict.cause == cause
    assert verdict.status is (Status.FAIL if cause else Status.PASS)
    assert not any("planted" in fact.value for fact in verdict.evidence)


@pytest.mark.parametrize(
    ("version", "cause"),
    [("0.7.1", "helper-outdated"), ("", "helper-outdated"), ("0.12.0", "helper-rejects-host")],
)
def test_a_helper_too_old_for_the_dual_stack_name(version: str, cause: str) -> None:
    run = replace(answered(NOT_FOUND, log_error=REJECTED), server=DUAL)
    seen: Seen = {
        DockerConfigProbe(): config(helper(host=DUAL)),
        HelperRunProbe("ecr-login", DUAL): run,
        HelperVersionProbe("ecr-login"): HelperVersion(version=version),
    }
    verdict = HelperAnswers().run(context(seen, target=parse_target(f"{DUAL}/team/app")))

    assert verdict.cause == cause


@pytest.mark.parametrize(
    ("host", "version", "cause"),
    [
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "0.10.0", "helper-outdated"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "0.11.0", "helper-rejects-host"),
        ("ecr-public.aws.com", "0.11.0", "helper-outdated"),
        ("public.ecr.aws", "0.6.0", "helper-rejects-host"),
        ("registry.example.com", "0.6.0", "helper-rejects-host"),
    ],
)
def test_since_which_version_a_form_is_known(host: str, version: str, cause: str) -> None:
    run = replace(answered(NOT_FOUND, log_error=REJECTED), server=host)
    seen: Seen = {
        DockerConfigProbe(): config(helper(host=host)),
        HelperRunProbe("ecr-login", host): run,
        HelperVersionProbe("ecr-login"): HelperVersion(version=version),
    }

    assert HelperAnswers().run(context(seen, target=parse_target(f"{host}/a/b"))).cause == cause


def test_an_sso_session_that_the_helpers_sdk_does_not_know() -> None:
    run = answered(NOT_FOUND, log_error="profile x: sso_session is not known")
    seen: Seen = {DockerConfigProbe(): config(helper()), HelperRunProbe("ecr-login", HOST): run}

    assert HelperAnswers().run(context(seen)).cause == "helper-outdated"


def test_the_logs_error_is_symptom_and_evidence() -> None:
    run = answered(NOT_FOUND, log_error=AWS_SAYS)
    seen: Seen = {DockerConfigProbe(): config(helper()), HelperRunProbe("ecr-login", HOST): run}
    verdict = HelperAnswers().run(context(seen))

    assert verdict.symptom == AWS_SAYS
    assert verdict.evidence[0].value == AWS_SAYS


def test_a_store_as_helper_that_knows_nothing() -> None:
    run = replace(answered(NOT_FOUND), name="pass")
    bare: Seen = {DockerConfigProbe(): config(helper("pass")), HelperRunProbe("pass", HOST): run}
    content = {**helper("pass"), "auths": {HOST: {"auth": "QVdTOnNlY3JldA=="}}}
    hidden: Seen = {**bare, DockerConfigProbe(): config(content)}

    assert HelperAnswers().run(context(bare)).cause == "never-logged-in"
    assert HelperAnswers().run(context(hidden)).cause == "creds-store-shadows-login"


@pytest.mark.parametrize("content", [{}, {"credsStore": "desktop"}])
def test_does_not_apply(content: dict[str, Any]) -> None:
    seen: Seen = {DockerConfigProbe(): config(content)}

    assert HelperAnswers().run(context(seen)).status is Status.NOT_APPLICABLE


def test_a_helper_that_waits_for_a_dead_address_is_slow_and_answers_in_the_end() -> None:
    waits = DockerCredential(
        kind=SourceKind.HELPER, secret=Secret("token"), hangs=True, waits_for="192.0.2.1"
    )
    seen: Seen = {
        DockerConfigProbe(): config(helper()),
        HelperRunProbe("ecr-login", HOST): answered(HelperStatus.HUNG, took=4.5),
        DockerCredentialProbe(): waits,
    }

    verdict = HelperAnswers().run(context(seen))

    assert (verdict.status, verdict.cause) == (Status.WARN, "network-timeout")


def test_a_helper_that_was_stopped_may_have_been_slow() -> None:
    seen: Seen = {
        DockerConfigProbe(): config(helper()),
        HelperRunProbe("ecr-login", HOST): answered(HelperStatus.HUNG, took=5.5),
    }

    verdict = HelperAnswers().run(context(seen))

    assert "no answer within 5.5 s" in verdict.summary
    assert "or is slower" in verdict.summary
    assert verdict.doubtful
    stopped = next(e.value for e in verdict.evidence if e.what == "stopped after")
    assert stopped == "5.5 s without an answer; a pull would wait"


@pytest.mark.parametrize(
    ("run", "path", "cause"),
    [
        (answered(HelperStatus.HUNG, took=4.5), "~/keys", "no-aws-credentials"),
        (answered(NOT_FOUND, log_error="no EC2 IMDS role found"), "~/keys", "no-aws-credentials"),
        (answered(HelperStatus.HUNG, took=4.5), "/home/dev/keys", "helper-hangs"),
        (answered(NOT_FOUND, log_error=AWS_SAYS), "~/keys", "helper-hides-aws-error"),
        (answered(), "~/keys", None),
    ],
)
def test_a_tilde_that_go_does_not_expand(run: HelperRun, path: str, cause: str | None) -> None:
    seen: Seen = {DockerConfigProbe(): config(helper()), HelperRunProbe("ecr-login", HOST): run}
    settings = Settings(env={"AWS_SHARED_CREDENTIALS_FILE": path})

    assert HelperAnswers().run(context(seen, settings=settings)).cause == cause
