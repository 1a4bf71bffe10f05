"""Docker's `config.json` as the docker client has it in memory after loading.

Source: docker/cli, cli/config/configfile/file.go and cli/config/credentials/file_store.go; the
versions' differences were measured (20.10, 26.1, 28.2, 28.5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ecr_doctor.redact import Secret

from .go_json import JsonSyntaxError, Pairs, decode, fold, type_name
from .go_url import url_host
from .machine import NO_SECRET
from .resolution import SourceKind
from .strict_base64 import decode_std

HUB_KEY = "https://index.docker.io/v1/"
"""The key of Docker Hub's credential; every other registry's is its host."""
_HUB_HOSTS = frozenset({"docker.io", "index.docker.io"})
_HTTP = re.compile("^https?://")
_PROGRAM_PREFIX = "docker-credential-"
ECR_HELPERS = frozenset({"ecr-login", "ecr-doctor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthEntry:
    """One entry under `auths`."""

    key: str
    user: str = ""
    """As docker has it after decoding: from `auth`, or else from `username`."""
    secret: Secret = NO_SECRET
    plain_user: str = ""
    plain_secret: Secret = NO_SECRET
    """The fields `username` and `password`, which count when `auth` was not decoded."""
    has_auth: bool = False
    identity_token: bool = False
    token: Secret = NO_SECRET
    """The `registrytoken`, which docker prefers and a Basic registry does not take."""
    problem: str = ""
    """Why `auth` cannot be decoded; empty when it can."""

    @property
    def sends(self) -> bool:
        """Whether a Basic credential comes of it: both halves, and no registry token before it."""
        return bool(self.user and self.secret) and not self.registry_token

    @property
    def registry_token(self) -> bool:
        """Whether it holds a registry token."""
        return bool(self.token)

    @property
    def undecoded(self) -> AuthEntry:
        """The entry as it stays when loading stopped before its `auth` was decoded."""
        return replace(self, user=self.plain_user, secret=self.plain_secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a configuration sends docker for a host's credential."""

    kind: SourceKind = SourceKind.NONE
    key: str = ""
    helper: str = ""
    entries: tuple[AuthEntry, ...] = ()
    """Entries of `auths` that may be taken; more than one where docker takes any of them."""
    default_store: bool = False
    """True when no file names the store: docker found it on PATH."""

    @property
    def asks_helper(self) -> bool:
        """Whether a helper program is asked before anything else."""
        return self.kind in {SourceKind.HELPER, SourceKind.STORE}

    @property
    def asks_ecr_helper(self) -> bool:
        """Whether that program fetches tokens from AWS; only known for the well-known names."""
        return self.asks_helper and self.helper.removeprefix(_PROGRAM_PREFIX) in ECR_HELPERS


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerConfig:
    """What docker knows after loading a configuration."""

    auths: tuple[AuthEntry, ...] = ()
    creds_store: str = ""
    cred_helpers: tuple[tuple[str, str], ...] = ()
    default_store: str = ""
    """The store docker takes by itself because the configuration names nothing at all."""
    problem: str = ""
    """What docker says after its WARNING; empty when all was read."""
    line: int = 0
    column: int = 0
    unordered: bool = False
    """A broken `auth` stopped the loading: which of the other entries work is chance."""
    empty: bool = False
    """The text holds no value or `null`."""
    extra: str = field(default="", repr=False)
    """Fields that name docker's context or proxies are not kept; this is the `currentContext`."""

    @property
    def contains_auth(self) -> bool:
        """Whether anything about credentials was read; if not, docker looks for a default store."""
        return bool(self.creds_store or self.cred_helpers or self.auths)

    def helper_for(self, host: str) -> str | None:
        """The value of `credHelpers` for exactly this key; None without one."""
        return dict(self.cred_helpers).get(registry_key(host))

    def entries_for(self, host: str, *, any_scheme: bool = True) -> tuple[AuthEntry, ...]:
        """The entries docker may take: the one with the exact key, else all with this host part."""
        key = registry_key(host)
        exact = tuple(entry for entry in self.auths if entry.key == key)
        if exact:
            return exact
        return tuple(e for e in self.auths if host_part(e.key, any_scheme=any_scheme) == key)

    def route(self, host: str, *, any_scheme: bool = True) -> Route:
        """Where docker turns for the credential of a host; no program is run."""
        entries = self.entries_for(host, any_scheme=any_scheme)
        named = self.helper_for(host)
        if named:
            key = registry_key(host)
            return Route(kind=SourceKind.HELPER, key=key, helper=named, entries=entries)
        store = "" if named is not None else self.creds_store or self.default_store
        if store:
            by_itself = not self.creds_store
            return Route(
                kind=SourceKind.STORE, helper=store, entries=entries, default_store=by_itself
            )
        if entries:
            return Route(kind=SourceKind.AUTHS, key=entries[0].key, entries=entries)
        return Route()


