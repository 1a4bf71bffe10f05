"""Faults of AWS credentials, profiles, clock and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import HELPER, auths

if TYPE_CHECKING:
    from lab.world import Lab

_GONE_KEY = "AKIAGONEGONEGONEGONE"
_THROTTLED = '{"__type":"ThrottlingException","message":"Rate exceeded"}'
_SSO = """[default]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = us-east-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
_REGION = f"[default]\nregion = {names.REGION}\n"
_ROLE = f"""[default]
role_arn = {state.ROLE_ARN}
source_profile = base
region = us-east-1
"""


def _keys(key: str, secret: str, token: str = "") -> Injection:
    """Return an injection that writes other keys into ~/.aws/credentials."""
    return lambda lab: lab.user.write_keys(key, secret, token)


def _config(text: str) -> Injection:
    """Return an injection that writes ~/.aws/config and removes the keys."""

    def inject(lab: Lab) -> None:
        lab.user.write(".aws/config", text)
        (lab.user.path / ".aws/credentials").unlink()

    return inject


def _process(command: str) -> Injection:
    """Return an injection that takes the keys from a program's output."""
    return _config(f"[default]\nregion = {names.REGION}\ncredential_process = {command}\n")


def _expired_session(lab: Lab) -> None:
    lab.state["keys"][state.SESSION_KEY_ID]["expires"] = 1
    lab.save()
    lab.user.write_keys(state.SESSION_KEY_ID, state.SESSION_SECRET_KEY, state.SESSION_TOKEN)


def _inactive_key(lab: Lab) -> None:
    lab.state["keys"][state.KEY_ID]["inactive"] = True
    lab.save()


def _role(more: str = "") -> Injection:
    """Return an injection of a profile that assumes a role."""
    return lambda lab: _write_role(lab, more)


def _write_role(lab: Lab, more: str = "") -> None:
    lab.user.write(".aws/config", _ROLE + more)
    keys = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"
    lab.user.write(".aws/credentials", f"[base]\n{keys}")


def _role_refused(lab: Lab) -> None:
    lab.state["principals"][state.ROLE_ARN]["trust"] = state.policy()
    lab.save()
    _write_role(lab)


def _unparsable(lab: Lab) -> None:
    lab.user.write(".aws/credentials", "[default\naws_access_key_id = x\n")


def _no_region(lab: Lab) -> None:
    lab.user.write(".aws/config", "[default]\noutput = json\n")


def _other_region(lab: Lab) -> None:
    lab.user.write(".aws/config", f"[default]\nregion = {names.OTHER_REGION}\n")
    login = auths(lab.token(names.OTHER_REGION), names.OTHER_REGION_HOST)
    lab.user.write_config({**login, **HELPER})


def _api(**rule: object) -> Injection:
    """Return an injection in which a rule answers in the API's place."""
    return lambda lab: lab.update(http=[{"host": names.API_HOST, **rule}])


def _clock(seconds: int) -> Injection:
    """Return an injection that moves AWS's clock, so that ours seems wrong."""
    return lambda lab: lab.update(clock_offset=seconds)


