"""crane, and what else is built on go-containerregistry: ko, kaniko, cosign.

Source: google/go-containerregistry, pkg/authn/keychain.go, which loads the file with docker's own
code: 0.20.1 with that of docker 24, 0.20.2 of 27, 0.20.7 of 29 (go.mod); measured with crane 0.20.1
and 0.20.7.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .auth_variable import VARIABLE, parse_variable
from .docker_config import DockerConfig, parse_config, registry_key
from .helper_answer import HelperStatus, failure_words, read_reply
from .machine import FileState
from .places import absolute, config_place, docker_home
from .resolution import NOT_ASKED, Login, Lookup, Outcome, Resolution, Source, SourceKind
from .versions import at_least

if TYPE_CHECKING:
    from .docker_config import AuthEntry, Route
    from .machine import FileRead, Machine

CLIENT = "crane"
_ANY_SCHEME_SINCE = (0, 20, 2)
_OBEYS_VARIABLE_SINCE = (0, 20, 7)
_READS_CONFIG_HOME_SINCE = (0, 21, 8)


class _StopsError(Exception):
    """crane ends before the registry is asked."""


def resolve(
    machine: Machine, host: str, repository: str, *, version: str = "", auth_file: str = ""
) -> Resolution:
    """Search as crane does, which has no flag for the file: `auth_file` is not used."""
    del auth_file
    run = _Run(machine, host, repository, version)
    try:
        return run.find()
    except _StopsError as error:
        return run.end(Outcome.ERROR, [Login(source=run.last)], str(error))


@dataclass
class _Run:
    machine: Machine
    host: str
    repository: str
    version: str
    lookups: list[Lookup] = field(default_factory=list)
    last: Source = field(default_factory=Source)

    def find(self) -> Resolution:
        read = _file(self.machine, self.version)
        if read is None:
            return self.end(Outcome.ANONYMOUS, [Login()])
        self.last = Source(kind=SourceKind.AUTHS, path=read.path)
        config = parse_config(read.data)
        if config.problem:
            raise _StopsError(f"{read.path}: {config.problem}")
        for key in (f"{self.host}/{self.repository}", registry_key(self.host)):
            found = self._question(config, read.path, key)
            if found is not None:
                return found
        return self.end(Outcome.ANONYMOUS, [Login(source=self.last)])

    def _question(self, config: DockerConfig, path: str, key: str) -> Resolution | None:
        """Ask docker's code for one key; None when it has nothing."""
        from_variable = self._variable(key)
        if from_variable is not None:
            return from_variable
        route = config.route(key, any_scheme=at_least(self.version, *_ANY_SCHEME_SINCE))
        if route.asks_helper:
            return self._ask(route, path, key)
        logins = [_login(entry, path) for entry in route.entries]
        if not any(login.user or login.secret for login in logins):
            return None
        self.last = logins[0].source
        self._note("an entry")
        whole = [login if _is_whole(login) else Login(source=login.source) for login in logins]
        return self.end(Outcome.CREDENTIAL if whole[0].secret else Outcome.ANONYMOUS, whole)

    def _variable(self, key: str) -> Resolution | None:
        """What DOCKER_AUTH_CONFIG has for exactly this key; it is read beside a file alone."""
        value = self.machine.env.get(VARIABLE, "")
        if not value or not at_least(self.version, *_OBEYS_VARIABLE_SINCE):
            return None
        self.last = Source(kind=SourceKind.ENV, path=VARIABLE, key=key)
        variable = parse_variable(value)
        entry = next((entry for entry in variable.entries if entry.key == key), None)
        if entry is None:
            self._note(variable.problem or "has no entry with exactly this key")
            return None
        self._note("has the registry")
        login = Login(user=entry.user, secret=entry.secret, source=self.last)
        return self.end(Outcome.CREDENTIAL if entry.sends else Outcome.ANONYMOUS, [login])

    def _ask(self, route: Route, path: str, key: str) -> Resolution | None:
        self.last = Source(kind=route.kind, path=path, key=route.key, helper=route.helper)
        reply = self.machine.ask(route.helper, key)
        if reply is None:
            self._note(NOT_ASKED)
            return self.end(Outcome.DEPENDS, [Login(source=self.last)])
        answer = read_reply(reply)
        self._note(str(answer.status))
        if answer.is_failure or answer.status is HelperStatus.HUNG:
            raise _StopsError(failure_words(route.helper, answer))
        if not answer.user and not answer.secret:
            return None
        if answer.status is not HelperStatus.ANSWERED:
            return self.end(Outcome.ANONYMOUS, [Login(source=self.last)])
        login = Login(user=answer.user, secret=answer.secret, source=self.last)
        return self.end(Outcome.CREDENTIAL, [login])

    def _note(self, result: str) -> None:
        self.lookups.append(Lookup(source=self.last, result=result))

    def end(self, outcome: Outcome, logins: list[Login], note: str = "") -> Resolution:
        """The resolution in this client's name."""
        return Resolution(
            client=CLIENT,
            version=self.version,
            outcome=outcome,
            login=logins[0],
            lookups=tuple(self.lookups),
            candidates=tuple(logins) if len(logins) > 1 else (),
            note=note,
        )


def _login(entry: AuthEntry, path: str) -> Login:
    """What an entry gives: a registry token is sent as a bearer token, and before a password."""
    source = Source(kind=SourceKind.AUTHS, path=path, key=entry.key)
    if entry.token:
        return Login(secret=entry.token, source=source, bearer=True)
    return Login(user=entry.user, secret=entry.secret, source=source)


def _is_whole(login: Login) -> bool:
    """Whether anything is sent of it: half a login is not."""
    return bool(login.secret) and (login.bearer or bool(login.user))


def _file(machine: Machine, version: str) -> FileRead | None:
    """Docker's file if there is one, else podman's; a folder or a closed file counts as none.

    Where HOME has a file and DOCKER_CONFIG names a folder without one, docker's code finds nothing.
    """
    home = machine.read(posixpath.join(docker_home(machine), ".docker/config.json"))
    place = machine.read(config_place(machine).path)
    if _is_file(home) or _is_file(place):
        return place
    reads = (machine.read(path) for path in _podman_files(machine, version))
    return next((read for read in reads if _is_file(read)), None)


def _podman_files(machine: Machine, version: str) -> list[str]:
    named = machine.env.get("REGISTRY_AUTH_FILE", "")
    runtime = machine.env.get("XDG_RUNTIME_DIR", "")
    folders = [runtime]
    if at_least(version, *_READS_CONFIG_HOME_SINCE):
        own = machine.env.get("XDG_CONFIG_HOME") or posixpath.join(docker_home(machine), ".config")
        folders = [runtime, own] if runtime else [own]
    files = [named] if named else []
    files += [posixpath.join(folder, "containers/auth.json") for folder in folders]
    return [absolute(machine, file) for file in files]


def _is_file(read: FileRead) -> bool:
    return read.state in {FileState.OK, FileState.EMPTY}
