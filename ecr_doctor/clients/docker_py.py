"""docker-py: compose 1, Ansible, testcontainers, and this tool's own test pull.

Source: docker/docker-py 7, docker/auth.py, docker/utils/config.py, docker/credentials/store.py.
"""

from __future__ import annotations

import base64
import binascii
import json
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecr_doctor.redact import Secret

from .helper_answer import NOT_FOUND_WORDS, PROGRAM_PREFIX, TOKEN_USER
from .machine import FileState
from .places import CONFIG_FILE, LEGACY_FILE
from .resolution import (
    NOT_ASKED,
    NOT_THERE,
    Login,
    Lookup,
    Outcome,
    Resolution,
    Source,
    SourceKind,
)

if TYPE_CHECKING:
    from .machine import FileRead, HelperReply, Machine

CLIENT = "docker-py"
_HUB = "docker.io"
_HUB_URL = "https://index.docker.io/v1/"
_NOT_UTF8 = "\N{REPLACEMENT CHARACTER}"
"""Stands in a helper's output for bytes that are no text; Go takes them so, Python does not."""
_ABSENT = (FileState.MISSING, FileState.DANGLING)


class DockerPyError(Exception):
    """docker-py raises an exception, and no pull is tried."""


@dataclass(frozen=True, slots=True)
class _Config:
    auths: dict[str, Any] = field(default_factory=dict)
    store: Any = None
    helpers: Any = field(default_factory=dict)
    problem: str = ""
    """Why nothing could be read from the file; docker-py is silent about it."""
    null_headers: bool = False
    """`HttpHeaders` is null: it cannot be added to the header of a login, and is no fault else."""


def resolve(machine: Machine, host: str, *, version: str = "", config_dir: str = "") -> Resolution:
    """Search as docker-py does; `config_dir` is not known to it and counts as DOCKER_CONFIG."""
    search = _Search(machine, "" if host == _HUB else host, version)
    try:
        return search.run(config_dir)
    except DockerPyError as error:
        return search.end(Outcome.ERROR, Login(source=search.last), note=str(error))


@dataclass
class _Search:
    machine: Machine
    host: str
    """Empty for Docker Hub."""
    version: str
    lookups: list[Lookup] = field(default_factory=list)
    last: Source = field(default_factory=Source)

    def run(self, config_dir: str) -> Resolution:
        read = self._find(config_dir)
        if read is None:
            return self.end(Outcome.ANONYMOUS, Login())
        self.last = Source(path=read.path)
        config = _load(read)
        login = self._from_helper(config, read.path) or self._from_auths(config, read.path)
        if login.secret and config.null_headers:
            raise DockerPyError("HttpHeaders is null")
        return self._finish(login)

    def _find(self, config_dir: str) -> FileRead | None:
        """The first file that exists: it goes on where docker stops."""
        folder = config_dir or self.machine.env.get("DOCKER_CONFIG", "")
        home = self.machine.env.get("HOME", self.machine.passwd_home).rstrip("/")
        paths = [posixpath.join(self.machine.cwd, folder, CONFIG_FILE)] if folder else []
        paths += [f"{home}/.docker/{CONFIG_FILE}", f"{home}/{LEGACY_FILE}"]
        for path in paths:
            read = self.machine.read(path)
            found = read.state not in _ABSENT and not _below_a_file(read)
            source = Source(kind=SourceKind.AUTHS, path=path)
            self.lookups.append(Lookup(source=source, result="read" if found else NOT_THERE))
            if found:
                return read
        return None

    def _from_helper(self, config: _Config, path: str) -> Login | None:
        if not config.store and not config.helpers:
            return None
        key = self.host or _HUB_URL
        if not isinstance(config.helpers, dict):
            raise DockerPyError("credHelpers is not an object")
        named = config.helpers.get(key)
        name = named or config.store
        if name is None or name == "":
            return None
        if not isinstance(name, str):
            raise DockerPyError("the name of a helper is not a text")
        kind = SourceKind.HELPER if named else SourceKind.STORE
        self.last = Source(kind=kind, path=path, key=key if named else "", helper=name)
        reply = self.machine.ask(name, key)
        if reply is None:
            self._note(NOT_ASKED)
            return Login(source=self.last)
        return self._answer(reply)

    def _answer(self, reply: HelperReply) -> Login | None:
        """The login; None for "not found", after which `auths` is looked into."""
        user, secret = _read(reply, PROGRAM_PREFIX + self.last.helper)
        if user == "" and secret == "":
            self._note("not found")
            return None
        self._note("answered")
        if user == TOKEN_USER or not (_is_text(user) and _is_text(secret)):
            return Login(source=self.last)
        return Login(user=user, secret=Secret(secret), source=self.last)

    def _from_auths(self, config: _Config, path: str) -> Login:
        wanted = self.host or _HUB
        for key in [wanted] if wanted in config.auths else list(config.auths):
            if key == wanted or _index_name(key) == wanted:
                self.last = Source(kind=SourceKind.AUTHS, path=path, key=key)
                self._note("an entry")
                user, secret = config.auths[key] or ("", "")
                if not user or not secret:
                    return Login(source=self.last)
                return Login(user=user, secret=Secret(secret), source=self.last)
        self.last = Source(kind=SourceKind.AUTHS, path=path)
        self._note(config.problem or f"has nothing for {wanted}")
        return Login(source=Source(path=path))

    def _finish(self, login: Login) -> Resolution:
        if self.lookups and self.lookups[-1].result == NOT_ASKED:
            return self.end(Outcome.DEPENDS, login)
        return self.end(Outcome.CREDENTIAL if login.secret else Outcome.ANONYMOUS, login)

    def _note(self, result: str) -> None:
        self.lookups.append(Lookup(source=self.last, result=result))

    def end(self, outcome: Outcome, login: Login, *, note: str = "") -> Resolution:
        """The resolution in this client's name."""
        return Resolution(
            client=CLIENT,
            version=self.version,
            outcome=outcome,
            login=login,
            lookups=tuple(self.lookups),
            note=note,
        )


