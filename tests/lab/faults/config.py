"""Faults of docker's config.json and of the logins stored in it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from lab import names
from lab.faults.model import EXPIRED, NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import HELPER, auths

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
# A credential store that works and is empty.
_EMPTY_STORE = "#!/bin/sh\necho 'credentials not found in native keychain'\nexit 1\n"
_BOM_CONFIG = b'\xef\xbb\xbf{"credHelpers":{"%s":"ecr-login"}}' % _HOST.encode()


def _config(value: dict[str, Any] | str | bytes) -> Injection:
    """Return an injection that writes config.json."""
    return lambda lab: lab.user.write_config(value)


def _helper_for(key: str, helper: str = "ecr-login") -> Injection:
    """Return an injection that writes one credHelpers entry."""
    return _config({"credHelpers": {key: helper}})


def _remove(lab: Lab) -> None:
    lab.user.docker_config.unlink()


def _directory(lab: Lab) -> None:
    _remove(lab)
    lab.user.docker_config.mkdir()


def _dangling_link(lab: Lab) -> None:
    _remove(lab)
    lab.user.docker_config.symlink_to("/home/dev/dotfiles/docker.json")


def _unreadable(lab: Lab) -> None:
    lab.user.docker_config.chmod(0o600)


def _fresh_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token()))


def _https_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token(), f"https://{_HOST}"))


def _expired_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token(expired=True)))


def _expired_duplicate(lab: Lab) -> None:
    old, new = auths(lab.token(expired=True)), auths(lab.token(), f"https://{_HOST}")
    lab.user.write_config({"auths": {**old["auths"], **new["auths"]}})


def _wrong_user(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token(), user="user"))


def _other_region_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token(names.OTHER_REGION)))


def _other_host_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token(names.OTHER_REGION), names.OTHER_REGION_HOST))


def _truncated_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token()[:1000]))


def _carriage_return(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token() + "\r"))


def _aws_keys_as_login(lab: Lab) -> None:
    key, record = next(iter(lab.state["keys"].items()))
    lab.user.write_config(auths(record["secret"], user=key))


def _shadowed_by_store(lab: Lab) -> None:
    lab.install("docker-credential-labstore", _EMPTY_STORE)
    lab.user.write_config({**auths(lab.token()), "credsStore": "labstore"})


def _falls_back(lab: Lab) -> None:
    lab.user.write_config({**auths(lab.token()), "credHelpers": {_HOST: "not-installed"}})


def _elsewhere(lab: Lab) -> None:
    lab.user.write("ci-docker/config.json", "{}")


FAULTS = (
    Fault("healthy", "none", "nothing is wrong", nothing, pull_works=True),
    Fault(
        "healthy-static-login",
        "none",
        "config.json holds a fresh auths entry instead of a helper",
        _fresh_login,
        pull_works=True,
    ),
    Fault(
        "no-config",
        "docker-config",
        "~/.docker/config.json is missing",
        _remove,
        ("never-logged-in",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-empty-object",
        "docker-config",
        "config.json is {}",
        _config({}),
        ("never-logged-in",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-bad-json",
        "docker-config",
        "config.json has a trailing comma",
        _config(f'{{"credHelpers": {{"{_HOST}": "ecr-login",}}}}'),
        ("config-json-invalid",),
        says="config.json",
    ),
    Fault(
        "config-missing-brace",
        "docker-config",
        "config.json ends too early",
        _config(f'{{"credHelpers": {{"{_HOST}": "ecr-login"}}'),
        ("config-json-invalid",),
        says="unexpected EOF",
    ),
    Fault(
        "config-wrong-type",
        "docker-config",
        "credHelpers is a list, where docker wants an object",
        _config('{"credHelpers": ["ecr-login"]}'),
        ("config-json-invalid",),
        says="cannot unmarshal",
    ),
    Fault(
        "config-empty-file",
        "docker-config",
        "config.json is an empty file",
        _config(""),
        ("config-json-invalid", "never-logged-in"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-bom",
        "docker-config",
        "config.json starts with a byte order mark",
        _config(_BOM_CONFIG),
        ("config-json-invalid",),
        says="invalid character 'ï'",
    ),
    Fault(
        "config-unreadable",
        "docker-config",
        "config.json belongs to another user and is closed",
        _unreadable,
        ("config-json-unreadable",),
        says="permission denied",
        uid=65534,
    ),
    Fault(
        "config-credhelpers-path",
        "docker-config",
        "the credHelpers key is HOST/team/app",
        _helper_for(f"{_HOST}/team/app"),
        ("credhelpers-key-mismatch",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-credhelpers-scheme",
        "docker-config",
        "the credHelpers key begins with https://",
        _helper_for(f"https://{_HOST}"),
        ("credhelpers-key-mismatch",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-credhelpers-wildcard",
        "docker-config",
        "the credHelpers key is a wildcard, which docker does not know",
        _helper_for("*.dkr.ecr.us-east-1.amazonaws.com"),
        ("credhelpers-wildcard-key",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-credhelpers-other-region",
        "docker-config",
        "the credHelpers key names the other region only",
        _helper_for(names.OTHER_REGION_HOST),
        ("credhelpers-key-mismatch", "login-for-other-registry", "registry-without-login"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-wrong-account-key",
        "docker-config",
        "the credHelpers key names the other account only",
        _helper_for(names.OTHER_ACCOUNT_HOST),
        ("credhelpers-key-mismatch", "login-for-other-registry", "registry-without-login"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-credhelpers-lower-case-key",
        "none",
        "the JSON key is credhelpers: Go does not mind",
        _config({"credhelpers": HELPER["credHelpers"]}),
        pull_works=True,
    ),
    Fault(
        "config-helper-fullname",
        "docker-config",
        "the credHelpers value is the program's name instead of its suffix",
        _helper_for(_HOST, "docker-credential-ecr-login"),
        ("helper-name-wrong", "helper-not-on-path"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-helper-typo",
        "docker-config",
        "the credHelpers value is ecr_login",
        _helper_for(_HOST, "ecr_login"),
        ("helper-name-wrong", "helper-not-on-path"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-credsstore-missing",
        "docker-config",
        "credsStore names a store that is not installed",
        _config({"credsStore": "desktop"}),
        ("helper-not-on-path",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-credsstore-shadows-auths",
        "docker-config",
        "credsStore knows nothing, and hides the valid entry in auths",
        _shadowed_by_store,
        ("creds-store-shadows-login",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-missing-helper-falls-back",
        "none",
        "the helper is not installed, a valid auths entry is used instead",
        _falls_back,
        ("helper-not-on-path",),
        pull_works=True,
    ),
    Fault(
        "config-other-folder",
        "environment",
        "DOCKER_CONFIG names a folder whose config.json has no login",
        _elsewhere,
        ("config-wrong-home-or-user", "never-logged-in"),
        says=NO_CREDENTIALS,
        env={"DOCKER_CONFIG": "/home/dev/ci-docker"},
    ),
    Fault(
        "config-dual-stack-host",
        "docker-config",
        "the image's host is the dual-stack one, the helper is configured for the classic one",
        nothing,
        ("dual-stack-host-not-configured", "credhelpers-key-mismatch", "registry-without-login"),
        says=NO_CREDENTIALS,
        image=f"{names.DUAL_STACK_HOST}/team/app:latest",
    ),
    Fault(
        "config-context-missing",
        "environment",
        "config.json names a docker context that does not exist",
        _config({**HELPER, "currentContext": "remote"}),
        ("docker-host-wrong", "docker-daemon-unreachable"),
        says="remote",
    ),
    Fault(
        "auths-expired",
        "token",
        "the stored token expired an hour ago",
        _expired_login,
        ("stored-login-expired",),
        says=EXPIRED,
    ),
    Fault(
        "auths-https-key", "none", "the auths key is https://HOST", _https_login, pull_works=True
    ),
    Fault(
        "auths-duplicate",
        "token",
        "an expired entry for the bare host beside a fresh one for https://HOST",
        _expired_duplicate,
        ("duplicate-stored-logins", "stored-login-expired"),
        says=EXPIRED,
    ),
    Fault(
        "auths-wrong-user",
        "token",
        "the stored user is not AWS",
        _wrong_user,
        ("stored-login-wrong-user", "login-password-wrong"),
        says="unauthorized: authentication required",
    ),
    Fault(
        "auths-aws-keys",
        "token",
        "the AWS keys were stored as user and password",
        _aws_keys_as_login,
        ("login-password-wrong", "stored-login-wrong-user"),
        says="unauthorized: authentication required",
    ),
    Fault(
        "auths-truncated",
        "token",
        "the stored token lost its end when it was copied",
        _truncated_login,
        ("login-password-wrong", "stored-login-malformed"),
        says="400",
    ),
    Fault(
        "auths-carriage-return",
        "token",
        "the stored token ends in a carriage return of a terminal",
        _carriage_return,
        ("login-password-wrong", "stored-login-malformed"),
        says="400",
    ),
    Fault(
        "auths-malformed",
        "token",
        "the auth value holds no user and password",
        _config({"auths": {_HOST: {"auth": base64.b64encode(b"nocolon").decode()}}}),
        ("stored-login-malformed",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "auths-other-region-token",
        "token",
        "the stored token is another region's",
        _other_region_login,
        ("login-for-other-registry",),
        says="Your Authorization Token is invalid.",
    ),
    Fault(
        "auths-other-region-host",
        "token",
        "logged in to the other region's registry only",
        _other_host_login,
        ("login-for-other-registry", "registry-without-login"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "home-differs",
        "environment",
        "HOME is another user's, as under sudo: no .docker and no .aws there",
        nothing,
        ("config-wrong-home-or-user", "never-logged-in"),
        says=NO_CREDENTIALS,
        env={"HOME": "/home/dev2", "SUDO_USER": "dev"},
    ),
    Fault(
        "config-is-directory",
        "docker-config",
        "config.json is a directory, as bind mounts of missing files make it",
        _directory,
        ("config-is-not-a-file",),
        says="is a directory",
    ),
    Fault(
        "config-dangling-symlink",
        "docker-config",
        "config.json is a link to nowhere",
        _dangling_link,
        ("config-is-not-a-file",),
        says=NO_CREDENTIALS,
    ),
)
