"""Under which keys the cache holds an identity's tokens, told without asking anybody.

A static access key has the Go helper's keys. Roles, SSO and processes give another access key at
each call, so that the Go helper's key never fits twice (awslabs issue 1107); here their key is made
of all that selects the identity: the profile, every AWS variable, both files of ~/.aws as they are,
who a web identity token is for, and the state of the SSO cache. Too much in it costs one call to
AWS; too little would hand one identity's token to another. Where ecr-doctor.toml has an identity
of its own for a registry, that is in it too.
"""

from __future__ import annotations

import binascii
import os

from ecr_doctor.auth.cached import checksum, parse_json, read_small
from ecr_doctor.auth.static_key import (
    OddFileError,
    aws_files,
    expand,
    has_other_ways,
    profile_name,
    profile_settings,
    static_key_id,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from ecr_doctor.auth.cached import Place
    from ecr_doctor.auth.mapping import Identity

_LARGEST: Final = 1 << 20
_WEB_TOKEN: Final = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105 - the name of a variable
_JWT_PARTS: Final = 3
_OF_THE_CACHE_ALONE: Final = "AWS_ECR_"
_SSO_CACHES: Final = ("~/.aws/sso/cache", "~/.aws/login/cache")


def known_keys(
    place: Place, env: Mapping[str, str], identity: Identity | None = None
) -> tuple[str, ...]:
    """The keys of this identity's tokens for a registry; empty where only botocore can tell.

    Args:
        place: where the registry's tokens lie.
        env: the environment of this process.
        identity: the one that is set for the registry; None for the ordinary search.

    """
    view = identity.view(env) if identity else env
    key_id = static_key_id(view)
    if identity and identity.role_arn:
        source = key_id or _selection_or_nothing(view, env)
        return role_keys(place, identity, source) if source else ()
    if key_id:
        return place.keys(key_id, env)
    selection = _selection_or_nothing(view, env)
    return (place.key(checksum(selection)),) if selection else ()


def role_keys(place: Place, identity: Identity, source: str) -> tuple[str, ...]:
    """The key of a role's tokens, which are fetched with the credentials of `source`."""
    parts = (identity.text, source)
    text = "ecr-doctor role 1" + "".join(f"\0{len(part)}\0{part}" for part in parts)
    return (place.key(checksum(text)),)


def _selection_or_nothing(view: Mapping[str, str], env: Mapping[str, str]) -> str:
    try:
        return _selection(view, env)
    except (OddFileError, OSError, ValueError):
        return ""


def _selection(view: Mapping[str, str], env: Mapping[str, str]) -> str:
    """All that selects an identity, as one text; empty where credentials come from elsewhere.

    Args:
        view: the environment as the search for credentials sees it.
        env: the whole of it, since a profile's settings may lead back to its variables.

    Raises:
        OddFileError, OSError, ValueError: a file must be left to botocore.

    """
    if view.get("AWS_ACCESS_KEY_ID"):
        return ""
    config, credentials = profile_settings(view)
    profile = {**config, **credentials}
    web_token = view.get(_WEB_TOKEN) or profile.get("web_identity_token_file", "")
    if not web_token and not has_other_ways(profile):
        return ""
    variables = sorted(
        f"{name}={value}"
        for name, value in env.items()
        if name.startswith("AWS_") and not name.startswith(_OF_THE_CACHE_ALONE)
    )
    parts = [profile_name(view), env.get("HOME", ""), *variables, *aws_files(env)]
    if web_token:
        parts.append(_bearer(read_small(expand(web_token, env), _LARGEST)))
    parts += [_state(expand(folder, env)) for folder in _SSO_CACHES]
    return "ecr-doctor 1" + "".join(f"\0{len(part)}\0{part}" for part in parts)


def _bearer(token: str) -> str:
    """Whom a web identity token is for: it is renewed hourly, its issuer and subject stay."""
    parts = token.strip().split(".")
    if len(parts) != _JWT_PARTS:
        return token
    body = parts[1].replace("-", "+").replace("_", "/")
    try:
        claims = parse_json(binascii.a2b_base64(body + "=" * (-len(body) % 4)).decode())
    except (ValueError, RecursionError):
        return token
    who = [claims.get(name) for name in ("iss", "sub")]
    return "\0".join(who) if all(isinstance(name, str) and name for name in who) else token


def _state(folder: str) -> str:
    """What changes when somebody logs in or out: names, sizes and times of a folder's files."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - pathlib costs 10 ms
    except OSError:
        return ""
    lines = []
    for name in names:
        status = os.stat(f"{folder}/{name}")  # noqa: PTH116
        lines.append(f"{name}\0{status.st_size}\0{status.st_mtime_ns}")
    return "\n".join(lines)
