"""The commands of a docker credential helper.

What docker does with each way of failing was measured with the real programs, and decides what is
said where (stdout is read by the client, stderr is passed on to the user's terminal):

- `credentials not found in native keychain` on stdout makes docker go on anonymously: right for
  hosts that are none of Amazon ECR's, and for ECR Public, which serves anonymous pulls.
- Any other failure makes docker fall back to a login that is stored beside the helper, which may
  still be good; podman, skopeo, oras, crane and docker-py stop and show the text. So a private
  registry's failure says its true cause, on stderr for docker's users and on stdout for the rest.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from ecr_doctor.auth import cached
from ecr_doctor.auth.advice import advise, one_line
from ecr_doctor.auth.cache import FileCache
from ecr_doctor.auth.fetcher import FetchError
from ecr_doctor.auth.mapping_file import MappingError, mapped_identity
from ecr_doctor.auth.session import AwsSession
from ecr_doctor.auth.token_source import TokenSource
from ecr_doctor.model import RegistryHost, RegistryHostError, Settings, parse_registry
from ecr_doctor.model.settings import connect_to_rules
from ecr_doctor.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecr_doctor.auth.failure import Failure

NAME = "docker-credential-ecr-doctor"
NOT_FOUND = "credentials not found in native keychain"
"""The text that clients know (docker-credential-helpers, credentials/error.go)."""
NO_SERVER = "no credentials server URL"
USAGE = f"Usage: {NAME} <store|get|erase|list|version>"
PROCESS_SECONDS = 30.0
"""For a `credential_process`: docker itself waits for ever."""


def serve(command: str, text: str) -> int:
    """Carry out one command with what stood on stdin; the exit code."""
    commands: dict[str, Callable[[str], int]] = {
        "get": _get,
        "store": _store,
        "erase": _erase,
        "list": _list,
        "version": _version,
        "--version": _version,
        "-v": _version,
    }
    if command not in commands:
        _say(USAGE)
        return 1
    try:
        return commands[command](text)
    except Exception as error:  # noqa: BLE001 - docker's users get one line, never a traceback
        return _fail(f"{command} failed: {type(error).__name__}: {error}")


def _get(text: str) -> int:
    server = text.strip()
    host = cached.host_of(server)
    if not host:
        _out(NO_SERVER)
        return 1
    try:
        registry = parse_registry(host)
    except RegistryHostError as error:
        hint = f": use {error.likely}" if error.likely else ""
        return _fail(f"{error}{hint}")
    if registry is None:
        _out(NOT_FOUND)
        return 1
    return _get_token(server, registry, os.environ)


def _get_token(server: str, registry: RegistryHost, env: Mapping[str, str]) -> int:
    try:
        session = _session(registry, env)
    except MappingError as error:
        return _without_token(registry, str(error))
    try:
        answer = TokenSource(session, env).token(registry)
    except FetchError as error:
        return _without_token(registry, _why(error.failure, registry, session, env))
    if answer.failure:
        left = max(0, int(answer.entry.expires - time.time())) // 60
        line = _why(answer.failure, registry, session, env)
        _say(f"{NAME}: using a cached token that is good for {left} minutes, as {line}")
    sys.stdout.write(cached.answer(server, answer.entry))
    sys.stdout.flush()
    return 0


def _session(registry: RegistryHost, env: Mapping[str, str]) -> AwsSession:
    """The session of the identity that is set for the registry, or of the ordinary search.

    Raises:
        MappingError: the table of identities cannot be used; a wrong one must not be taken.

    """
    identity = mapped_identity(registry.name, env)
    settings = Settings(env=env, connect_to=connect_to_rules(env))
    return AwsSession(settings, attempts=2, process_seconds=PROCESS_SECONDS, identity=identity)


def _why(
    failure: Failure, registry: RegistryHost, session: AwsSession, env: Mapping[str, str]
) -> str:
    """The reason for a missing token, and who sets the identity where that is not the ordinary."""
    identity = session.identity
    view = identity.view(env) if identity else env
    line = advise(failure, registry, view, metadata_in_vain=session.metadata_in_vain)
    return f"{line} (the identity is set at {identity.origin})" if identity else line


def _without_token(registry: RegistryHost, reason: str) -> int:
    """ECR Public serves anonymous pulls; a private registry never does."""
    if not registry.is_public:
        return _fail(reason)
    _say(f"{NAME}: going on without credentials: {reason}")
    _out(NOT_FOUND)
    return 1


def _store(text: str) -> int:
    """`docker login`: a token of ECR needs no keeping, anything else must not get lost unseen."""
    host = _host_in(text)
    if _is_ecr(host):
        _say(f"{NAME}: {host} needs no login: a token is fetched whenever docker asks for one")
        return 0
    shown = one_line(host, 200) or "this registry"
    return _fail(
        f"keeps tokens of Amazon ECR alone and cannot store a login for {shown}: in docker's"
        " config.json name it under credHelpers for each ECR host, in place of credsStore"
    )


def _erase(text: str) -> int:
    """`docker logout`: forget the registry's cached tokens; other hosts have none here."""
    place = cached.place_of(cached.host_of(text))
    cache = FileCache.from_env(os.environ)
    if place and cache and not cache.forget(place.endpoints):
        _say(f"{NAME}: the cached token could not be removed from {cache.path}")
    return 0


def _list(_text: str) -> int:
    """The registries with a living token in the cache; never asks AWS, so that it cannot hang."""
    cache = FileCache.from_env(os.environ)
    entries = cache.entries().values() if cache else ()
    users: dict[str, str] = {}
    for fields in entries:
        found = cached.entry_of(fields, time.time())
        endpoint = fields.get("ProxyEndpoint") if found else None
        if found and isinstance(endpoint, str):
            # Both forms: classic `docker build` matches the one without a scheme.
            users[endpoint] = users[endpoint.removeprefix("https://")] = found.user
    _out(json.dumps(users))
    return 0


def _version(_text: str) -> int:
    _out(f"{NAME} {VERSION}")
    return 0


def _host_in(text: str) -> str:
    try:
        fields: Any = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    server = fields.get("ServerURL") if isinstance(fields, dict) else None
    return cached.host_of(server) if isinstance(server, str) else ""


def _is_ecr(host: str) -> bool:
    try:
        return parse_registry(host) is not None
    except RegistryHostError:
        return False


def _fail(reason: str) -> int:
    line = f"{NAME}: {one_line(reason, 900)}"
    _say(line)
    _out(line)
    return 1


def _out(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