NO_CONFIG: Final = DockerConfig(empty=True)
"""What docker has when there is no file."""


def registry_key(host: str) -> str:
    """The key under which docker looks for a registry's credential."""
    return HUB_KEY if host in _HUB_HOSTS else host


def host_part(key: str, *, any_scheme: bool = True) -> str:
    """The host in a key of `auths`, as docker normalises it.

    `any_scheme`: docker 27 reads a key with `://` as a URL; 20.10 and 26.1 strip `http://` and
    `https://` in lower case.
    """
    if any_scheme:
        host = url_host(key) if "://" in key else ""
        return host or key.partition("/")[0]
    return _HTTP.sub("", key).partition("/")[0]


def decode_auth(text: str, *, empty_user: bool = False) -> tuple[str, str]:
    """User and password of an `auth` value, by docker's rules.

    Standard alphabet with padding, line breaks allowed; NULs around the password are cut off.
    `empty_user`: an empty user is no fault; docker 23 and newer refuse it.

    Raises:
        ValueError: docker refuses it, in docker's words.

    """
    user, colon, password = decode_std(text).partition(":")
    if not colon or not (user or empty_user):
        raise ValueError("Invalid auth configuration file")
    return user, password.strip("\0")


def parse_config(data: bytes | str, *, empty_user: bool = False) -> DockerConfig:
    """Load a configuration as docker does; a problem is part of the result, never raised."""
    try:
        decoded = decode(data)
    except JsonSyntaxError as error:
        return DockerConfig(problem=str(error), line=error.line, column=error.column)
    if decoded.empty or decoded.value is None:
        return DockerConfig(empty=True)
    if not isinstance(decoded.value, Pairs):
        words = (
            f"json: cannot unmarshal {type_name(decoded.value)} into Go value of type ConfigFile"
        )
        return DockerConfig(problem=words, line=1, column=1)
    loader = _Loader(empty_user=empty_user)
    loader.read(decoded.value)
    return loader.result()


def parse_legacy(data: bytes) -> DockerConfig:
    """Load `~/.dockercfg`, the map of `auths` without a name around it, as docker 20.10 does.

    Its older form of two lines serves Docker Hub alone and counts as invalid here.
    """
    try:
        decoded = decode(data)
    except JsonSyntaxError as error:
        return DockerConfig(problem=str(error), line=error.line, column=error.column)
    loader = _Loader(empty_user=True)
    loader.read(Pairs([("auths", decoded.value)]))
    return loader.result()


