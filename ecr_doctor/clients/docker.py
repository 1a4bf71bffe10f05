"""`docker pull`: which credential the docker client sends.

Source: docker/cli, cli/config/configfile/file.go (GetAuthConfig, getConfiguredCredentialStore),
cli/config/credentials/native_store.go; measured with 20.10, 26.1, 28.2 and 28.5.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .auth_variable import VARIABLE, obeys_variable, parse_variable
from .docker_config import AuthEntry, DockerConfig, parse_config, parse_legacy, registry_key
from .helper_answer import HelperStatus, failure_words, read_reply
from .machine import FileState
from .places import LEGACY_FILE, ConfigPlace, config_place, docker_home
from .resolution import NOT_ASKED, Login, Lookup, Outcome, Resolution, Source, SourceKind
from .versions import at_least

if TYPE_CHECKING:
    from .docker_config import Route
    from .machine import FileRead, Machine

_ANY_SCHEME_SINCE = (27,)
"""Since docker/cli 8376b3e every scheme is stripped from the keys of `auths`."""
_REFUSES_EMPTY_USER_SINCE = (23,)
"""Since docker/cli c8bd893 an `auth` without a user is as broken as one without a colon."""
_NO_LEGACY_SINCE = (23,)
"""20.10 still reads ~/.dockercfg, 26.1 does not; docker 23 announced its removal."""


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The configuration docker works with, and the file it comes from."""

    place: ConfigPlace
    read: FileRead
    config: DockerConfig

    @property
    def path(self) -> str:
        """The file that was read; for the legacy form, `~/.dockercfg`."""
        return self.read.path


def load(machine: Machine, *, version: str = "", config_dir: str = "") -> LoadedConfig:
    """Read docker's configuration; a broken one is an empty one with a problem."""
    place = config_place(machine, config_dir)
    read = machine.read(place.path)
    config = _parse(read, empty_user=not at_least(version, *_REFUSES_EMPTY_USER_SINCE))
    absent = read.state in {FileState.MISSING, FileState.DANGLING}
    if absent and not at_least(version, *_NO_LEGACY_SINCE):
        legacy = machine.read(f"{docker_home(machine)}/{LEGACY_FILE}")
        if legacy.state is FileState.OK:
            read, config = legacy, parse_legacy(legacy.data)
    if not config.contains_auth:
        config = replace(config, default_store=default_store(machine))
    return LoadedConfig(place, read, config)


def _parse(read: FileRead, *, empty_user: bool) -> DockerConfig:
    if read.state is FileState.OK:
        return parse_config(read.data, empty_user=empty_user)
    if read.state in {FileState.DIRECTORY, FileState.UNREADABLE}:
        return DockerConfig(problem=read.problem)
    return DockerConfig(empty=True)


def default_store(machine: Machine) -> str:
    """The store that docker takes on Linux when its configuration is silent; empty for none.

    Source: docker/cli, cli/config/credentials/default_store_linux.go.
    """
    store = "pass" if machine.has_program("pass") else "secretservice"
    return store if machine.has_program(f"docker-credential-{store}") else ""


def resolve(machine: Machine, host: str, *, version: str = "", config_dir: str = "") -> Resolution:
    """Search as `docker pull` does."""
    search = Search(machine, host, version)
    return search.run(load(machine, version=version, config_dir=config_dir))


