"""oras: docker's file, read its own way.

Source: oras-project/oras-go, registry/remote/credentials; measured with oras 1.2 and 1.3.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ecr_doctor.redact import Secret

from .go_json import JsonSyntaxError, Pairs, decode, fold
from .helper_answer import HelperStatus, failure_words, read_reply
from .machine import FileState
from .places import absolute
from .resolution import NOT_ASKED, Login, Lookup, Outcome, Resolution, Source, SourceKind
from .strict_base64 import decode_std
from .versions import at_least

if TYPE_CHECKING:
    from .machine import FileRead, Machine

CLIENT = "oras"
_EMPTY_FILE_IS_FINE_SINCE = (1, 3)
_HUB_KEY = "https://index.docker.io/v1/"


class _StopsError(Exception):
    """oras ends before the registry is asked, or when it asks for a login it cannot make."""


def resolve(
    machine: Machine, host: str, repository: str = "", *, version: str = "", auth_file: str = ""
) -> Resolution:
    """Search as oras does; `auth_file` is its flag --registry-config."""
    del repository
    run = _Run(machine, _HUB_KEY if host == "docker.io" else host, version)
    try:
        return run.find(auth_file)
    except _StopsError as error:
        return run.end(Outcome.ERROR, Login(source=run.last), str(error))


def without_tag(version: str) -> Resolution:
    """What becomes of an image without tag and digest: oras does not take `latest` for it."""
    return Resolution(
        client=CLIENT,
        version=version,
        outcome=Outcome.ERROR,
        note="the image names neither a tag nor a digest, and oras wants one",
    )


@dataclass
class _Run:
    machine: Machine
    key: str
    version: str
    lookups: list[Lookup] = field(default_factory=list)
    last: Source = field(default_factory=Source)

    def find(self, auth_file: str) -> Resolution:
        path = _path(self.machine, auth_file)
        self.last = Source(kind=SourceKind.AUTHS, path=path)
        content = self._load(self.machine.read(path))
        store = _text(content, "credsStore")
        helpers = _object(content.get("credHelpers"), "credHelpers")
        auths = _object(content.get("auths"), "auths")
        named = dict(helpers).get(self.key) or ""
        if any(not isinstance(value, str) for _, value in helpers if value is not None):
            raise _StopsError("credHelpers holds a value that is not a text")
        if named or store:
            kind = SourceKind.HELPER if named else SourceKind.STORE
            key = self.key if named else ""
            return self._ask(Source(kind=kind, path=path, key=key, helper=named or store))
        return self._from_auths(auths, path)

    def _load(self, read: FileRead) -> dict[str, Any]:
        if read.state is FileState.EMPTY and not read.data:
            if at_least(self.version, *_EMPTY_FILE_IS_FINE_SINCE):
                return {}
            raise _StopsError(f"{read.path}: EOF")
        if read.state in {FileState.MISSING, FileState.DANGLING}:
            return {}
        if read.state not in {FileState.OK, FileState.EMPTY}:
            raise _StopsError(read.problem)
        try:
            found = decode(read.data)
        except JsonSyntaxError as error:
            raise _StopsError(f"{read.path}: {error}") from None
        if found.empty and not at_least(self.version, *_EMPTY_FILE_IS_FINE_SINCE):
            raise _StopsError(f"{read.path}: EOF")
        return dict(_object(found.value, read.path))

    def _ask(self, source: Source) -> Resolution:
        self.last = source
        reply = self.machine.ask(source.helper, self.key)
        if reply is None:
            self._note(NOT_ASKED)
            return self.end(Outcome.DEPENDS, Login(source=source))
        answer = read_reply(reply, alone=True)
        self._note(str(answer.status))
        if answer.is_failure or answer.status is HelperStatus.HUNG:
            raise _StopsError(failure_words(source.helper, answer))
        if answer.status is HelperStatus.IDENTITY_TOKEN:
            raise _StopsError("missing username or password for basic auth")
        login = _whole(answer.user, answer.secret.reveal(), source)
        return self.end(Outcome.CREDENTIAL if login.secret else Outcome.ANONYMOUS, login)

    def _from_auths(self, auths: Pairs, path: str) -> Resolution:
        entries = dict(auths)
        keys = [self.key] if self.key in entries else [k for k in entries if _host(k) == self.key]
        if not keys:
            self._note("has nothing for the registry")
            return self.end(Outcome.ANONYMOUS, Login(source=self.last))
        logins: list[Login] = []
        failures: list[_StopsError] = []
        for key in keys:
            self.last = Source(kind=SourceKind.AUTHS, path=path, key=key)
            try:
                logins.append(_login(entries[key], self.last))
            except _StopsError as error:
                failures.append(error)
                logins.append(Login(source=self.last))
        if len(failures) == len(logins):
            raise failures[0]
        return self._one_of(logins)

    def _one_of(self, logins: list[Login]) -> Resolution:
        """Any of them, by chance; of one at which oras stops nothing is sent."""
        login = next((one for one in logins if one.secret), logins[0])
        self.last = login.source
        self._note("an entry")
        found = self.end(Outcome.CREDENTIAL if login.secret else Outcome.ANONYMOUS, login)
        return replace(found, candidates=tuple(logins) if len(logins) > 1 else ())

    def _note(self, result: str) -> None:
        self.lookups.append(Lookup(source=self.last, result=result))

    def end(self, outcome: Outcome, login: Login, note: str = "") -> Resolution:
        """The resolution in this client's name."""
        return Resolution(
            client=CLIENT,
            version=self.version,
            outcome=outcome,
            login=login,
            lookups=tuple(self.lookups),
            note=note,
        )


def _path(machine: Machine, auth_file: str) -> str:
    if auth_file:
        return absolute(machine, auth_file)
    folder = machine.env.get("DOCKER_CONFIG", "")
    home = machine.env.get("HOME", "")
    if not folder and not home:
        raise _StopsError("$HOME is not defined")
    return absolute(machine, posixpath.join(folder or f"{home}/.docker", "config.json"))


def _whole(user: str, secret: str, source: Source) -> Login:
    """A whole login is sent, an empty one is none, and half of one is an error."""
    if bool(user) != bool(secret):
        raise _StopsError("missing username or password for basic auth")
    return Login(user=user, secret=Secret(secret), source=source)


def _login(value: Any, source: Source) -> Login:  # noqa: ANN401  any JSON value
    """What an entry gives, whose fields' letter case does not count."""
    fields: dict[str, str] = {}
    for name, item in _object(value, "auths"):
        if fold(name) in {"auth", "username", "password", "identitytoken", "registrytoken"}:
            if item is not None and not isinstance(item, str):
                raise _StopsError("an entry holds a value that is not a text")
            fields[fold(name)] = item or ""
    if fields.get("auth"):
        try:
            user, colon, password = decode_std(fields["auth"]).partition(":")
        except ValueError as error:
            raise _StopsError(f"invalid auth: {error}") from None
        if not colon:
            raise _StopsError("auth does not conform the base64(username:password) format")
        return _whole(user, password, source)
    if not fields.get("username") and (fields.get("identitytoken") or fields.get("registrytoken")):
        raise _StopsError("missing username or password for basic auth")
    return _whole(fields.get("username", ""), fields.get("password", ""), source)


def _object(value: Any, name: str) -> Pairs:  # noqa: ANN401  any JSON value
    if value is None:
        return Pairs()
    if not isinstance(value, Pairs):
        raise _StopsError(f"{name} is not an object")
    return value


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _StopsError(f"{name} is not a text")
    return value


def _host(key: str) -> str:
    return key.removeprefix("http://").removeprefix("https://").partition("/")[0]
