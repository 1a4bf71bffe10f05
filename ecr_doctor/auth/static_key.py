"""The access key id that botocore will use, where that is plain to see without botocore.

Importing botocore costs ten times what a cached answer does. Everything that is not plain (roles,
SSO, processes, web identity, metadata, odd syntax) is left to botocore: the answer is then empty.
"""

from __future__ import annotations

from ecr_doctor.auth.cached import read_small

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    Sections = dict[str, dict[str, str]]

_LARGEST: Final = 1 << 20
_KEY: Final = "aws_access_key_id"
_SECRET: Final = "aws_secret_access_key"  # noqa: S105 - the name of a setting
_OTHER_WAYS: Final = ("role_arn", "source_profile", "credential_source", "web_identity_token_file",
                      "credential_process", "login_session", "sso_")  # fmt: skip
"""Settings of a profile that make another provider answer, before or after the static one."""


class OddFileError(Exception):
    """A file that this module does not read exactly as botocore does."""


def static_key_id(env: Mapping[str, str]) -> str:
    """The id of the static key in use; empty where only botocore can tell."""
    if env.get("AWS_ACCESS_KEY_ID"):
        plain = env.get("AWS_SECRET_ACCESS_KEY") and not env.get("AWS_CREDENTIAL_EXPIRATION")
        return env["AWS_ACCESS_KEY_ID"] if plain else ""
    if env.get("AWS_WEB_IDENTITY_TOKEN_FILE") or env.get("AWS_ROLE_ARN"):
        return ""
    try:
        return _of_profile(env)
    except (OddFileError, OSError, ValueError):
        return ""


def _of_profile(env: Mapping[str, str]) -> str:
    config, credentials = profile_settings(env)
    if has_other_ways({**config, **credentials}):
        return ""
    owner = credentials if _KEY in credentials else config
    return owner.get(_KEY, "") if owner.get(_SECRET) else ""


def has_other_ways(settings: Mapping[str, str]) -> bool:
    """Whether a profile gets its credentials from a service or a program."""
    return any(key.startswith(_OTHER_WAYS) for key in settings)


def profile_name(env: Mapping[str, str]) -> str:
    """The profile in use, in botocore's order: the old name of the variable comes first."""
    return env.get("AWS_DEFAULT_PROFILE") or env.get("AWS_PROFILE") or "default"


def profile_settings(env: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings of the profile in use in the config file and in the credentials file.

    Raises:
        OddFileError, OSError, ValueError: a file must be left to botocore.

    """
    name = profile_name(env)
    config, credentials = (_sections(text) for text in aws_files(env))
    return config.get("profile " + name if name != "default" else name, {}), credentials.get(
        name, {}
    )


def aws_files(env: Mapping[str, str]) -> tuple[str, str]:
    """The texts of AWS's config file and credentials file; empty for one that is not there.

    Raises:
        OddFileError, OSError, ValueError: a file must be left to botocore.

    """
    return (
        _text(env.get("AWS_CONFIG_FILE") or "~/.aws/config", env),
        _text(env.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials", env),
    )


def expand(path: str, env: Mapping[str, str]) -> str:
    """A path with `~/` replaced as botocore replaces it.

    Raises:
        OddFileError: it holds variables or another user's home.

    """
    home = env.get("HOME", "")
    if path[:2] == "~/" and home[:1] == "/":
        path = home + path[1:]
    if "$" in path or path[:1] == "~":
        raise OddFileError
    return path


def _text(path: str, env: Mapping[str, str]) -> str:
    try:
        return read_small(expand(path, env), _LARGEST)
    except FileNotFoundError:
        return ""


def _sections(text: str) -> Sections:
    """An INI file of the plainest kind; anything else is odd."""
    sections: Sections = {}
    current: dict[str, str] | None = None
    for line in text.split("\n"):
        content = line.strip()
        if not content or content[0] in "#;":
            continue
        if line[0] in " \t\r\f\v":
            raise OddFileError  # the continuation of a value
        if content[0] == "[":
            current = _open_section(sections, content)
        else:
            _set(current, content)
    return sections


def _open_section(sections: Sections, line: str) -> dict[str, str]:
    name = line[1:-1]
    words = name.split(" ")
    if line[-1] != "]" or "" in words or not set(name).isdisjoint("[]\"'\\\t") or name in sections:
        raise OddFileError
    # Botocore reads `[profile default]` as the default profile too: which one wins is its affair.
    if words == ["profile", "default"]:
        raise OddFileError
    return sections.setdefault(name, {})


def _set(section: dict[str, str] | None, line: str) -> None:
    key, equals, value = line.partition("=")
    key = key.strip().lower()
    if section is None or not equals or ":" in key or not key or key in section:
        raise OddFileError
    section[key] = value.strip()
