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


class _OddError(Exception):
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
    except (_OddError, OSError, ValueError):
        return ""


def _of_profile(env: Mapping[str, str]) -> str:
    # In botocore's order, in which the old name of the variable comes first.
    name = env.get("AWS_DEFAULT_PROFILE") or env.get("AWS_PROFILE") or "default"
    files = (
        (env.get("AWS_CONFIG_FILE") or "~/.aws/config", True),
        (env.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials", False),
    )
    config, credentials = (_profile(path, name, env, is_config=kind) for path, kind in files)
    if any(key.startswith(_OTHER_WAYS) for key in (*config, *credentials)):
        return ""
    owner = credentials if _KEY in credentials else config
    return owner.get(_KEY, "") if owner.get(_SECRET) else ""


def _profile(path: str, name: str, env: Mapping[str, str], *, is_config: bool) -> dict[str, str]:
    """The settings of one profile in one file; empty where the file has no such profile."""
    home = env.get("HOME", "")
    if path[:2] == "~/" and home[:1] == "/":
        path = home + path[1:]
    if "$" in path or path[:1] == "~":
        raise _OddError
    try:
        sections = _sections(read_small(path, _LARGEST))
    except FileNotFoundError:
        return {}
    if is_config and name != "default":
        return sections.get("profile " + name, {})
    return sections.get(name, {})


def _sections(text: str) -> Sections:
    """An INI file of the plainest kind; anything else is odd."""
    sections: Sections = {}
    current: dict[str, str] | None = None
    for line in text.split("\n"):
        content = line.strip()
        if not content or content[0] in "#;":
            continue
        if line[0] in " \t\r\f\v":
            raise _OddError  # the continuation of a value
        if content[0] == "[":
            current = _open_section(sections, content)
        else:
            _set(current, content)
    return sections


def _open_section(sections: Sections, line: str) -> dict[str, str]:
    name = line[1:-1]
    words = name.split(" ")
    if line[-1] != "]" or "" in words or not set(name).isdisjoint("[]\"'\\\t") or name in sections:
        raise _OddError
    # Botocore reads `[profile default]` as the default profile too: which one wins is its affair.
    if words == ["profile", "default"]:
        raise _OddError
    return sections.setdefault(name, {})


def _set(section: dict[str, str] | None, line: str) -> None:
    key, equals, value = line.partition("=")
    key = key.strip().lower()
    if section is None or not equals or ":" in key or not key or key in section:
        raise _OddError
    section[key] = value.strip()