def _below_a_file(read: FileRead) -> bool:
    """Whether the path goes through a file: Python then says that it does not exist."""
    return "not a directory" in read.problem


def _load(read: FileRead) -> _Config:
    if read.state not in {FileState.OK, FileState.EMPTY}:
        return _Config(problem=f"cannot be read: {read.problem}")
    try:
        document = json.loads(read.data.decode("utf-8"))
    except (ValueError, RecursionError):
        legacy = _legacy(read.data)
        return _Config(legacy, problem="" if legacy else "not JSON")
    if not isinstance(document, dict):
        raise DockerPyError("the configuration is not a JSON object")
    _check_general(document)
    auths: dict[str, Any] = {}
    if document.get("auths"):
        auths = _entries(document["auths"], strict=True)
    store, helpers = document.get("credsStore"), document.get("credHelpers")
    if not (document.get("auths") or store or helpers):
        auths = _entries(document, strict=False)
    null = document.get("HttpHeaders", {}) is None
    return _Config(auths, store or None, helpers or {}, null_headers=null)


def _check_general(document: dict[str, Any]) -> None:
    """Fields that have nothing to do with logins, and end the client or its pull all the same.

    Source: docker/api/client.py (proxies), docker/utils/decorators.py (update_headers).
    """
    proxies = document.get("proxies", {})
    if not isinstance(proxies, dict) or not isinstance(proxies.get("default", {}), dict):
        raise DockerPyError("proxies is not an object")
    headers = document.get("HttpHeaders", {})
    if not isinstance(headers, dict):
        if headers not in ("", [], None):
            raise DockerPyError("HttpHeaders is not an object")
    elif any(not isinstance(value, str) for value in headers.values() if value is not None):
        raise DockerPyError("HttpHeaders holds a value that is not a text")


def _legacy(data: bytes) -> dict[str, Any]:
    """The two-line form of ~/.dockercfg, which is for Docker Hub."""
    try:
        lines = data.decode("utf-8").splitlines()
        values = [line.strip().split(" = ")[1] for line in lines]
        return {_HUB: _decode(values[0])} if len(values) > 1 else {}
    except (ValueError, IndexError, DockerPyError):
        return {}


def _entries(entries: Any, *, strict: bool) -> dict[str, Any]:  # noqa: ANN401  any JSON value
    """Key to user and password, or to None for an entry of which nothing is sent."""
    if not isinstance(entries, dict):
        raise DockerPyError("auths is not an object")
    found: dict[str, Any] = {}
    for key, entry in entries.items():
        if not isinstance(entry, dict):
            if strict:
                raise DockerPyError(f"the entry of {key} is not an object")
            return {}
        if "identitytoken" in entry or "auth" not in entry:
            found[key] = None
        elif not isinstance(entry.get("email"), str | None):
            found[key] = None  # it goes into the header, of which the engine then takes nothing
        else:
            found[key] = _decode(entry["auth"])
    return found


def _decode(auth: Any) -> tuple[str, str]:  # noqa: ANN401  any JSON value
    """User and password as Python's lenient base64 gives them; NULs are kept."""
    if not isinstance(auth, str):
        raise DockerPyError("auth is not a text")
    try:
        user, password = base64.b64decode(auth.encode("ascii")).split(b":", 1)
        return user.decode(), password.decode()
    except (binascii.Error, ValueError):
        raise DockerPyError("auth cannot be decoded") from None


def _is_text(value: object) -> bool:
    """Whether the engine can use it: of a header with any other value it takes nothing at all."""
    return isinstance(value, str) and bool(value)


def _read(reply: HelperReply, program: str) -> tuple[Any, Any]:
    """User and secret, of any JSON type; both empty for "not found"."""
    if reply.timed_out:
        raise DockerPyError(f"{program} gives no answer in time")
    if not reply.started:
        problem = reply.problem.removeprefix(f"{program}: ")
        raise DockerPyError(f"{program} cannot be started ({problem})")
    text = reply.stdout.reveal()
    if reply.exit_code != 0:
        if NOT_FOUND_WORDS in text:
            return "", ""
        raise DockerPyError(f"{program} fails")
    if _NOT_UTF8 in text:
        raise DockerPyError(f"{program} answers what is not UTF-8")
    try:
        document = json.loads(text)
        return document["Username"], document["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DockerPyError(f"{program} answers what is not the protocol's JSON") from None


def _index_name(key: str) -> str:
    host = key.replace("http://", "").replace("https://", "").split("/", 1)[0]
    return _HUB if host == f"index.{_HUB}" else host
