"""Stored tokens: nearly expired, of others, and encoded in the wrong way."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import EXPIRED, NO_CREDENTIALS, Fault, Injection
from lab.home import auths
from lab.servers import tokens

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_WRONG = ("login-password-wrong", "stored-login-malformed")


def _mint(lab: Lab, seconds: int, arn: str = state.USER_ARN) -> str:
    expires = int(time.time()) + seconds
    password = tokens.mint(tokens.Token(arn, names.REGION, expires, state.KEY_ID))
    with (lab.folder / "secrets.txt").open("a", encoding="utf-8") as file:
        file.write(f"{password}\n")
    return password


def _living(seconds: int) -> Injection:
    return lambda lab: lab.user.write_config(auths(_mint(lab, seconds)))


def _entry(make: str) -> Injection:
    """Return an injection of an auths entry that is encoded in a strange way."""

    def inject(lab: Lab) -> None:
        token = lab.token()
        plain = f"AWS:{token}".encode()
        once = base64.b64encode(plain).decode()
        entries = {
            "double": {"auth": base64.b64encode(once.encode()).decode()},
            "plain": {"auth": f"AWS:{token}"},
            "newline": {"auth": base64.b64encode(plain + b"\n").decode()},
            "wrapped": {"auth": "\n".join(once[i : i + 76] for i in range(0, len(once), 76))},
            "unpadded": {"auth": base64.b64encode(plain + b"   "[: -len(plain) % 3 or 1]).decode()},
            "api": {"auth": base64.b64encode(f"AWS:{once}".encode()).decode()},
            "fields": {"username": "AWS", "password": token},
            "identity": {"auth": base64.b64encode(b"AWS:").decode(), "identitytoken": token},
            "lower": {"auth": base64.b64encode(f"aws:{token}".encode()).decode()},
        }
        lab.user.write_config({"auths": {_HOST: entries[make]}})

    return inject


def _other_account(lab: Lab) -> None:
    lab.user.write_config(auths(_mint(lab, 36000, state.OTHER_USER_ARN)))


def _path_key(lab: Lab) -> None:
    login = auths(lab.token())["auths"][_HOST]
    lab.user.write_config({"auths": {f"https://{_HOST}/v2/": login}})


def _repository_key(lab: Lab) -> None:
    login = auths(lab.token())["auths"][_HOST]
    lab.user.write_config({"auths": {f"{_HOST}/team/app": login}})


def _garbage(lab: Lab) -> None:
    lab.user.write_config({"auths": {_HOST: {"auth": "%%% not base64 %%%"}}})


def _session_policy_login(lab: Lab) -> None:
    """The login was made by one who may not pull; the shell's own keys could."""
    arn = f"arn:aws:iam::{names.ACCOUNT}:user/lab-reader"
    lab.state["principals"][arn] = {
        "policies": [state.policy(state.allow(["ecr:GetAuthorizationToken"]))]
    }
    lab.save()
    lab.user.write_config(auths(_mint(lab, 36000, arn)))


def _other_keys_could_not(lab: Lab) -> None:
    """The login is another's and good; the shell's own keys may do nothing."""
    lab.user.write_config(auths(lab.token()))
    lab.user.write_keys(state.OTHER_KEY_ID, state.OTHER_SECRET_KEY)


def _dead_keys_beside_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token()))
    lab.user.write_keys("AKIAGONEGONEGONEGONE", state.SECRET_KEY)


def _no_keys_beside_login(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token()))
    (lab.user.path / ".aws/credentials").unlink()


def _three_logins(lab: Lab) -> None:
    other = auths(lab.token(expired=True), names.OTHER_REGION_HOST)["auths"]
    lab.user.write_config({"auths": {**other, **auths(lab.token())["auths"]}})


FAULTS = (
    Fault(
        "auths-expired-a-minute-ago",
        "token",
        "the stored token expired a minute ago",
        _living(-60),
        ("stored-login-expired",),
        says=EXPIRED,
    ),
    Fault(
        "auths-expires-in-two-minutes",
        "none",
        "the stored token lives for two minutes more",
        _living(120),
        pull_works=True,
    ),
    Fault(
        "auths-base64-twice",
        "token",
        "the auth value was encoded twice",
        _entry("double"),
        _WRONG,
        says=NO_CREDENTIALS,
    ),
    Fault("auths-not-encoded", "token", "the auth value is not encoded", _entry("plain"), _WRONG),
    Fault("auths-garbage", "token", "the auth value is garbage", _garbage, _WRONG),
    Fault(
        "auths-newline", "token", "the stored token ends in a newline", _entry("newline"), _WRONG
    ),
    Fault(
        "auths-wrapped",
        "none",
        "the auth value is wrapped at 76 characters",
        _entry("wrapped"),
        pull_works=True,
    ),
    Fault(
        "auths-api-value",
        "token",
        "the API's authorizationToken itself was taken for the password",
        _entry("api"),
        _WRONG,
        says="400",
    ),
    Fault(
        "auths-username-password",
        "none",
        "user and password stand in fields of their own",
        _entry("fields"),
        pull_works=True,
    ),
    Fault(
        "auths-identity-token",
        "token",
        "the token was stored as identitytoken",
        _entry("identity"),
        (*_WRONG, "stored-login-wrong-user"),
    ),
    Fault(
        "auths-lower-case-user",
        "token",
        "the stored user is aws",
        _entry("lower"),
        ("stored-login-wrong-user",),
    ),
    Fault(
        "auths-other-account-user",
        "token",
        "the login is another account's user's, whom the repository does not know",
        _other_account,
        (
            "repo-policy-missing-cross-account",
            "cross-account-denial-unexplained",
            "wrong-aws-identity",
            "iam-missing-batch-get-image",
        ),
        says="is not authorized to perform: ecr:BatchGetImage",
    ),
    Fault("auths-v2-key", "none", "the auths key is https://HOST/v2/", _path_key, pull_works=True),
    Fault(
        "auths-repository-key",
        "none",
        "the auths key is HOST/team/app: docker cuts the path",
        _repository_key,
        pull_works=True,
    ),
    Fault(
        "auths-of-one-who-may-not",
        "iam",
        "the login is of a user who may not pull",
        _session_policy_login,
        ("iam-missing-batch-get-image",),
        says="because no identity-based policy allows",
    ),
    Fault(
        "keys-of-other-beside-login",
        "none",
        "the login is good, the shell's keys could not pull",
        _other_keys_could_not,
        pull_works=True,
    ),
    Fault(
        "dead-keys-beside-login",
        "none",
        "the login is good, the shell's keys are deleted",
        _dead_keys_beside_login,
        pull_works=True,
    ),
    Fault(
        "no-keys-beside-login",
        "none",
        "the login is good, there are no AWS keys",
        _no_keys_beside_login,
        pull_works=True,
    ),
    Fault(
        "old-login-elsewhere",
        "none",
        "another region's login has expired, this one is good",
        _three_logins,
        pull_works=True,
    ),
)
