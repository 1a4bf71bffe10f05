"""One line for whoever reads docker's output: why there is no token, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.auth.endpoints import ecr_api_host
from ecr_doctor.auth.failure import Failure, FailureKind
from ecr_doctor.redact import clean_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.model import RegistryHost

_LONGEST = 400
"""Characters kept of what a service or library says."""

_REASONS = {
    FailureKind.NO_CREDENTIALS: "found no AWS credentials in the environment, in ~/.aws ({profile})"
    " or from a metadata service{silent}",
    FailureKind.PROFILE_MISSING: "the AWS profile that is asked for does not exist ({said})",
    FailureKind.CONFIG_INVALID: "the AWS configuration cannot be used ({said})",
    FailureKind.PARTIAL_CREDENTIALS: "the AWS credentials are incomplete ({said})",
    FailureKind.PROVIDER_FAILED: "the source of AWS credentials failed ({said})",
    FailureKind.PROCESS_HANGS: "the credential_process of {profile} did not answer ({said})",
    FailureKind.MFA_NEEDED: "{profile} needs an MFA code, which a credential helper cannot ask for",
    FailureKind.SSO_EXPIRED: "the AWS SSO session is over ({said})",
    FailureKind.KEY_UNKNOWN: "AWS does not know the access key ({said})",
    FailureKind.SIGNATURE_WRONG: "the AWS secret key does not belong to the access key ({said})",
    FailureKind.SESSION_EXPIRED: "the AWS session credentials have expired ({said})",
    FailureKind.CLOCK_SKEW: "this machine's clock differs from AWS's ({said})",
    FailureKind.DENIED: "AWS refuses {wanted} ({said})",
    FailureKind.THROTTLED: "AWS throttles the requests for tokens ({said})",
    FailureKind.SERVER_ERROR: "{api} failed ({said})",
    FailureKind.BAD_ANSWER: "what answers as {api} is not AWS ({said})",
    FailureKind.DNS: "the name {api} cannot be resolved",
    FailureKind.CONNECT: "{api} cannot be reached ({said})",
    FailureKind.TIMEOUT: "{api} does not answer in time",
    FailureKind.TLS: "the certificate of {api} is not trusted ({said})",
    FailureKind.CA_BUNDLE: "the file of trusted certificates cannot be used ({said})",
    FailureKind.PROXY: "the proxy to {api} does not let the request through ({said})",
}
_NEXT = {
    FailureKind.NO_CREDENTIALS: "run `aws configure` or `aws sso login`, or set AWS_PROFILE",
    FailureKind.PROFILE_MISSING: "see `aws configure list-profiles`, and set AWS_PROFILE to one",
    FailureKind.PARTIAL_CREDENTIALS: "see `aws configure list`",
    FailureKind.PROCESS_HANGS: "run that command by hand",
    FailureKind.MFA_NEEDED: "get a session first, as with `aws sts get-session-token`",
    FailureKind.SSO_EXPIRED: "run `aws sso login`",
    FailureKind.KEY_UNKNOWN: "see `aws configure list` for where the key comes from",
    FailureKind.SIGNATURE_WRONG: "see `aws configure list` for where the key comes from",
    FailureKind.SESSION_EXPIRED: "renew them, as with `aws sso login`",
    FailureKind.CLOCK_SKEW: "set the clock, as with `sudo timedatectl set-ntp true`",
    FailureKind.DENIED: "run `aws sts get-caller-identity`, and allow ecr:GetAuthorizationToken",
}


def advise(
    failure: Failure, registry: RegistryHost, env: Mapping[str, str], *, metadata_in_vain: bool
) -> str:
    """The reason and the next command, on one line, without secrets."""
    name = env.get("AWS_DEFAULT_PROFILE") or env.get("AWS_PROFILE") or "default"
    reason = _REASONS.get(failure.kind, "no token for {host} ({said})").format(
        api=ecr_api_host(registry),
        host=registry.name,
        profile=f"profile {name}",
        said=one_line(f"{failure.code}: {failure.message}" if failure.status else failure.message),
        wanted="the role" if "sts:AssumeRole" in failure.message else "a token",
        silent=" (169.254.169.254 gave none)" if metadata_in_vain else "",
    )
    step = _NEXT.get(failure.kind, "")
    if failure.kind is FailureKind.DENIED and "sts:AssumeRole" in failure.message:
        step = "allow the caller sts:AssumeRole, and name it in the role's trust policy"
    check = f"`ecr-doctor run {registry.name}/REPOSITORY:TAG` tells more"
    return one_line(f"{reason}: {step}; {check}" if step else f"{reason}: {check}", _LONGEST * 2)


def one_line(text: str, longest: int = _LONGEST) -> str:
    """A text of another program as one printable line, without secrets, cut where too long."""
    printable = "".join(c if c.isprintable() else " " for c in text[: longest * 4])
    line = " ".join(clean_shapes(printable).split())
    return line if len(line) <= longest else line[: longest - 3] + "..."
