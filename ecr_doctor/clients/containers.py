"""skopeo, podman and buildah: the search of containers/image.

Source: containers/image, pkg/docker/config/config.go and pkg/sysregistriesv2; containers/common,
pkg/auth; measured with skopeo 1.9 to 1.22, podman 4.3 to 5.8, buildah 1.28 and 1.39.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecr_doctor.redact import Secret

from .go_json import JsonSyntaxError, Pairs, decode, fold
from .helper_answer import HelperStatus, failure_words, read_reply
from .machine import FileState
from .places import absolute, docker_home
from .registries import RegistriesError, registries_helpers
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
from .strict_base64 import decode_pair

if TYPE_CHECKING:
    from .machine import FileRead, HelperReply, Machine
    from .registries import NamedHelpers

FILES_HELPER = "containers-auth.json"
"""The name that stands for the files in registries.conf's list of helpers."""
_HUB_HOSTS = frozenset({"docker.io", "registry-1.docker.io"})


class ClientStopsError(Exception):
    """The client ends before any registry is asked."""


class _NotAskedError(Exception):
    """A helper's answer decides, and it may not be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """In what these programs and their versions differ."""

    client: str
    version: str
    docker_config_is_authfile: bool = False
    """podman and buildah take DOCKER_CONFIG as if it were --authfile."""
    named_file_alone: bool = True
    """Whether a file that was named is the only one; older versions go on to docker's."""
    missing_flag_file_stops: bool = False
    missing_variable_file_stops: bool = False
    reads_registries_variable: bool = False
    """Whether CONTAINERS_REGISTRIES_CONF is obeyed."""


@dataclass(frozen=True, slots=True)
class AuthFile:
    """A file of the search; `legacy` for ~/.dockercfg, whose keys are URLs."""

    path: str
    legacy: bool = False
    must_exist: bool = False


def search(
    machine: Machine, host: str, repository: str, habits: Habits, auth_file: str
) -> Resolution:
    """Search by these habits; `auth_file` is the flag --authfile."""
    run = _Run(machine, host, repository, habits)
    try:
        login = run.find(auth_file)
    except ClientStopsError as error:
        return run.end(Outcome.ERROR, Login(source=run.last), str(error))
    except _NotAskedError:
        return run.end(Outcome.DEPENDS, Login(source=run.last))
    if login.user or login.secret:
        return run.end(Outcome.CREDENTIAL, login)
    return run.end(Outcome.ANONYMOUS, login, _missing_runtime_folder(machine))


