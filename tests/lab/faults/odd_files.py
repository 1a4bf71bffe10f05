"""Config files that are strange in another way, and credential stores that fail."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from lab import names
from lab.faults.model import EXPIRED, NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import HELPER, auths

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_INVALID = ("config-json-invalid",)
_NO_DBUS = "Cannot autolaunch D-Bus without X11 $DISPLAY"
_NO_KEY = "gpg: decryption failed: No secret key"
_HUGE = 5 * 1024 * 1024


def _config(value: dict[str, Any] | str | bytes) -> Injection:
    return lambda lab: lab.user.write_config(value)


def _typed(**fields: object) -> Injection:
    """Return an injection that gives a field of config.json a wrong type."""
    return _config(json.dumps({**HELPER, **fields}))


def _pipe(lab: Lab) -> None:
    lab.user.docker_config.unlink()
    os.mkfifo(lab.user.docker_config)


def _loop(lab: Lab) -> None:
    lab.user.docker_config.unlink()
    lab.user.docker_config.symlink_to("config.json")


def _good_link(lab: Lab) -> None:
    lab.user.docker_config.rename(lab.user.path / "docker.json")
    lab.user.docker_config.symlink_to("/home/dev/docker.json")


def _closed_folder(lab: Lab) -> None:
    lab.user.docker_config.parent.chmod(0o700)


def _closed_home(lab: Lab) -> None:
    lab.user.path.chmod(0o700)


def _huge(lab: Lab) -> None:
    many = {f"registry-{i}.example.com": {"auth": "dTpw" * 40} for i in range(_HUGE // 200)}
    lab.user.write_config({**HELPER, "auths": many})


def _store(script: str, *, login: bool = False, expired: bool = False) -> Injection:
    """Return an injection of a credential store that is this shell script."""

    def inject(lab: Lab) -> None:
        lab.install("docker-credential-labstore", f"#!/bin/sh\n{script}\n")
        kept = auths(lab.token(expired=expired)) if login else {}
        lab.user.write_config({**kept, "credsStore": "labstore"})

    return inject


def _auth_variable(**hosts: str) -> dict[str, str]:
    return {"DOCKER_AUTH_CONFIG": json.dumps({"auths": {h: {"auth": a} for h, a in hosts.items()}})}


def _store_with_login(lab: Lab) -> None:
    answer = json.dumps({"ServerURL": _HOST, "Username": "AWS", "Secret": lab.token()})
    lab.install("docker-credential-labstore", f"#!/bin/sh\ncat >/dev/null\necho '{answer}'\n")
    lab.user.write_config({"auths": {_HOST: {}}, "credsStore": "labstore"})


def _store_with_old_login(lab: Lab) -> None:
    secret = lab.token(expired=True)
    answer = json.dumps({"ServerURL": _HOST, "Username": "AWS", "Secret": secret})
    lab.install("docker-credential-labstore", f"#!/bin/sh\ncat >/dev/null\necho '{answer}'\n")
    lab.user.write_config({"auths": {_HOST: {}}, "credsStore": "labstore"})


def _empty_login(lab: Lab) -> None:
    """What `docker login` leaves in config.json when a store keeps the login, without the store."""
    lab.user.write_config({"auths": {_HOST: {}}})


FAULTS = (
    Fault(
        "config-comment",
        "docker-config",
        "config.json has a comment",
        _config(f'{{\n  // for ECR\n  "credHelpers": {{"{_HOST}": "ecr-login"}}\n}}'),
        _INVALID,
        says="invalid character '/'",
    ),
    Fault(
        "config-two-documents",
        "none",
        "something follows the object: docker's decoder reads the first value only",
        _config(json.dumps(HELPER) + "\n}\n"),
        pull_works=True,
    ),
    Fault(
        "config-single-quotes",
        "docker-config",
        "config.json is written with single quotes",
        _config(f"{{'credHelpers': {{'{_HOST}': 'ecr-login'}}}}"),
        _INVALID,
        says="invalid character '\\''",
    ),
    Fault(
        "config-yaml",
        "docker-config",
        "config.json is YAML",
        _config(f"credHelpers:\n  {_HOST}: ecr-login\n"),
        _INVALID,
        says="invalid character",
    ),
    Fault(
        "config-utf16",
        "docker-config",
        "config.json was saved as UTF-16",
        _config(json.dumps(HELPER).encode("utf-16")),
        _INVALID,
        says="config.json",
    ),
    Fault(
        "config-list",
        "docker-config",
        "config.json is a list",
        _config("[]"),
        _INVALID,
        says="cannot unmarshal",
    ),
    Fault(
        "config-null",
        "docker-config",
        "config.json is null, which is an empty object to Go",
        _config("null"),
        ("never-logged-in", "config-json-invalid"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-auths-list",
        "none",
        "auths is a list: docker warns, and reads the rest",
        _typed(auths=[]),
        _INVALID,
        pull_works=True,
        says="cannot unmarshal array",
    ),
    Fault(
        "config-auths-text",
        "none",
        "an entry of auths is a text",
        _typed(auths={_HOST: "QVdTOng="}),
        _INVALID,
        pull_works=True,
        says="cannot unmarshal string",
    ),
    Fault(
        "config-credsstore-object",
        "none",
        "credsStore is an object",
        _typed(credsStore={"default": "ecr-login"}),
        _INVALID,
        pull_works=True,
        says="cannot unmarshal object",
    ),
    Fault(
        "config-helper-null",
        "docker-config",
        "the helper's name is null",
        _config({"credHelpers": {_HOST: None}}),
        ("never-logged-in", "helper-name-wrong", "config-json-invalid", "registry-without-login"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-helper-empty",
        "docker-config",
        "the helper's name is empty",
        _config({"credHelpers": {_HOST: ""}}),
        ("never-logged-in", "helper-name-wrong", "helper-not-on-path", "registry-without-login"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-helper-path",
        "docker-config",
        "the helper's name is a path",
        _config({"credHelpers": {_HOST: "/usr/bin/docker-credential-ecr-login"}}),
        ("helper-name-wrong", "helper-not-on-path"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-helper-space",
        "docker-config",
        "a space follows the helper's name",
        _config({"credHelpers": {_HOST: "ecr-login "}}),
        ("helper-name-wrong", "helper-not-on-path"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-key-capitals",
        "docker-config",
        "the credHelpers key has capitals",
        _config({"credHelpers": {_HOST.replace("dkr", "DKR"): "ecr-login"}}),
        ("credhelpers-key-mismatch",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-key-port",
        "docker-config",
        "the credHelpers key has a port",
        _config({"credHelpers": {f"{_HOST}:443": "ecr-login"}}),
        ("credhelpers-key-mismatch",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-key-slash",
        "docker-config",
        "the credHelpers key ends in a slash",
        _config({"credHelpers": {f"{_HOST}/": "ecr-login"}}),
        ("credhelpers-key-mismatch",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-key-space",
        "docker-config",
        "a space follows the credHelpers key",
        _config({"credHelpers": {f"{_HOST} ": "ecr-login"}}),
        ("credhelpers-key-mismatch",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-two-objects",
        "none",
        "two credHelpers objects: Go merges them",
        _config(
            f'{{"credHelpers": {{"{_HOST}": "ecr-login"}}, "credHelpers": {{"gcr.io": "gcloud"}}}}'
        ),
        pull_works=True,
    ),
    Fault(
        "config-helper-key-twice",
        "docker-config",
        "the registry is twice in credHelpers: the last one counts",
        _config(f'{{"credHelpers": {{"{_HOST}": "ecr-login", "{_HOST}": "gcloud"}}}}'),
        ("helper-not-on-path", "helper-name-wrong"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-pipe",
        "docker-config",
        "config.json is a named pipe that nobody writes to",
        _pipe,
        ("config-is-not-a-file", "config-json-unreadable", "config-json-invalid"),
        slow=True,
    ),
    Fault(
        "config-link-loop",
        "docker-config",
        "config.json is a link to itself",
        _loop,
        ("config-is-not-a-file", "config-json-unreadable"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "config-link", "none", "config.json is a link to a good file", _good_link, pull_works=True
    ),
    Fault("config-huge", "none", "config.json has 5 MB of other logins", _huge, pull_works=True),
    Fault(
        "config-folder-closed",
        "docker-config",
        "~/.docker is closed to the user",
        _closed_folder,
        ("config-json-unreadable",),
        says="permission denied",
        uid=65534,
    ),
    Fault(
        "home-closed",
        "docker-config",
        "the home folder is closed to the user",
        _closed_home,
        ("config-json-unreadable", "config-wrong-home-or-user"),
        says=NO_CREDENTIALS,
        uid=65534,
    ),
    Fault(
        "config-empty-login",
        "docker-config",
        "auths has an empty entry, and the store that has the login is not configured",
        _empty_login,
        ("never-logged-in", "stored-login-malformed", "creds-store-shadows-login"),
        says=NO_CREDENTIALS,
    ),
    Fault("store-login", "none", "a store keeps a good login", _store_with_login, pull_works=True),
    Fault(
        "store-old-login",
        "token",
        "a store keeps a login that has expired",
        _store_with_old_login,
        ("stored-login-expired",),
        says=EXPIRED,
    ),
    Fault(
        "store-pass-uninitialised",
        "docker-config",
        "an uninitialised pass answers with an empty user and secret",
        _store('cat >/dev/null; echo \'{"ServerURL":"","Username":"","Secret":""}\'', login=True),
        ("creds-store-shadows-login", "credential-store-refuses", "helper-protocol-broken"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "store-gpg",
        "docker-config",
        "gpg lacks the key of the pass store",
        _store(f"echo 'error getting credentials - err: exit status 2, {_NO_KEY}'; exit 1"),
        ("credential-store-refuses",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "store-no-dbus-login",
        "none",
        "secretservice has no bus, so docker silently uses auths, which is good",
        _store(f"echo '{_NO_DBUS}'; exit 1", login=True),
        pull_works=True,
    ),
    Fault(
        "store-no-dbus-old-login",
        "token",
        "secretservice has no bus, so docker silently uses auths, which has expired",
        _store(f"echo '{_NO_DBUS}'; exit 1", login=True, expired=True),
        ("stored-login-expired", "credential-store-refuses"),
        says=EXPIRED,
    ),
    Fault(
        "store-locked-keychain",
        "docker-config",
        "the keychain is locked",
        _store(
            "echo 'error getting credentials - err: exit status 1, out: "
            "`User interaction is not allowed.`'; exit 1"
        ),
        ("credential-store-refuses",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "auth-variable",
        "none",
        "DOCKER_AUTH_CONFIG names another registry only",
        nothing,
        pull_works=True,
        env=_auth_variable(**{"registry.example.com": "dTpw"}),
    ),
    Fault(
        "auth-variable-malformed",
        "none",
        "DOCKER_AUTH_CONFIG has a broken entry, and this docker ignores it",
        nothing,
        pull_works=True,
        env=_auth_variable(**{_HOST: "bm9jb2xvbg=="}),
    ),
    Fault(
        "auth-variable-wrong-password",
        "none",
        "DOCKER_AUTH_CONFIG has another user, and this docker ignores it",
        nothing,
        pull_works=True,
        env=_auth_variable(**{_HOST: "dXNlcjpwYXNzd29yZA=="}),
    ),
)
