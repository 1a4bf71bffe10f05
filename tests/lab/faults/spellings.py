"""config.json in other spellings: strange JSON, mixed ways to a login, slips in its keys."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from lab import names
from lab.faults.model import EXPIRED, NO_CREDENTIALS, Fault, Injection, works
from lab.home import HELPER, auths

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_PLAIN = json.dumps(HELPER)
_INVALID = ("config-json-invalid",)
_NOWHERE = ("never-logged-in", "config-json-invalid", "credhelpers-key-mismatch")
_KNOWS_NOTHING = (
    "#!/bin/sh\ncat >/dev/null\necho 'credentials not found in native keychain'\nexit 1\n"
)


def _with(field: str) -> str:
    """Return a config.json with one more field, in its own spelling."""
    return f'{{{field}, "credHelpers": {{"{_HOST}": "ecr-login"}}}}'


def _login(key: str, *, expired: bool = False, **more: Any) -> Injection:
    """Return an injection of a stored login under a key, beside more fields."""
    return lambda lab: lab.user.write_config({**auths(lab.token(expired=expired), key), **more})


def _entry(**fields: str) -> Injection:
    return lambda lab: lab.user.write_config({"auths": {_HOST: fields}})


def _space_in_login(lab: Lab) -> None:
    encoded = auths(lab.token())["auths"][_HOST]["auth"]
    lab.user.write_config({"auths": {_HOST: {"auth": f"{encoded[:100]} {encoded[100:]}"}}})


def _store_hides_https(lab: Lab) -> None:
    lab.install("docker-credential-labstore", _KNOWS_NOTHING)
    _login(f"https://{_HOST}", credsStore="labstore")(lab)


def _expired_login_of_wrong_user(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token(expired=True), user="ec2-user"))


def _config(value: dict[str, Any] | str | bytes) -> Injection:
    return lambda lab: lab.user.write_config(value)


def _fails(
    name: str, summary: str, inject: Injection, *accept: str, says: str = NO_CREDENTIALS
) -> Fault:
    return Fault(name, "docker-config", summary, inject, accept, says=says)


FAULTS = (
    works(
        "json-windows-lines",
        "config.json has lines of Windows and tabs",
        _config(json.dumps(HELPER, indent="\t").replace("\n", "\r\n")),
    ),
    works("json-zeros-after", "zeros follow the object", _config(_PLAIN + "\0" * 512)),
    works("json-text-after", "words follow the object", _config(_PLAIN + "\n# end of file\n")),
    works(
        "json-deep", "a field is 5000 lists deep", _config(_with('"x": ' + "[" * 5000 + "]" * 5000))
    ),
    _fails(
        "json-too-deep",
        "a field is 20000 lists deep, more than Go reads",
        _config(_with('"x": ' + "[" * 20000 + "]" * 20000)),
        *_INVALID,
        says="max depth",
    ),
    works("json-long-number", "a number has 6000 digits", _config(_with('"x": ' + "7" * 6000))),
    works("json-large-number", "a number is larger than any", _config(_with('"x": 1e999999'))),
    works("json-surrogate", "a text has half a character", _config(_with(r'"x": "\ud800"'))),
    works(
        "json-latin1",
        "a text is not UTF-8",
        _config(_with('"x": "é"').encode("latin-1")),
    ),
    _fails(
        "json-nan",
        "a number is NaN, which Python reads and Go does not",
        _config(_with('"x": NaN')),
        *_INVALID,
        says="invalid character 'N'",
    ),
    _fails(
        "json-newline-in-text",
        "the key breaks over two lines",
        _config(f'{{"credHelpers": {{"{_HOST}\n": "ecr-login"}}}}'),
        *_INVALID,
        says="invalid character",
    ),
    _fails(
        "json-typographic-quotes",
        "the quotes are those of a word processor",
        _config(_PLAIN.replace('"', "\u201d")),
        *_INVALID,
        says="invalid character",
    ),
    _fails(
        "json-merge-marks",
        "the marks of a merge are left in the file",
        _config(f"<<<<<<< HEAD\n{_PLAIN}\n=======\n{{}}\n>>>>>>> main\n"),
        *_INVALID,
        says="invalid character '<'",
    ),
    _fails(
        "json-text",
        "config.json is a JSON text",
        _config(json.dumps(_PLAIN)),
        *_INVALID,
        says="cannot unmarshal string",
    ),
    _fails(
        "helper-object",
        "the helper is an object",
        _config({"credHelpers": {_HOST: {"name": "ecr-login"}}}),
        *_INVALID,
        says="cannot unmarshal object",
    ),
    _fails(
        "helper-in-auths",
        "the helper's name is the entry in auths",
        _config({"auths": {_HOST: "ecr-login"}}),
        *_INVALID,
        "never-logged-in",
    ),
    _fails(
        "helpers-inside-auths",
        "credHelpers stands inside of auths",
        _config({"auths": HELPER}),
        *_NOWHERE,
        "registry-without-login",
    ),
    _fails(
        "helpers-singular",
        "the field is credHelper",
        _config({"credHelper": HELPER["credHelpers"]}),
        *_NOWHERE,
    ),
    _fails(
        "store-singular", "the field is credStore", _config({"credStore": "ecr-login"}), *_NOWHERE
    ),
    _fails(
        "helper-key-http",
        "the credHelpers key begins with http://",
        _config({"credHelpers": {f"http://{_HOST}": "ecr-login"}}),
        "credhelpers-key-mismatch",
    ),
    _fails(
        "helper-key-dot",
        "the credHelpers key ends in a dot",
        _config({"credHelpers": {f"{_HOST}.": "ecr-login"}}),
        "credhelpers-key-mismatch",
    ),
    _fails(
        "helper-key-v2",
        "the credHelpers key ends in /v2/",
        _config({"credHelpers": {f"{_HOST}/v2/": "ecr-login"}}),
        "credhelpers-key-mismatch",
    ),
    _fails(
        "helper-key-domain",
        "the credHelpers key is the domain",
        _config({"credHelpers": {"amazonaws.com": "ecr-login"}}),
        "credhelpers-key-mismatch",
        "never-logged-in",
        "registry-without-login",
    ),
    _fails(
        "helper-key-account-typo",
        "two digits of the key's account are swapped",
        _config({"credHelpers": {_HOST.replace("9012", "9021"): "ecr-login"}}),
        "credhelpers-key-mismatch",
        "registry-without-login",
        "login-for-other-registry",
    ),
    works(
        "wrong-key-saved-by-store",
        "the credHelpers key is wrong, and credsStore is the helper",
        _config({"credHelpers": {f"https://{_HOST}": "ecr-login"}, "credsStore": "ecr-login"}),
    ),
    works(
        "all-ways-at-once",
        "helper, store and an expired login for the registry: the helper is asked",
        _login(_HOST, expired=True, credsStore="desktop", **HELPER),
    ),
    works("login-key-http", "the auths key is http://HOST", _login(f"http://{_HOST}")),
    _fails(
        "login-key-port",
        "the auths key has a port, the image has not",
        _login(f"{_HOST}:443"),
        "never-logged-in",
        "login-for-other-registry",
        "credhelpers-key-mismatch",
        "registry-without-login",
    ),
    _fails(
        "login-key-capitals",
        "the auths key has capitals",
        _login(_HOST.replace("dkr", "DKR")),
        "never-logged-in",
        "login-for-other-registry",
        "credhelpers-key-mismatch",
        "registry-without-login",
    ),
    _fails(
        "login-space-inside",
        "a space is in the stored auth value",
        _space_in_login,
        "stored-login-malformed",
        "config-json-invalid",
        "login-password-wrong",
    ),
    _fails(
        "login-empty-password",
        "the stored password is empty",
        _entry(auth=base64.b64encode(b"AWS:").decode()),
        "login-password-wrong",
        "stored-login-malformed",
        says="",
    ),
    _fails(
        "login-of-other-registry-kind",
        "the stored password is GitHub's token",
        _entry(auth=base64.b64encode(b"AWS:ghp_0123456789abcdefghijABCDEFGHIJ012345").decode()),
        "login-password-wrong",
        "stored-login-malformed",
        says="400",
    ),
    _fails(
        "login-error-as-password",
        "the text of an error of the CLI was stored as password",
        _entry(auth=base64.b64encode(b"AWS:Unable to locate credentials.").decode()),
        "login-password-wrong",
        "stored-login-malformed",
        says="400",
    ),
    _fails(
        "login-expired-wrong-user",
        "the stored user is not AWS, and the token has expired too",
        _expired_login_of_wrong_user,
        "stored-login-wrong-user",
        "stored-login-expired",
        says="unauthorized",
    ),
    _fails(
        "login-expired-https-key",
        "an expired login under https://HOST",
        _login(f"https://{_HOST}", expired=True),
        "stored-login-expired",
        says=EXPIRED,
    ),
    _fails(
        "store-hides-https-login",
        "an empty store hides the good login under https://HOST",
        _store_hides_https,
        "creds-store-shadows-login",
    ),
)
