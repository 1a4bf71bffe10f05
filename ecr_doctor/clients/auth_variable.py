"""The variable DOCKER_AUTH_CONFIG, which newer docker clients put above everything.

Source: docker/cli pull request 6008. Obeyed since 28.3.0 (gitlab-runner issue 38909); measured:
ignored by 20.10, 26.1 and 28.2.2, obeyed by 28.5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ecr_doctor.redact import Secret

from .docker_config import AuthEntry, decode_auth, registry_key
from .go_json import Pairs, decode, fold, type_name
from .versions import at_least

VARIABLE = "DOCKER_AUTH_CONFIG"
FIRST_VERSION = (28, 3, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthVariable:
    """What docker makes of the variable's value."""

    present: bool = False
    entries: tuple[AuthEntry, ...] = ()
    problem: str = ""
    """Why docker drops the whole variable, in its words."""

    def entry_for(self, host: str) -> AuthEntry | None:
        """The entry with exactly the registry's key: `https://HOST` does not serve HOST."""
        key = registry_key(host)
        return next((entry for entry in self.entries if entry.key == key), None)


def obeys_variable(version: str) -> bool:
    """Whether this docker client reads the variable; a client of unknown version does."""
    return at_least(version, *FIRST_VERSION)


def parse_variable(value: str) -> AuthVariable:
    """Read the value by docker's strict rules: any fault in it drops all of it."""
    if not value:
        return AuthVariable()
    try:
        return AuthVariable(present=True, entries=_entries(value))
    except ValueError as error:
        return AuthVariable(present=True, problem=str(error))


def _entries(value: str) -> tuple[AuthEntry, ...]:
    decoded = decode(value)
    if decoded.empty or decoded.value is None:
        return ()
    if decoded.rest and decoded.rest[0] not in "]}":
        raise ValueError("DOCKER_AUTH_CONFIG does not support more than one JSON object")
    auths: dict[str, str] = {}
    for name, item in _object(decoded.value, ""):
        if fold(name) != "auths":
            raise ValueError(f'json: unknown field "{name}"')
        for key, entry in _object(item, "auths"):
            auths[key] = _auth_text(entry)
    return tuple(_decode(key, auth) for key, auth in auths.items())


def _object(value: Any, name: str) -> Pairs:  # noqa: ANN401  any JSON value
    if value is None:
        return Pairs()
    if not isinstance(value, Pairs):
        raise ValueError(f"json: cannot unmarshal {type_name(value)} into field {name!r}")  # noqa: TRY004  docker's words
    return value


def _auth_text(entry: Any) -> str:  # noqa: ANN401  any JSON value
    auth = ""
    for name, item in _object(entry, "auths"):
        if fold(name) != "auth":
            raise ValueError(f'json: unknown field "{name}"')
        if item is not None and not isinstance(item, str):
            raise ValueError(f"json: cannot unmarshal {type_name(item)} into field 'auth'")
        auth = item or auth
    return auth


def _decode(key: str, auth: str) -> AuthEntry:
    if not auth:
        raise ValueError(f"DOCKER_AUTH_CONFIG environment variable is missing key `auth` for {key}")
    user, secret = decode_auth(auth)
    return AuthEntry(key=key, user=user, secret=Secret(secret), has_auth=True)