@dataclass
class _Run:
    machine: Machine
    host: str
    repository: str
    habits: Habits
    lookups: list[Lookup] = field(default_factory=list)
    last: Source = field(default_factory=Source)
    candidates: list[Login] = field(default_factory=list)

    def find(self, auth_file: str) -> Login:
        """The helpers of registries.conf in order; the files are one of them."""
        files = auth_files(self.machine, self.habits, auth_file)
        for file in files:
            if file.must_exist and self.machine.read(file.path).state is FileState.MISSING:
                raise ClientStopsError(f"checking authfile: stat {file.path}: no such file")
        try:
            variable = self.habits.reads_registries_variable
            named = registries_helpers(self.machine, obeys_variable=variable)
        except RegistriesError as error:
            raise ClientStopsError(str(error)) from None
        return self._from_helpers(named, files)

    def _from_helpers(self, named: NamedHelpers, files: list[AuthFile]) -> Login:
        """One that fails is passed over as long as a later one answers."""
        failure: ClientStopsError | None = None
        for helper in named.names or (FILES_HELPER,):
            source = Source(kind=SourceKind.STORE, path=named.path, helper=helper)
            try:
                asks_files = helper == FILES_HELPER
                found = self._from_files(files) if asks_files else self._ask(source)
            except ClientStopsError as error:
                failure = error
                continue
            if found is not None:
                return found
        if failure is not None:
            raise failure
        return Login()

    def _from_files(self, files: list[AuthFile]) -> Login | None:
        for file in files:
            found = self._from_file(file)
            if found is not None:
                return found
        return None

    def _from_file(self, file: AuthFile) -> Login | None:
        self.last = Source(kind=SourceKind.AUTHS, path=file.path)
        read = self.machine.read(file.path)
        if read.state in {FileState.MISSING, FileState.DANGLING}:
            self._note(NOT_THERE)
            return None
        auths, helpers = _parse(read, legacy=file.legacy)
        if self.host in helpers:
            name = helpers[self.host]
            source = Source(kind=SourceKind.HELPER, path=file.path, key=self.host, helper=name)
            return self._ask(source)
        exact = [self.host] if file.legacy else self._keys()
        for key in exact:
            if key in auths:
                return self._entry(file, key, auths[key])
        wanted = _normal(self.host)
        loose = [key for key in auths if _normal_key(key, legacy=file.legacy) == wanted]
        if not loose:
            self._note("has nothing for the image")
            return None
        if len(loose) == 1:
            return self._entry(file, loose[0], auths[loose[0]])
        return self._any(file, {key: auths[key] for key in loose})

    def _any(self, file: AuthFile, entries: dict[str, dict[str, str]]) -> Login | None:
        """One of several, by chance; one that cannot be decoded stops the client if it is met."""
        logins: list[Login] = []
        failure: ClientStopsError | None = None
        for key, entry in entries.items():
            try:
                logins.append(self._entry(file, key, entry) or Login(source=self.last))
            except ClientStopsError as error:
                failure = error
                self._note("cannot be decoded")
        if not logins and failure is not None:
            raise failure
        spoilt = [Login(source=self.last)] if failure is not None else []
        self.candidates = [*logins, *spoilt]
        return next((one for one in logins if one.user or one.secret), None)

    def _keys(self) -> list[str]:
        """The longest first: HOST/team/app, HOST/team, HOST."""
        parts = f"{self.host}/{self.repository}".split("/")
        return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]

    def _entry(self, file: AuthFile, key: str, entry: dict[str, str]) -> Login | None:
        """The login of an entry; None for an empty one, after which the next file is read."""
        self.last = Source(kind=SourceKind.AUTHS, path=file.path, key=key)
        try:
            user, secret = decode_pair(entry.get("auth", ""))
        except ValueError as error:
            raise ClientStopsError(f"{file.path}: {error}") from None
        token = bool(entry.get("identitytoken"))
        if not user and not secret and not token:
            self._note("an entry without a login")
            return None
        self._note("a login")
        return Login(user=user, secret=Secret(secret), source=self.last)

    def _ask(self, source: Source) -> Login | None:
        self.last = source
        reply = self.machine.ask(source.helper, self.host)
        if reply is None:
            self._note(NOT_ASKED)
            raise _NotAskedError
        return self._answer(reply)

    def _answer(self, reply: HelperReply) -> Login | None:
        answer = read_reply(reply)
        self._note(str(answer.status))
        if answer.is_failure or answer.status is HelperStatus.HUNG:
            raise ClientStopsError(failure_words(self.last.helper, answer))
        if answer.status is HelperStatus.IDENTITY_TOKEN:
            return Login(source=self.last)
        if not answer.user and not answer.secret:
            return None
        return Login(user=answer.user, secret=answer.secret, source=self.last)

    def _note(self, result: str) -> None:
        self.lookups.append(Lookup(source=self.last, result=result))

    def end(self, outcome: Outcome, login: Login, note: str = "") -> Resolution:
        """The resolution in the client's name."""
        return Resolution(
            client=self.habits.client,
            version=self.habits.version,
            outcome=outcome,
            login=login,
            lookups=tuple(self.lookups),
            candidates=tuple(self.candidates) if outcome is Outcome.CREDENTIAL else (),
            note=note,
        )


def auth_files(machine: Machine, habits: Habits, flag: str) -> list[AuthFile]:
    """The files in the order in which they are read."""
    named, must_exist = _named_file(machine, habits, flag)
    home = docker_home(machine)
    first = [AuthFile(named, must_exist=must_exist)] if named else _runtime_file(machine)
    if named and habits.named_file_alone:
        return first
    config_home = machine.env.get("XDG_CONFIG_HOME") or posixpath.join(home, ".config")
    folder = machine.env.get("DOCKER_CONFIG") or posixpath.join(home, ".docker")
    return [
        *first,
        AuthFile(absolute(machine, posixpath.join(config_home, "containers/auth.json"))),
        AuthFile(absolute(machine, posixpath.join(folder, "config.json"))),
        AuthFile(posixpath.join(home, ".dockercfg"), legacy=True),
    ]


