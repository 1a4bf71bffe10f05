"""A token for a registry: from the cache while it is fresh, else from AWS, asked once for all.

Processes that want the same token at the same time wait for the first of them; they do so before
they import botocore where the identity is plain to see.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecr_doctor.auth import cached
from ecr_doctor.auth.cache import FETCH_SECONDS, FileCache
from ecr_doctor.auth.failure import Failure, FailureKind, explain_failure
from ecr_doctor.auth.fetcher import FetchError, fetch_token
from ecr_doctor.auth.identity import known_keys, role_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecr_doctor.auth.session import AwsSession
    from ecr_doctor.auth.token import AuthorizationToken
    from ecr_doctor.model import RegistryHost


@dataclass(frozen=True, slots=True)
class Answer:
    """A credential for docker."""

    entry: cached.Entry
    failure: Failure | None = None
    """Why it is an older token out of the cache; None for a fresh one."""


class TokenSource:
    """Finds tokens for one process."""

    def __init__(self, session: AwsSession, env: Mapping[str, str]) -> None:
        self._session = session
        self._env = env
        self._cache = FileCache.from_env(env)

    def token(self, registry: RegistryHost) -> Answer:
        """A token that the registry accepts.

        Raises:
            FetchError: AWS gave none, and no living one is cached.

        """
        place = cached.place_of(registry.name)
        if place is None or self._cache is None:
            return Answer(_entry(fetch_token(registry, self._session)))
        keys = known_keys(place, self._env, self._session.identity) or self._keys_of_chain(place)
        found = self._look(place, keys)
        if found and found.is_fresh:
            return Answer(found)
        return self._fetch(registry, place, keys)

    def _keys_of_chain(self, place: cached.Place) -> tuple[str, ...]:
        """The keys where only botocore knows the access key, or that with which a role is assumed.

        Raises:
            FetchError: there are no credentials.

        """
        identity = self._session.identity
        if identity and identity.role_arn:
            return role_keys(place, identity, self._key_id())
        return place.keys(self._key_id(), self._env)

    def _key_id(self) -> str:
        """The access key id that botocore's chain of providers finds, before any mapped role.

        Raises:
            FetchError: there are no credentials.

        """
        try:
            credentials = self._session.source_credentials()
            frozen = credentials.get_frozen_credentials() if credentials else None
        except Exception as error:  # any provider's: a process, a file, a service
            raise FetchError(explain_failure(error)) from error
        if not frozen or not frozen.access_key:
            message = "Unable to locate credentials"
            raise FetchError(Failure(kind=FailureKind.NO_CREDENTIALS, message=message))
        return str(frozen.access_key)

    def _look(self, place: cached.Place, keys: tuple[str, ...]) -> cached.Entry | None:
        entries = self._cache.entries() if self._cache else {}
        return cached.pick(entries, place, keys, time.time())

    def _fetch(self, registry: RegistryHost, place: cached.Place, keys: tuple[str, ...]) -> Answer:
        """Ask AWS, one process at a time for each token; those that waited find it cached.

        Where it cannot be kept, nobody is to wait in a queue in which each asks for itself.
        """
        assert self._cache is not None  # noqa: S101 - `token` has seen to it
        lock = self._cache.fetching(keys[0])
        lock.acquire(FETCH_SECONDS)
        kept = False
        try:
            found = self._look(place, keys) if lock.was_held else None
            if found and found.is_fresh:
                kept = True
                return Answer(found)
            token = fetch_token(registry, self._session)
            kept = self._keep(keys[0], token, place)
            return Answer(_entry(token))
        except FetchError as error:
            older = self._look(place, keys)
            if older is None:
                raise
            return Answer(older, error.failure)
        finally:
            lock.release(gave_up=not kept)

    def _keep(self, key: str, token: AuthorizationToken, place: cached.Place) -> bool:
        assert self._cache is not None  # noqa: S101
        if token.proxy_endpoint not in place.endpoints:
            # A stand-in for AWS names itself here; the token is for the registry that was asked.
            token = replace(token, proxy_endpoint=place.endpoints[0])
        return self._cache.store(key, token, service="ecr" if place.account else "ecr-public")


def _entry(token: AuthorizationToken) -> cached.Entry:
    expires = token.expires.timestamp()
    return cached.Entry(token.user, token.secret.reveal(), expires, is_fresh=True)
