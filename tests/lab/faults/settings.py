"""Variables and profiles that change what AWS's and docker's programs do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import HELPER, auths

if TYPE_CHECKING:
    from lab.world import Lab

_GOOD = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"
_BAD = "aws_access_key_id = AKIAGONEGONEGONEGONE\naws_secret_access_key = zzz\n"


def _files(credentials: str, config: str = "") -> Injection:
    """Return an injection of ~/.aws/credentials, and of ~/.aws/config where one is given."""

    def inject(lab: Lab) -> None:
        lab.user.write(".aws/credentials", credentials)
        if config:
            lab.user.write(".aws/config", config)

    return inject


def _store(lab: Lab) -> None:
    lab.user.write_config({"credsStore": "ecr-login"})


def _store_with_stale_login(lab: Lab) -> None:
    lab.user.write_config({**auths(lab.token(expired=True)), "credsStore": "ecr-login"})


def _helper_with_stale_login(lab: Lab) -> None:
    lab.user.write_config({**auths(lab.token(expired=True)), **HELPER})


def _helper_over_store(lab: Lab) -> None:
    lab.user.write_config({**HELPER, "credsStore": "desktop"})


def _elsewhere(lab: Lab) -> None:
    lab.user.write("keys", f"[default]\n{_GOOD}")
    lab.user.write(".aws/credentials", f"[default]\n{_BAD}")


def _config_keys(lab: Lab) -> None:
    lab.user.write(".aws/config", f"[default]\nregion = us-east-1\n{_GOOD}")
    (lab.user.path / ".aws/credentials").unlink()


def _old_name(lab: Lab) -> None:
    (lab.user.path / ".docker").rename(lab.user.path / ".docker-old")
    lab.user.write(".dockercfg", '{"x": {"auth": "eDp5"}}')


_TWO = f"[default]\n{_BAD}\n[work]\n{_GOOD}"
_WORK_BAD = f"[default]\n{_GOOD}\n[work]\n{_BAD}"

FAULTS = (
    Fault("store-ecr-login", "none", "credsStore is the helper", _store, pull_works=True),
    Fault(
        "store-ecr-login-stale-auths",
        "none",
        "credsStore is the helper, auths has expired",
        _store_with_stale_login,
        pull_works=True,
    ),
    Fault(
        "helper-stale-auths",
        "none",
        "the helper answers, auths has expired",
        _helper_with_stale_login,
        pull_works=True,
    ),
    Fault(
        "helper-over-store",
        "none",
        "the helper goes before a store that is not installed",
        _helper_over_store,
        pull_works=True,
    ),
    Fault(
        "dockercfg-only",
        "docker-config",
        "only the old ~/.dockercfg is there",
        _old_name,
        ("never-logged-in",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "profile-good",
        "none",
        "AWS_PROFILE names the good one of two profiles",
        _files(_TWO),
        pull_works=True,
        env={"AWS_PROFILE": "work"},
    ),
    Fault(
        "profile-bad",
        "aws-credentials",
        "AWS_PROFILE names the bad one of two profiles",
        _files(_WORK_BAD),
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
        env={"AWS_PROFILE": "work"},
    ),
    Fault(
        "profile-not-chosen",
        "aws-credentials",
        "the good profile is there, and not chosen",
        _files(_TWO),
        ("aws-keys-invalid", "wrong-aws-identity"),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "profile-with-prefix",
        "aws-credentials",
        "[profile work] in the credentials file",
        _files(f"[profile work]\n{_GOOD}"),
        ("aws-profile-missing", "no-aws-credentials", "aws-config-unparsable"),
        env={"AWS_PROFILE": "work"},
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "profile-case",
        "aws-credentials",
        "the profile's name has another case",
        _files(f"[Work]\n{_GOOD}"),
        ("aws-profile-missing",),
        env={"AWS_PROFILE": "work"},
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "keys-in-config", "none", "the keys stand in ~/.aws/config", _config_keys, pull_works=True
    ),
    Fault(
        "keys-elsewhere",
        "none",
        "AWS_SHARED_CREDENTIALS_FILE names the good file",
        _elsewhere,
        pull_works=True,
        env={"AWS_SHARED_CREDENTIALS_FILE": "/home/dev/keys"},
    ),
    Fault(
        "keys-file-missing",
        "aws-credentials",
        "AWS_SHARED_CREDENTIALS_FILE names no file",
        nothing,
        ("no-aws-credentials", "imds-unreachable"),
        says=NO_CREDENTIALS,
        env={"AWS_SHARED_CREDENTIALS_FILE": "/home/dev/none"},
        slow=True,
    ),
    Fault(
        "keys-closed",
        "aws-credentials",
        "~/.aws/credentials is closed to the user",
        lambda lab: (lab.user.path / ".aws/credentials").chmod(0o600),
        ("aws-config-unparsable", "no-aws-credentials", "imds-unreachable"),
        says=NO_CREDENTIALS,
        uid=65534,
        slow=True,
    ),
    Fault(
        "keys-with-export",
        "aws-credentials",
        "the file is a shell script",
        _files(f"export AWS_ACCESS_KEY_ID={state.KEY_ID}\n"),
        ("aws-config-unparsable",),
    ),
    Fault(
        "keys-swapped",
        "aws-credentials",
        "key and secret are swapped",
        lambda lab: lab.user.write_keys(state.SECRET_KEY, state.KEY_ID),
        ("aws-keys-invalid",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "keys-empty",
        "aws-credentials",
        "the secret key is empty",
        lambda lab: lab.user.write_keys(state.KEY_ID, ""),
        ("aws-env-incomplete", "aws-keys-invalid", "no-aws-credentials", "aws-profile-incomplete"),
        slow=True,
    ),
    Fault(
        "keys-windows-lines",
        "none",
        "the files have lines of Windows",
        _files(f"[default]\r\n{_GOOD}".replace("\n", "\r\n").replace("\r\r", "\r")),
        pull_works=True,
    ),
    Fault(
        "region-nonsense",
        "none",
        "AWS_REGION is a zone; the helper goes by the host",
        nothing,
        pull_works=True,
        env={"AWS_REGION": "us-east-1a"},
    ),
    Fault(
        "region-other-variable",
        "none",
        "AWS_DEFAULT_REGION is another region",
        nothing,
        pull_works=True,
        env={"AWS_DEFAULT_REGION": names.OTHER_REGION},
    ),
    Fault(
        "cache-disabled",
        "none",
        "the helper's cache is switched off",
        nothing,
        pull_works=True,
        env={"AWS_ECR_DISABLE_CACHE": "true"},
    ),
    Fault(
        "cache-nowhere",
        "none",
        "the helper's cache folder cannot be made",
        nothing,
        pull_works=True,
        env={"AWS_ECR_CACHE_DIR": "/proc/none"},
    ),
    Fault(
        "platform-variable",
        "none",
        "DOCKER_DEFAULT_PLATFORM asks for what is there",
        nothing,
        pull_works=True,
        image=f"{names.HOST}/team/multi:latest",
        env={"DOCKER_DEFAULT_PLATFORM": "linux/arm64"},
    ),
    Fault(
        "platform-variable-missing",
        "image",
        "DOCKER_DEFAULT_PLATFORM asks for what is not",
        nothing,
        ("platform-not-in-image",),
        image=f"{names.HOST}/team/multi:latest",
        env={"DOCKER_DEFAULT_PLATFORM": "linux/s390x"},
        says="no matching manifest",
    ),
    Fault(
        "profile-empty-variable",
        "none",
        "AWS_PROFILE is set and empty",
        nothing,
        pull_works=True,
        env={"AWS_PROFILE": ""},
    ),
    Fault(
        "config-variable-empty",
        "none",
        "DOCKER_CONFIG is set and empty",
        nothing,
        pull_works=True,
        env={"DOCKER_CONFIG": ""},
    ),
    Fault(
        "config-variable-missing",
        "environment",
        "DOCKER_CONFIG names no folder",
        nothing,
        ("config-wrong-home-or-user", "never-logged-in"),
        says=NO_CREDENTIALS,
        env={"DOCKER_CONFIG": "/home/dev/none"},
    ),
    Fault(
        "config-variable-file",
        "environment",
        "DOCKER_CONFIG names the file itself",
        nothing,
        (
            "config-wrong-home-or-user",
            "never-logged-in",
            "config-is-not-a-file",
            "config-json-unreadable",
        ),
        env={"DOCKER_CONFIG": "/home/dev/.docker/config.json"},
    ),
    Fault(
        "host-variable-empty",
        "none",
        "DOCKER_HOST is set and empty",
        nothing,
        pull_works=True,
        env={"DOCKER_HOST": ""},
    ),
    Fault(
        "xdg-missing",
        "none",
        "XDG_RUNTIME_DIR names no folder",
        nothing,
        pull_works=True,
        env={"XDG_RUNTIME_DIR": "/run/user/none"},
    ),
)