def _named_file(machine: Machine, habits: Habits, flag: str) -> tuple[str, bool]:
    if flag:
        return absolute(machine, flag), habits.missing_flag_file_stops
    variable = machine.env.get("REGISTRY_AUTH_FILE", "")
    if variable:
        return absolute(machine, variable), habits.missing_variable_file_stops
    folder = machine.env.get("DOCKER_CONFIG", "")
    if folder and habits.docker_config_is_authfile:
        path = absolute(machine, posixpath.join(folder, "config.json"))
        return path, habits.missing_variable_file_stops
    return "", False


def _runtime_file(machine: Machine) -> list[AuthFile]:
    """The file of `podman login`; none where XDG_RUNTIME_DIR names a folder that is not there."""
    folder = machine.env.get("XDG_RUNTIME_DIR", "")
    if not folder:
        return [AuthFile(f"/run/containers/{machine.uid}/auth.json")]
    if not machine.is_directory(folder):
        return []
    return [AuthFile(posixpath.join(folder, "containers/auth.json"))]


def _missing_runtime_folder(machine: Machine) -> str:
    """A hint: no fault for these programs, but what `podman login` stored is then out of sight."""
    folder = machine.env.get("XDG_RUNTIME_DIR", "")
    if not folder or machine.is_directory(folder):
        return ""
    return f"XDG_RUNTIME_DIR names {folder}, which does not exist: no login file is read there"


_Parsed = tuple[dict[str, dict[str, str]], dict[str, str]]


def _parse(read: FileRead, *, legacy: bool) -> _Parsed:
    """The entries and helpers of a file, as Go's json.Unmarshal gives them: it is strict."""
    if read.state is not FileState.OK:
        raise ClientStopsError(f"reading {read.path}: {read.problem or 'unexpected end of JSON'}")
    value = _whole(read)
    document = Pairs([("auths", value)]) if legacy else value
    auths: dict[str, dict[str, str]] = {}
    helpers: dict[str, str] = {}
    for name, value in _object(document, read.path):
        if fold(name) == "auths":
            for key, entry in _object(value, read.path):
                auths[key] = _texts(entry, read.path, ("auth", "identitytoken"))
        elif fold(name) == "credhelpers" and not legacy:
            helpers |= {k: _text(v, read.path) for k, v in _object(value, read.path)}
    return auths, helpers


def _whole(read: FileRead) -> Any:  # noqa: ANN401  any JSON value
    try:
        found = decode(read.data)
    except JsonSyntaxError as error:
        raise ClientStopsError(f"unmarshaling JSON at {read.path}: {error}") from None
    if found.rest:
        raise ClientStopsError(f"unmarshaling JSON at {read.path}: invalid character after it")
    return found.value


def _object(value: Any, path: str) -> Pairs:  # noqa: ANN401  any JSON value
    if value is None:
        return Pairs()
    if not isinstance(value, Pairs):
        raise ClientStopsError(f"unmarshaling JSON at {path}: a field of the wrong type")
    return value


def _texts(value: Any, path: str, names: tuple[str, ...]) -> dict[str, str]:  # noqa: ANN401
    fields = ((fold(name), item) for name, item in _object(value, path))
    return {name: _text(item, path) for name, item in fields if name in names}


def _text(value: Any, path: str) -> str:  # noqa: ANN401  any JSON value
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ClientStopsError(f"unmarshaling JSON at {path}: a field of the wrong type")
    return value


def _normal(registry: str) -> str:
    return "index.docker.io" if registry in _HUB_HOSTS else registry


def _normal_key(key: str, *, legacy: bool) -> str:
    stripped = key.removeprefix("http://").removeprefix("https://")
    if legacy or stripped != key:
        stripped = stripped.partition("/")[0]
    return _normal(stripped)