@dataclass
class Search:
    """One search: keeps the steps that were taken."""

    machine: Machine
    host: str
    version: str
    client: str = "docker"
    lookups: list[Lookup] = field(default_factory=list)

    @property
    def any_scheme(self) -> bool:
        """How this version normalises the keys of `auths`."""
        return at_least(self.version, *_ANY_SCHEME_SINCE)

    def run(self, loaded: LoadedConfig) -> Resolution:
        """From the variable to the file."""
        route = loaded.config.route(self.host, any_scheme=self.any_scheme)
        from_variable = self._variable()
        if from_variable is not None:
            shadowed = self._sources(loaded, route)
            return self._end([from_variable], shadowed=shadowed)
        if route.asks_helper:
            return self._ask(loaded, route)
        return self._file(loaded, route)

    def _variable(self) -> Login | None:
        value = self.machine.env.get(VARIABLE, "")
        if not value:
            return None
        source = Source(kind=SourceKind.ENV, path=VARIABLE, key=registry_key(self.host))
        if not obeys_variable(self.version):
            self._note(source, f"docker {self.version} does not read it")
            return None
        variable = parse_variable(value)
        if variable.problem:
            self._note(source, f"dropped: {variable.problem}")
            return None
        entry = variable.entry_for(self.host)
        if entry is None:
            self._note(source, "has no entry with exactly this key")
            return None
        self._note(source, "has the registry")
        return _login(entry, source)

    def _ask(self, loaded: LoadedConfig, route: Route) -> Resolution:
        path = "" if route.default_store else loaded.path
        source = Source(kind=route.kind, path=path, key=route.key, helper=route.helper)
        shadowed = self._entry_sources(loaded, route)
        key = registry_key(self.host)
        reply = self.machine.ask(route.helper, key)
        if reply is None:
            self._note(source, NOT_ASKED)
            return self._end([Login(source=source)], shadowed=shadowed, outcome=Outcome.DEPENDS)
        answer = read_reply(reply)
        self._note(source, str(answer.status))
        if answer.status is HelperStatus.HUNG:
            note = "docker waits for the helper without end"
            return self._end([Login(source=source)], outcome=Outcome.ERROR, note=note)
        if answer.is_failure:
            note = f"{failure_words(route.helper, answer)}, and this came instead"
            return replace(self._file(loaded, route), fell_back=True, note=note)
        login = Login(source=source)
        if answer.status is HelperStatus.ANSWERED and not _registry_token(route):
            login = Login(user=answer.user, secret=answer.secret, source=source)
        return self._end([login], shadowed=shadowed)

    def _file(self, loaded: LoadedConfig, route: Route) -> Resolution:
        if not route.entries:
            source = Source(kind=SourceKind.NONE, path=loaded.path)
            self._note(
                Source(kind=SourceKind.AUTHS, path=loaded.path), nothing_words(loaded, self.host)
            )
            return self._end([Login(source=source)])
        logins = [_login(entry, _source(loaded, entry)) for entry in route.entries]
        if loaded.config.unordered:
            logins += self._undecoded(loaded, route)
        for entry in route.entries:
            self._note(_source(loaded, entry), entry_words(entry))
        return self._end(logins)

    def _undecoded(self, loaded: LoadedConfig, route: Route) -> list[Login]:
        """What is left of the entries when the loading stopped before they were decoded."""
        return [
            _login(entry.undecoded, _source(loaded, entry))
            for entry in route.entries
            if entry.has_auth and not entry.problem
        ]

    def _sources(self, loaded: LoadedConfig, route: Route) -> tuple[Source, ...]:
        entries = self._entry_sources(loaded, route)
        if not route.asks_helper:
            return entries
        helper = Source(kind=route.kind, path=loaded.path, key=route.key, helper=route.helper)
        return (helper, *entries)

    def _entry_sources(self, loaded: LoadedConfig, route: Route) -> tuple[Source, ...]:
        return tuple(_source(loaded, entry) for entry in route.entries if entry.sends)

    def _note(self, source: Source, result: str) -> None:
        self.lookups.append(Lookup(source=source, result=result))

    def _end(
        self,
        logins: list[Login],
        *,
        shadowed: tuple[Source, ...] = (),
        outcome: Outcome | None = None,
        note: str = "",
    ) -> Resolution:
        login = logins[0]
        if outcome is None:
            outcome = Outcome.CREDENTIAL if login.secret else Outcome.ANONYMOUS
        return Resolution(
            client=self.client,
            version=self.version,
            outcome=outcome,
            login=login,
            lookups=tuple(self.lookups),
            shadowed=shadowed,
            candidates=tuple(logins) if len(logins) > 1 else (),
            note=note,
        )


def _login(entry: AuthEntry, source: Source) -> Login:
    if not entry.sends:
        return Login(source=source)
    return Login(user=entry.user, secret=entry.secret, source=source)


def _source(loaded: LoadedConfig, entry: AuthEntry) -> Source:
    return Source(kind=SourceKind.AUTHS, path=loaded.path, key=entry.key)


def _registry_token(route: Route) -> bool:
    """Whether the file's entry holds a registry token: it outlives a helper's answer."""
    return any(entry.registry_token for entry in route.entries)


def entry_words(entry: AuthEntry) -> str:
    """What an entry of the file comes to."""
    if entry.problem:
        return f"cannot be decoded: {entry.problem}"
    if entry.registry_token or (entry.identity_token and not entry.sends):
        return "holds a token that is not sent to a registry with Basic login"
    return "a login" if entry.sends else "an entry without user and password"


def nothing_words(loaded: LoadedConfig, host: str) -> str:
    """Why the file has no entry for the host."""
    if loaded.config.problem:
        return f"not loaded: {loaded.config.problem}"
    if loaded.read.state is not FileState.OK:
        return f"the file is {loaded.read.state}"
    return f"has nothing for {host}"