class _Loader:
    """Fills docker's structure field by field; the first wrong type is reported at the end."""

    def __init__(self, *, empty_user: bool) -> None:
        self.empty_user = empty_user
        self.auths: dict[str, dict[str, str]] = {}
        self.helpers: dict[str, str] = {}
        self.store = ""
        self.context = ""
        self.problem = ""

    def read(self, pairs: Pairs) -> None:
        for name, value in pairs:
            match fold(name):
                case "auths":
                    self._read_auths(value)
                case "credhelpers":
                    self._read_helpers(value)
                case "credsstore":
                    self.store = self._text(value, "credsStore", self.store)
                case "currentcontext":
                    self.context = self._text(value, "currentContext", self.context)
                case other:
                    self._check_other(other, name, value)

    def _read_auths(self, value: Any) -> None:  # noqa: ANN401  any JSON value
        if value is None:
            self.auths = {}
        elif self._expect(value, Pairs, "auths", "map[string]types.AuthConfig"):
            for key, entry in value:
                self.auths[key] = self._entry(entry)

    def _entry(self, value: Any) -> dict[str, str]:  # noqa: ANN401  any JSON value
        entry: dict[str, str] = {}
        if value is None or not self._expect(value, Pairs, "auths", "types.AuthConfig"):
            return entry
        for name, item in value:
            folded = fold(name)
            if folded in _ENTRY_FIELDS:
                entry[folded] = self._text(item, f"auths.{folded}", entry.get(folded, ""))
        return entry

    def _read_helpers(self, value: Any) -> None:  # noqa: ANN401  any JSON value
        if value is None:
            self.helpers = {}
        elif self._expect(value, Pairs, "credHelpers", "map[string]string"):
            for key, item in value:
                self.helpers[key] = self._text(item, "credHelpers", "")

    def _check_other(self, folded: str, name: str, value: Any) -> None:  # noqa: ANN401
        if value is None:
            return
        if folded in _TEXT_FIELDS:
            self._text(value, name, "")
        elif folded in _LIST_FIELDS:
            if self._expect(value, list, name, "[]string"):
                for item in value:
                    self._text(item, name, "")
        elif folded in _MAP_FIELDS and self._expect(value, Pairs, name, "map[string]string"):
            for _, item in value:
                self._check_nested(folded, name, item)

    def _check_nested(self, folded: str, name: str, item: Any) -> None:  # noqa: ANN401
        if folded not in _NESTED_MAP_FIELDS:
            self._text(item, name, "")
        elif item is not None and self._expect(item, Pairs, name, "map[string]string"):
            for _, inner in item:
                self._text(inner, name, "")

    def _text(self, value: Any, name: str, before: str) -> str:  # noqa: ANN401  any JSON value
        if value is None:
            return before
        return str(value) if self._expect(value, str, name, "string") else before

    def _expect(self, value: object, kind: type, name: str, go_type: str) -> bool:
        fits = isinstance(value, kind) and not (kind is list and isinstance(value, Pairs))
        if not fits and not self.problem:
            self.problem = (
                f"json: cannot unmarshal {type_name(value)} into Go struct field "
                f"ConfigFile.{name} of type {go_type}"
            )
        return fits

    def result(self) -> DockerConfig:
        entries = tuple(
            _auth_entry(key, entry, empty_user=self.empty_user) for key, entry in self.auths.items()
        )
        problem, unordered = self.problem, False
        if problem:
            entries = tuple(entry.undecoded for entry in entries)
        else:
            broken = [entry for entry in entries if entry.problem]
            problem = broken[0].problem if broken else ""
            unordered = bool(broken)
            entries = tuple(entry.undecoded if entry.problem else entry for entry in entries)
        return DockerConfig(
            auths=entries,
            creds_store=self.store,
            cred_helpers=tuple(self.helpers.items()),
            problem=problem,
            unordered=unordered,
            extra=self.context,
        )


def _auth_entry(key: str, entry: dict[str, str], *, empty_user: bool) -> AuthEntry:
    user, secret, problem = entry.get("username", ""), entry.get("password", ""), ""
    auth = entry.get("auth", "")
    if auth:
        try:
            user, secret = decode_auth(auth, empty_user=empty_user)
        except ValueError as error:
            problem = str(error)
    return AuthEntry(
        key=key,
        user=user,
        secret=Secret(secret),
        plain_user=entry.get("username", ""),
        plain_secret=Secret(entry.get("password", "")),
        has_auth=bool(auth),
        identity_token=bool(entry.get("identitytoken")),
        token=Secret(entry.get("registrytoken", "")),
        problem=problem,
    )


_ENTRY_FIELDS = frozenset(
    {"username", "password", "auth", "email", "serveraddress", "identitytoken", "registrytoken"}
)
_TEXT_FIELDS = frozenset(
    {
        "psformat", "imagesformat", "networksformat", "pluginsformat", "volumesformat",
        "statsformat", "detachkeys", "serviceinspectformat", "servicesformat", "tasksformat",
        "secretformat", "configformat", "nodesformat", "experimental",
    }
)  # fmt: skip
_LIST_FIELDS = frozenset({"prunefilters", "clipluginsextradirs"})
_MAP_FIELDS = frozenset({"httpheaders", "aliases", "features", "proxies", "plugins"})
_NESTED_MAP_FIELDS = frozenset({"proxies", "plugins"})
