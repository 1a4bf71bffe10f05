"""Profiles that lead to other profiles, to programs and to logins; and strange files of theirs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, works
from lab.servers.metadata import INSTANCE

if TYPE_CHECKING:
    from lab.world import Lab

_REGION = f"region = {names.REGION}\n"
_KEYS = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"
_GONE = "aws_access_key_id = AKIAGONEGONEGONEGONE\naws_secret_access_key = zzz\n"
_ROLE = f"role_arn = {state.ROLE_ARN}\n"
_INCOMPLETE = ("aws-profile-incomplete", "aws-config-unparsable")
_BAD_PROCESS = ("credential-process-fails",)
_OLD_SESSION = """aws_access_key_id = ASIALABLABLABLABLAB1
aws_secret_access_key = {secret}
aws_session_token = {token}
"""


def _files(config: str, credentials: str = "") -> Injection:
    """Return an injection of ~/.aws/config and credentials; without text the latter goes."""

    def inject(lab: Lab) -> None:
        lab.user.write(".aws/config", config)
        if credentials:
            lab.user.write(".aws/credentials", credentials)
        else:
            (lab.user.path / ".aws/credentials").unlink()

    return inject


def _role(source: str, credentials: str = "", more: str = "") -> Injection:
    """Return an injection of a default profile that assumes the role with keys of a source."""
    return _files(f"[default]\n{_ROLE}{source}\n{_REGION}{more}", credentials)


def _process(command: str, script: str = "") -> Injection:
    """Return an injection of a credential_process, and of its script at ~/keys.sh."""

    def inject(lab: Lab) -> None:
        _files(f"[default]\n{_REGION}credential_process = {command}\n")(lab)
        lab.user.write("keys.sh", script).chmod(0o755)

    return inject


def _answer(version: int = 1, **more: str) -> str:
    """Return a script that prints keys as a credential_process does."""
    keys = {"AccessKeyId": state.KEY_ID, "SecretAccessKey": state.SECRET_KEY}
    return f"#!/bin/sh\necho '{json.dumps({'Version': version, **keys, **more})}'\n"


def _instance_role(lab: Lab) -> None:
    lab.add_address(INSTANCE)
    _role("credential_source = Ec2InstanceMetadata")(lab)


def _expired_source(lab: Lab) -> None:
    lab.state["keys"][state.SESSION_KEY_ID]["expires"] = 1
    lab.save()
    old = _OLD_SESSION.format(secret=state.SESSION_SECRET_KEY, token=state.SESSION_TOKEN)
    _role("source_profile = base", f"[base]\n{old}")(lab)


def _web_identity(lab: Lab) -> None:
    lab.user.write("token", state.WEB_IDENTITY)
    _role("web_identity_token_file = /home/dev/token")(lab)


def _web_identity_expired(lab: Lab) -> None:
    _web_identity(lab)
    body = (
        "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException</Code>"
        "<Message>Token expired: current date/time 1764000000 must be before the expiration "
        "date/time 1763990000</Message></Error></ErrorResponse>"
    )
    lab.update(http=[{"host": "sts*", "status": 400, "body": body}])


def _role_arn_refused(lab: Lab) -> None:
    body = (
        "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>"
        "<Message>lab-puller is invalid</Message></Error></ErrorResponse>"
    )
    _files(
        f"[default]\nrole_arn = lab-puller-of-the-lab\nsource_profile = base\n{_REGION}",
        f"[base]\n{_KEYS}",
    )(lab)
    lab.update(http=[{"host": "sts*", "status": 400, "body": body}])


_LOOP = f"""[profile a]
{_ROLE}source_profile = b
{_REGION}
[profile b]
{_ROLE}source_profile = a
{_REGION}"""
_CHAIN = f"""[default]
{_ROLE}source_profile = middle
{_REGION}
[profile middle]
{_ROLE}source_profile = base
{_REGION}"""
_SSO_WITHOUT_SESSION = f"""[default]
sso_session = corp
sso_account_id = {names.ACCOUNT}
sso_role_name = Developer
{_REGION}"""
_LOGIN_SESSION = f"[default]\nlogin_session = {state.USER_ARN}\n{_REGION}"


def _fails(name: str, summary: str, inject: Injection, *accept: str, slow: bool = False) -> Fault:
    return Fault(name, "aws-credentials", summary, inject, accept, says=NO_CREDENTIALS, slow=slow)


FAULTS = (
    Fault(
        "profile-source-loop",
        "aws-credentials",
        "two profiles are each other's source_profile",
        _files(_LOOP),
        _INCOMPLETE,
        says=NO_CREDENTIALS,
        env={"AWS_PROFILE": "a"},
        slow=True,
    ),
    works(
        "profile-source-itself",
        "the profile is its own source_profile, and has keys",
        _role("source_profile = default", more=_KEYS),
    ),
    works(
        "profile-role-chain",
        "a role, with whose keys the role is assumed",
        _files(_CHAIN, f"[base]\n{_KEYS}"),
    ),
    _fails(
        "profile-source-missing",
        "source_profile names no profile",
        _role("source_profile = bsae", f"[base]\n{_KEYS}"),
        "aws-profile-missing",
        "aws-profile-incomplete",
    ),
    _fails(
        "profile-source-without-keys",
        "the source_profile has a region and no keys",
        _role("source_profile = base", f"[other]\n{_KEYS}", f"[profile base]\n{_REGION}"),
        "aws-profile-incomplete",
        "no-aws-credentials",
    ),
    _fails(
        "profile-source-dead",
        "the keys of the source_profile are deleted",
        _role("source_profile = base", f"[base]\n{_GONE}"),
        "aws-keys-invalid",
    ),
    _fails(
        "profile-source-expired",
        "the session of the source_profile has expired",
        _expired_source,
        "aws-session-expired",
    ),
    _fails(
        "profile-source-environment",
        "credential_source is Environment, and no variable is set",
        _role("credential_source = Environment"),
        "aws-env-incomplete",
        "aws-profile-incomplete",
        "no-aws-credentials",
    ),
    _fails(
        "profile-source-typo",
        "credential_source is none that exists",
        _role("credential_source = EC2"),
        *_INCOMPLETE,
    ),
    _fails(
        "profile-two-sources",
        "source_profile and credential_source both",
        _role("source_profile = base\ncredential_source = Environment", f"[base]\n{_KEYS}"),
        *_INCOMPLETE,
    ),
    works("profile-source-instance", "the instance assumes the role", _instance_role),
    works("profile-web-identity", "the profile has a pod's token", _web_identity),
    _fails(
        "profile-web-identity-expired",
        "the pod's token has expired",
        _web_identity_expired,
        "aws-session-expired",
        "assume-role-refused",
    ),
    _fails(
        "profile-web-identity-alone",
        "a pod's token, and no role",
        _files(f"[default]\nweb_identity_token_file = /home/dev/token\n{_REGION}"),
        "aws-profile-incomplete",
        "no-aws-credentials",
        slow=True,
    ),
    _fails(
        "profile-role-unknown",
        "the role's name is misspelled",
        _files(
            f"[default]\nrole_arn = {state.ROLE_ARN}s\nsource_profile = base\n{_REGION}",
            f"[base]\n{_KEYS}",
        ),
        "assume-role-refused",
    ),
    _fails(
        "profile-role-no-arn",
        "role_arn is a name",
        _role_arn_refused,
        "assume-role-refused",
        "aws-profile-incomplete",
    ),
    _fails(
        "profile-sso-without-session",
        "sso_session names a section that does not exist",
        _files(_SSO_WITHOUT_SESSION),
        *_INCOMPLETE,
        "aws-session-expired",
        "helper-outdated",
        slow=True,
    ),
    _fails(
        "profile-login-session",
        "a profile of `aws login`, without a session",
        _files(_LOGIN_SESSION),
        "aws-session-expired",
        "helper-outdated",
        slow=True,
    ),
    _fails(
        "process-missing",
        "credential_process names no program",
        _process("/opt/vault/aws-keys --role dev"),
        *_BAD_PROCESS,
    ),
    works(
        "process-shell",
        "credential_process needs a shell, which Go gives it",
        _process("sh $HOME/keys.sh", _answer()),
    ),
    works(
        "process-noisy",
        "credential_process chats on stderr",
        _process("sh /home/dev/keys.sh", _answer().replace("echo", "echo hello >&2; echo")),
    ),
    works(
        "process-slow",
        "credential_process takes 2 s",
        _process("sh /home/dev/keys.sh", _answer().replace("echo", "sleep 2; echo")),
    ),
    _fails(
        "process-version-2",
        "credential_process answers in version 2",
        _process("sh /home/dev/keys.sh", _answer(2)),
        *_BAD_PROCESS,
    ),
    works(
        "process-expired",
        "credential_process says that its keys have expired: this helper does not look",
        _process("sh /home/dev/keys.sh", _answer(Expiration="2024-01-01T00:00:00Z")),
    ),
    _fails(
        "process-secret-in-error",
        "credential_process fails and prints the secret",
        _process("sh /home/dev/keys.sh", f"#!/bin/sh\necho '{_KEYS}' >&2\nexit 4\n"),
        *_BAD_PROCESS,
    ),
    works(
        "keys-two-sections",
        "[default] is twice in the file: Go merges them",
        _files(f"[default]\n{_REGION}", f"[default]\n{_KEYS}\n[default]\n{_REGION}"),
    ),
    works(
        "keys-line-twice",
        "the secret is twice in the file: for Go the last one counts",
        _files(f"[default]\n{_REGION}", f"[default]\naws_secret_access_key = zzz\n{_KEYS}"),
    ),
    works(
        "keys-comments",
        "the file has comments of both kinds and empty lines",
        _files(f"# mine\n[default]\n{_REGION}", f"; old\n\n[default]\n# the keys\n{_KEYS}\n\n"),
    ),
    _fails(
        "keys-commented-line",
        "a comment follows the secret on its line",
        _files(f"[default]\n{_REGION}", f"[default]\n{_KEYS.rstrip()}# of the lab\n"),
        "aws-keys-invalid",
    ),
    works(
        "keys-utf8",
        "the files have words that are not ASCII",
        _files(f"# clé de démo\n[default]\n{_REGION}", f"# schlüssel\n[default]\n{_KEYS}"),
    ),
)
