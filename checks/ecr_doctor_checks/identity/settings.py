"""Asks whether settings of the AWS SDKs have values that these take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.aws_need import AwsNeedProbe
from ecr_doctor.probes.aws_settings import AwsSettingsProbe
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._judging import broken

if TYPE_CHECKING:
    from ecr_doctor.probes.aws_settings import AwsSetting

_OF_GO = "ecr-login"
"""Amazon's own helper."""


class Settings(Check):
    """The settings of the AWS SDKs have values that these take.

    What it looks at:
        AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, AWS_DEFAULTS_MODE, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE
        and the same settings of the profile; AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT
        and AWS_S3_USE_ARN_REGION. Where Amazon's helper should refuse one, it is run.

    Why a pull fails:
        Amazon's helper ends with a panic before it asks AWS, docker drops what it printed and goes
        on without a login. The AWS CLI takes other values, so that `aws` may well work: `legacy` is
        a retry mode of the CLI alone, and `1` a boolean of the CLI alone.

    When it cannot tell:
        The files of ~/.aws cannot be read.
    """

    id = "identity.settings"
    title = "Settings of the AWS SDKs have good values"
    requires = ("reference.registry-host",)
    causes = ("aws-setting-invalid",)

    def run(self, ctx: Context) -> Verdict:
        refused = ctx.observe(AwsSettingsProbe())
        need = ctx.try_observe(AwsNeedProbe()) if refused else None
        if need is not None and need.helper == _OF_GO:
            bad = [setting for setting in refused if setting.go_refuses]
            return _of_the_helper(ctx, bad) if bad else _passed()
        bad = [setting for setting in refused if setting.python_refuses]
        if not bad:
            return _passed()
        words = _words(bad[0], "the AWS CLI")
        return Verdict.warned("aws-setting-invalid", words, *_seen(bad), facts=_facts(bad[0]))


def _passed() -> Verdict:
    return Verdict.passed("what is set of the AWS SDKs has good values")


def _of_the_helper(ctx: Context, bad: list[AwsSetting]) -> Verdict:
    run = ctx.try_observe(HelperRunProbe(_OF_GO, ctx.target.host))
    if run is not None and run.status is HelperStatus.ANSWERED:
        words = "the credential helper answers in spite of strange settings of the AWS SDKs"
        return Verdict.passed(words, *_seen(bad))
    said = Evidence("panic", run.panic[:500], f"docker-credential-{_OF_GO} get") if run else None
    seen = [*_seen(bad), *([said] if said and said.value else [])]
    words = _words(bad[0], "Amazon's credential helper")
    return broken(ctx, "aws-setting-invalid", words, *seen, facts=_facts(bad[0]))


def _words(setting: AwsSetting, who: str) -> str:
    where = "" if setting.origin == "environment" else f" ({setting.origin})"
    what = f"{setting.name}{where} is {setting.value!r}"
    return f"{what}, at which {who} ends: it has to be {setting.wanted}"


def _seen(bad: list[AwsSetting]) -> list[Evidence]:
    return [Evidence(setting.name, setting.value, setting.origin) for setting in bad]


def _facts(setting: AwsSetting) -> dict[str, str]:
    return {"setting": setting.name, "value": setting.value, "wanted": setting.wanted}
