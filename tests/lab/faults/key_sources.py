"""Keys by other ways: files that are none, tildes that nobody expands, tokens STS refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.answers import rule
from lab.faults.combined import with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import INSIDE
from lab.servers.metadata import CONTAINER, INSTANCE

if TYPE_CHECKING:
    from lab.world import Lab


_REGION = f"region = {names.REGION}\n"

_KEYS = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"

_GONE = "aws_access_key_id = AKIAGONEGONEGONEGONE\naws_secret_access_key = zzz\n"

_POD = {"AWS_ROLE_ARN": state.ROLE_ARN, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{INSIDE}/token"}

_NO_KEYS = ("no-aws-credentials", "imds-unreachable")


def _no_keys(lab: Lab) -> None:
    (lab.user.path / ".aws/credentials").unlink()


def _moved(lab: Lab) -> None:
    """Move the keys to ~/keys, where a variable may lead."""
    (lab.user.path / ".aws/credentials").rename(lab.user.path / "keys")


def _keys_folder(lab: Lab) -> None:
    _no_keys(lab)
    (lab.user.path / ".aws/credentials").mkdir()


def _no_folder(lab: Lab) -> None:
    _no_keys(lab)
    (lab.user.path / ".aws/config").unlink()
    (lab.user.path / ".aws").rmdir()
    lab.user.write(".aws", "x")


def _pipe(lab: Lab) -> None:
    _no_keys(lab)
    lab.namespace.script([f"mkfifo -m 644 {INSIDE}/.aws/credentials"])


def _link(lab: Lab) -> None:
    _moved(lab)
    (lab.user.path / ".aws/credentials").symlink_to("../keys")


def _files(config: str, credentials: str = "") -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write(".aws/config", config)
        if credentials:
            lab.user.write(".aws/credentials", credentials)
        else:
            _no_keys(lab)

    return inject


def _process(command: str, **answer: object) -> Injection:
    """Return an injection of a credential_process whose script is ~/keys.sh."""
    keys = {"Version": 1, "AccessKeyId": state.KEY_ID, "SecretAccessKey": state.SECRET_KEY}
    script = f"#!/bin/sh\necho '{json.dumps({**keys, **answer})}'\n"

    def inject(lab: Lab) -> None:
        _files(f"[default]\n{_REGION}credential_process = {command}\n")(lab)
        lab.user.write("keys.sh", script).chmod(0o755)

    return inject


def _error(code: str, message: str) -> str:
    error = f"<Code>{code}</Code><Message>{message}</Message>"
    return f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"


def _token_refused(code: str, message: str, status: int = 400) -> Injection:
    """Return an injection of a pod whose token STS does not take."""

    def inject(lab: Lab) -> None:
        _no_keys(lab)
        lab.user.write("token", state.WEB_IDENTITY)
        rule(
            "sts*", status=status, headers={"Content-Type": "text/xml"}, body=_error(code, message)
        )(lab)

    return inject


def _sts(code: str, message: str) -> Injection:
    return with_role(
        rule("sts*", status=400, headers={"Content-Type": "text/xml"}, body=_error(code, message))
    )


def _metadata(address: str = INSTANCE, mode: str = "ok") -> Injection:
    def inject(lab: Lab) -> None:
        _no_keys(lab)
        lab.add_address(address)
        lab.update(metadata=mode)

    return inject


def _works(name: str, summary: str, inject: Injection = nothing, **env: str) -> Fault:
    return Fault(name, "none", summary, inject, pull_works=True, env=env)


def _fails(name: str, summary: str, inject: Injection, *accept: str, **env: str) -> Fault:
    return Fault(name, "aws-credentials", summary, inject, accept, says=NO_CREDENTIALS, env=env)


FAULTS = (
    _fails(
        "keys-file-tilde",
        "AWS_SHARED_CREDENTIALS_FILE begins with a tilde, which no shell has expanded",
        _moved,
        *_NO_KEYS,
        AWS_SHARED_CREDENTIALS_FILE="~/keys",
    ),
    _fails(
        "token-file-tilde",
        "AWS_WEB_IDENTITY_TOKEN_FILE begins with a tilde",
        _token_refused("never", "asked"),
        "web-identity-token-unreadable",
        AWS_ROLE_ARN=state.ROLE_ARN,
        AWS_WEB_IDENTITY_TOKEN_FILE="~/token",
    ),
    _fails(
        "keys-folder",
        "a folder stands in the place of ~/.aws/credentials",
        _keys_folder,
        "aws-config-unparsable",
        *_NO_KEYS,
    ),
    _fails(
        "aws-folder-file",
        "a file stands in the place of ~/.aws",
        _no_folder,
        "aws-config-unparsable",
        *_NO_KEYS,
    ),
    _fails(
        "keys-pipe",
        "~/.aws/credentials is a pipe that nobody writes to",
        _pipe,
        "aws-config-unparsable",
        "helper-hangs",
        *_NO_KEYS,
    ),
    _works("keys-link", "~/.aws/credentials is a link to the keys", _link),
    _works(
        "keys-variable-relative",
        "AWS_SHARED_CREDENTIALS_FILE is relative",
        _moved,
        AWS_SHARED_CREDENTIALS_FILE="keys",
    ),
    _works(
        "profile-default-variable",
        "AWS_DEFAULT_PROFILE names the good one of two profiles",
        _files(
            f"[default]\n{_REGION}[profile work]\n{_REGION}", f"[default]\n{_GONE}[work]\n{_KEYS}"
        ),
        AWS_DEFAULT_PROFILE="work",
    ),
    _works(
        "profile-both-variables",
        "AWS_PROFILE names the good profile, AWS_DEFAULT_PROFILE one that is missing",
        _files(
            f"[default]\n{_REGION}[profile work]\n{_REGION}", f"[default]\n{_GONE}[work]\n{_KEYS}"
        ),
        AWS_PROFILE="work",
        AWS_DEFAULT_PROFILE="gone",
    ),
    _works(
        "process-relative",
        "credential_process is relative to the working folder",
        _process("./keys.sh"),
    ),
    _works(
        "process-tilde",
        "credential_process begins with a tilde, which its shell expands",
        _process("~/keys.sh"),
    ),
    _works(
        "process-empty-token",
        "credential_process gives an empty session token",
        _process("./keys.sh", SessionToken=""),
    ),
    _fails(
        "process-version-text",
        "credential_process gives its version as a text",
        _process("./keys.sh", Version="1"),
        "credential-process-fails",
    ),
    _fails(
        "process-date-odd",
        "credential_process gives an expiration that is no date of RFC 3339",
        _process("./keys.sh", Expiration="2040-01-01 00:00:00"),
        "credential-process-fails",
    ),
    _fails(
        "process-half",
        "credential_process gives no secret",
        _process("./keys.sh", SecretAccessKey=""),
        "credential-process-fails",
    ),
    _fails(
        "token-audience",
        "the pod's token is for another audience",
        _token_refused("InvalidIdentityToken", "Incorrect token audience"),
        "assume-role-refused",
        **_POD,
    ),
    _fails(
        "token-provider",
        "the account has no provider for the pod's tokens",
        _token_refused(
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://oidc.eks.example",
        ),
        "assume-role-refused",
        **_POD,
    ),
    _fails(
        "token-expired-words",
        "the pod's token has expired",
        _token_refused(
            "ExpiredTokenException",
            "Token expired: current date/time 1700003600 must be before the expiration date/time "
            "1700000000",
        ),
        "aws-session-expired",
        "assume-role-refused",
        **_POD,
    ),
    _fails(
        "token-beside-keys",
        "good keys are in the file, and a pod's variables, left over, go before it",
        nothing,
        "web-identity-token-unreadable",
        "aws-env-shadows-profile",
        AWS_ROLE_ARN=state.ROLE_ARN,
        AWS_WEB_IDENTITY_TOKEN_FILE="/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
    ),
    _works(
        "task-variable-beside-keys",
        "a task's variable is left over, and the keys are in the file",
        nothing,
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v2/credentials/gone",
    ),
    _fails(
        "task-variable-no-slash",
        "the task's variable does not begin with a slash",
        _metadata(CONTAINER),
        "container-credentials-unreachable",
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="v2/credentials/lab",
    ),
    _fails(
        "role-seconds",
        "the profile wants a session that is longer than the role's longest",
        _sts(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ),
        "assume-role-refused",
        "aws-profile-incomplete",
    ),
    _fails(
        "profile-bundle-missing",
        "the profile's ca_bundle names no file",
        _files(f"[default]\n{_REGION}ca_bundle = /nowhere/ca.pem\n", f"[default]\n{_KEYS}"),
        "ca-bundle-missing",
        AWS_CA_BUNDLE="",
    ),
    _works("cache-tilde", "AWS_ECR_CACHE_DIR begins with a tilde", AWS_ECR_CACHE_DIR="~/.ecr"),
    _works("cache-is-file", "AWS_ECR_CACHE_DIR is a file", AWS_ECR_CACHE_DIR="/etc/passwd"),
    _works("cache-no", "AWS_ECR_DISABLE_CACHE is a word", AWS_ECR_DISABLE_CACHE="no"),
    _works(
        "metadata-six",
        "the metadata service is asked by IPv6, and nobody needs it",
        AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE="IPv6",
    ),
    _fails(
        "metadata-six-only",
        "the metadata service is asked by IPv6, which the instance has not",
        _metadata(),
        "imds-unreachable",
        "no-aws-credentials",
        AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE="IPv6",
    ),
)