FAULTS = (
    Fault(
        "aws-unknown-key",
        "aws-credentials",
        "the access key was deleted",
        _keys(_GONE_KEY, state.SECRET_KEY),
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-wrong-secret",
        "aws-credentials",
        "the secret key is not the access key's",
        _keys(state.KEY_ID, "notTheRightSecret/abcdefghijklmnopqrstuv"),
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-inactive-key",
        "aws-credentials",
        "the access key was made inactive",
        _inactive_key,
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-missing-session-token",
        "aws-credentials",
        "a temporary key without its session token",
        _keys(state.SESSION_KEY_ID, state.SESSION_SECRET_KEY),
        ("aws-env-incomplete", "aws-keys-invalid"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-session-expired",
        "aws-credentials",
        "the session's keys have expired",
        _expired_session,
        ("aws-session-expired",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-session-keys",
        "none",
        "a live session's keys",
        _keys(state.SESSION_KEY_ID, state.SESSION_SECRET_KEY, state.SESSION_TOKEN),
        pull_works=True,
    ),
    Fault(
        "aws-env-shadows-profile",
        "aws-credentials",
        "stale AWS_* variables win over a good profile",
        nothing,
        ("aws-env-shadows-profile", "aws-keys-invalid"),
        says=NO_CREDENTIALS,
        env={"AWS_ACCESS_KEY_ID": _GONE_KEY, "AWS_SECRET_ACCESS_KEY": "zzz"},
    ),
    Fault(
        "aws-partial-env",
        "aws-credentials",
        "AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY, and no files",
        _config(_REGION),
        ("aws-env-incomplete",),
        says=NO_CREDENTIALS,
        env={"AWS_ACCESS_KEY_ID": state.KEY_ID},
        slow=True,
    ),
    Fault(
        "aws-no-credentials",
        "aws-credentials",
        "no keys anywhere, and no metadata service",
        _config(_REGION),
        ("no-aws-credentials", "imds-unreachable"),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "aws-profile-missing",
        "aws-credentials",
        "AWS_PROFILE names a profile that does not exist",
        nothing,
        ("aws-profile-missing",),
        says=NO_CREDENTIALS,
        env={"AWS_PROFILE": "prodction"},
        slow=True,
    ),
    Fault(
        "aws-credentials-unparsable",
        "aws-credentials",
        "~/.aws/credentials cannot be parsed",
        _unparsable,
        ("aws-config-unparsable",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-sso-expired",
        "aws-credentials",
        "an SSO profile whose session is not logged in",
        _config(_SSO),
        ("aws-session-expired",),
        says=NO_CREDENTIALS,
    ),
    Fault("aws-role", "none", "the profile assumes a role", _role(), pull_works=True),
    Fault(
        "aws-role-refused",
        "aws-credentials",
        "the role's trust policy does not name the user",
        _role_refused,
        ("assume-role-refused",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-process-fails",
        "aws-credentials",
        "credential_process exits with an error",
        _process("sh -c 'echo no vault >&2; exit 3'"),
        ("credential-process-fails",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-process-garbage",
        "aws-credentials",
        "credential_process prints no JSON",
        _process("date"),
        ("credential-process-fails",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-process-hangs",
        "aws-credentials",
        "credential_process never ends",
        _process("sleep 600"),
        ("credential-process-hangs", "helper-hangs"),
        slow=True,
    ),
    Fault(
        "aws-profile-mfa",
        "aws-credentials",
        "the role of the profile wants a code of the second factor",
        _role(f"mfa_serial = arn:aws:iam::{names.ACCOUNT}:mfa/lab-dev\n"),
        ("aws-profile-needs-mfa",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-profile-incomplete",
        "aws-credentials",
        "the profile names a role and no source of keys",
        _config(f"[default]\nrole_arn = {state.ROLE_ARN}\nregion = {names.REGION}\n"),
        ("aws-profile-incomplete",),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "api-throttled",
        "aws-api",
        "the API throttles every call",
        _api(status=400, body=_THROTTLED),
        ("ecr-api-throttled", "token-request-storm"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "api-500",
        "aws-api",
        "the API answers 500",
        _api(status=500),
        ("ecr-service-side",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "aws-region-missing",
        "aws-config",
        "no region configured: the helper takes it from the host name",
        _no_region,
        pull_works=True,
    ),
    Fault(
        "aws-region-other",
        "aws-config",
        "another region configured, and a login made for it",
        _other_region,
        ("login-for-other-registry",),
        pull_works=True,
    ),
    Fault(
        "clock-20m-behind",
        "clock",
        "the machine's clock is 20 minutes behind",
        _clock(20 * 60),
        ("clock-skew",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "clock-20m-ahead",
        "clock",
        "the machine's clock is 20 minutes ahead",
        _clock(-20 * 60),
        ("clock-skew",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "ca-bundle-missing-file",
        "environment",
        "AWS_CA_BUNDLE names a file that does not exist",
        nothing,
        ("ca-bundle-missing",),
        says=NO_CREDENTIALS,
        env={"AWS_CA_BUNDLE": "/home/dev/corp-ca.pem"},
    ),
    Fault(
        "endpoint-url-stray",
        "environment",
        "AWS_ENDPOINT_URL is left over from LocalStack; the helper ignores it",
        nothing,
        ("endpoint-url-override",),
        pull_works=True,
        env={"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
    ),
)
