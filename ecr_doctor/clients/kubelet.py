"""kubelet: the node's docker file, then the credential providers of its configuration.

Source: kubernetes, pkg/credentialprovider/config.go, keyring.go and plugin/plugin.go; the page
"Kubelet Configuration (v1)" of kubernetes.io. Read, not measured. The pull secrets of a pod and of
its service account come before all this; they are not on the node.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ecr_doctor.redact import Secret

from .go_json import JsonSyntaxError, Pairs, decode, fold
from .kubelet_provider import Provider, ProviderCall, ProviderConfigError, read_providers
from .kubelet_url import matches
from .machine import FileState
from .places import LEGACY_FILE
from .resolution import (
    NOT_ASKED,
    Event,
    Fallback,
    Login,
    Lookup,
    Outcome,
    Resolution,
    Source,
    SourceKind,
)

if TYPE_CHECKING:
    from .machine import FileRead, HelperReply, Machine

CLIENT = "kubelet"
ROOT: Final = "/var/lib/kubelet"
_FOLDERS: Final = (ROOT, "/", "/.docker")
"""Its root folder, its working folder, and /.docker. A system service has no HOME."""
_LEGACY_FOLDERS: Final = (ROOT, "/")
_PULL_SECRETS: Final = "the pull secrets of a pod and of its service account come before this"


class _FileError(ValueError):
    """kubelet passes over the file."""


def resolve(
    machine: Machine, host: str, repository: str, *, version: str = "", auth_file: str = ""
) -> Resolution:
    """What this node adds to a pod's own pull secrets.

    `auth_file` is the file of --image-credential-provider-config. kubelet tries all logins that
    fit, one after the other, until the registry takes one.
    """
    run = _Run(machine, f"{host}/{repository}", version)
    run.from_files()
    if auth_file:
        run.from_providers(auth_file)
    return run.end()


@dataclass
class _Run:
    machine: Machine
    image: str
    """Host and repository."""
    version: str
    lookups: list[Lookup] = field(default_factory=list)
    found: list[tuple[Outcome, Login]] = field(default_factory=list)

    def from_files(self) -> None:
        """The first file that kubelet can read; it knows `auths` alone."""
        places = [(posixpath.join(folder, "config.json"), False) for folder in _FOLDERS]
        places += [(posixpath.join(folder, LEGACY_FILE), True) for folder in _LEGACY_FOLDERS]
        for path, legacy in places:
            read = self.machine.read(path)
            source = Source(kind=SourceKind.AUTHS, path=path)
            if read.state in {FileState.MISSING, FileState.DANGLING}:
                continue
            try:
                entries = _entries(read, legacy=legacy)
            except (_FileError, JsonSyntaxError) as error:
                self._note(source, f"passed over: {error}")
                continue
            self._add(entries, path)
            return

    def _add(self, entries: dict[str, tuple[str, str]], path: str) -> None:
        fitting = sorted((key for key in entries if matches(key, self.image)), reverse=True)
        for key in fitting:
            source = Source(kind=SourceKind.AUTHS, path=path, key=key)
            user, secret = entries[key]
            self._note(source, "a login")
            self._found(Login(user=user, secret=Secret(secret), source=source))
        if not fitting:
            self._note(Source(kind=SourceKind.AUTHS, path=path), "has nothing for the image")

    def from_providers(self, path: str) -> None:
        """Every provider one of whose patterns fits the image is run."""
        try:
            providers = read_providers(self.machine.read(path))
        except ProviderConfigError as error:
            self._note(Source(path=path), f"kubelet does not start with it: {error}")
            return
        fits = False
        for provider in providers:
            pattern = next((p for p in provider.match_images if matches(p, self.image)), "")
            if pattern:
                fits = True
                self._ask(provider, path, pattern)
        if not fits:
            self._note(Source(path=path), "no provider has a pattern that fits the image")

    def _ask(self, provider: Provider, path: str, pattern: str) -> None:
        source = Source(kind=SourceKind.HELPER, path=path, key=pattern, helper=provider.name)
        reply = self.machine.ask_provider(ProviderCall(provider=provider, image=self.image))
        if reply is None:
            self._note(source, NOT_ASKED)
            self.found.append((Outcome.DEPENDS, Login(source=source)))
            return
        try:
            entries = _answer(reply)
        except (_FileError, JsonSyntaxError) as error:
            self._note(source, f"failed: {error}")
            return
        fitting = sorted((key for key in entries if matches(key, self.image)), reverse=True)
        self._note(source, "answered" if fitting else "answered nothing for the image")
        for key in fitting:
            user, secret = entries[key]
            self._found(Login(user=user, secret=Secret(secret), source=source))

    def _found(self, login: Login) -> None:
        outcome = Outcome.CREDENTIAL if login.user or login.secret else Outcome.ANONYMOUS
        self.found.append((outcome, login))

    def _note(self, source: Source, result: str) -> None:
        self.lookups.append(Lookup(source=source, result=result))

    def end(self) -> Resolution:
        """The first login, and those that follow when the registry refuses it."""
        outcome, login = self.found[0] if self.found else (Outcome.ANONYMOUS, Login())
        later = self.found[1:]
        return Resolution(
            client=CLIENT,
            version=self.version,
            outcome=outcome,
            login=login,
            lookups=tuple(self.lookups),
            shadowed=tuple(dict.fromkeys(other.source for _, other in later)),
            fallbacks=self._fallbacks(),
            note=_PULL_SECRETS,
        )

    def _fallbacks(self) -> tuple[Fallback, ...]:
        if not self.found:
            return ()
        outcome, login = self.found[1] if len(self.found) > 1 else (Outcome.ERROR, Login())
        refused = Fallback(event=Event.REFUSED, outcome=outcome, login=login)
        if self.found[0][0] is not Outcome.DEPENDS:
            return (refused,)
        if len(self.found) == 1:
            outcome = Outcome.ANONYMOUS
        return (Fallback(event=Event.FAILURE, outcome=outcome, login=login), refused)


def _entries(read: FileRead, *, legacy: bool) -> dict[str, tuple[str, str]]:
    """Key to user and password; any entry that cannot be read spoils the file."""
    if read.state is not FileState.OK:
        raise _FileError(read.problem or f"the file is {read.state}")
    found = decode(read.data)
    if found.rest:
        raise _FileError("there is more after the JSON value")
    document = _object(found.value)
    if legacy:
        return {key: _login(entry) for key, entry in document}
    auths = [value for name, value in document if fold(name) == "auths"]
    return {key: _login(entry) for value in auths for key, entry in _object(value)}


def _login(value: Any) -> tuple[str, str]:  # noqa: ANN401  any JSON value
    fields = {fold(name): item for name, item in _object(value) if item is not None}
    if any(not isinstance(fields.get(name, ""), str) for name in ("auth", "username", "password")):
        raise _FileError("an entry holds a value that is not a text")
    auth = fields.get("auth", "")
    if not auth:
        return fields.get("username", ""), fields.get("password", "")
    try:
        padded = auth.strip() + "=" * (-len(auth.strip()) % 4)
        text = base64.b64decode(padded, validate=True).decode("utf-8", errors="surrogateescape")
    except (binascii.Error, ValueError):
        raise _FileError("an `auth` is not base64") from None
    user, colon, password = text.partition(":")
    if not colon:
        raise _FileError("an `auth` is not user:password")
    return user, password


def _answer(reply: HelperReply) -> dict[str, tuple[str, str]]:
    if not reply.started:
        raise _FileError(reply.problem)
    if reply.timed_out or reply.exit_code != 0:
        raise _FileError("no answer in time" if reply.timed_out else f"exit {reply.exit_code}")
    document = dict(_object(decode(reply.stdout.reveal()).value))
    if document.get("kind") != "CredentialProviderResponse":
        raise _FileError("its answer is no CredentialProviderResponse")
    return {key: _login(entry) for key, entry in _object(document.get("auth"))}


def _object(value: Any) -> Pairs:  # noqa: ANN401  any JSON value
    if value is None:
        return Pairs()
    if not isinstance(value, Pairs):
        raise _FileError("a field of the wrong type")
    return value
