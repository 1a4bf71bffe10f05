"""`docker build` with the classic builder: the client hands all its credentials to the engine.

Source: docker/cli, cli/config/configfile/file.go (GetAllCredentials) and moby, registry/auth.go
(ResolveAuthConfig); measured with 20.10 and 28.2. BuildKit asks for one host, as `docker pull`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from .auth_variable import VARIABLE, AuthVariable, obeys_variable, parse_variable
from .docker import LoadedConfig, entry_words, load, nothing_words
from .docker_config import AuthEntry, host_part, registry_key
from .go_json import JsonSyntaxError, Pairs, decode
from .helper_answer import HelperStatus, read_reply
from .resolution import NOT_ASKED, Login, Lookup, Outcome, Resolution, Source, SourceKind
from .versions import at_least

if TYPE_CHECKING:
    from .helper_answer import HelperAnswer
    from .machine import Machine

CLIENT = "docker-build"
_SKIPS_BROKEN_SINCE = (23,)
"""Since docker/cli pull request 3996 one broken helper no longer loses every credential."""


def resolve(machine: Machine, host: str, *, version: str = "", config_dir: str = "") -> Resolution:
    """What the engine would send for the base image, out of all that the client hands over."""
    loaded = load(machine, version=version, config_dir=config_dir)
    collector = _Collector(machine, host, version, loaded)
    try:
        collector.collect()
    except _LostError as error:
        login = Login(source=error.source)
        note = (
            f"docker-credential-{error.source.helper} fails, and with it every credential is lost"
        )
        return collector.result(Outcome.ANONYMOUS, login, note=note)
    return collector.choose()


class _LostError(Exception):
    """The client gives up and hands nothing to the engine."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source


@dataclass
class _Collector:
    """Gathers credentials as the client does: the store or the file, then each helper."""

    machine: Machine
    host: str
    version: str
    loaded: LoadedConfig
    logins: dict[str, list[Login]] = field(default_factory=dict)
    """Key to what is handed over for it; more than one where chance decides."""
    lookups: list[Lookup] = field(default_factory=list)
    not_asked: list[Source] = field(default_factory=list)
    """The helpers whose answer is not known because they may not be run."""

    @cached_property
    def variable(self) -> AuthVariable:
        """What this version makes of DOCKER_AUTH_CONFIG."""
        value = self.machine.env.get(VARIABLE, "") if obeys_variable(self.version) else ""
        return parse_variable(value)

    def collect(self) -> None:
        config = self.loaded.config
        store = config.creds_store or config.default_store
        if store:
            self._from_store(store)
        else:
            self._from_file()
        self._from_variable()
        for key, helper in config.cred_helpers:
            self._from_helper(key, helper)

    def _from_file(self) -> None:
        config = self.loaded.config
        for entry in config.auths:
            logins = [self._of_entry(entry)]
            if config.unordered and entry.has_auth and not entry.problem:
                logins.append(self._of_entry(entry.undecoded))
            self.logins[entry.key] = logins

    def _from_store(self, store: str) -> None:
        """What it lists; that it fails loses everything, but not beside DOCKER_AUTH_CONFIG.

        Source: docker/cli, cli/config/memorystore/store.go (GetAll).
        """
        try:
            self.logins |= self._stored(store)
        except _LostError:
            if not self.variable.present or self.variable.problem:
                raise

    def _stored(self, store: str) -> dict[str, list[Login]]:
        path = self.loaded.path if self.loaded.config.creds_store else ""
        source = Source(kind=SourceKind.STORE, path=path, helper=store)
        found = {}
        for key in self._keys(store, source):
            answer = self._ask(store, key, source)
            if answer is None or answer.is_failure or answer.status is HelperStatus.HUNG:
                raise _LostError(source)
            found[key] = [_of_answer(answer, source)]
        return found

    def _keys(self, store: str, source: Source) -> list[str]:
        reply = self.machine.list_keys(store)
        if reply is None:
            self._leave(source)
            return []
        keys = _read_list(reply.stdout.reveal()) if reply.started and reply.exit_code == 0 else None
        if keys is None:
            self.lookups.append(Lookup(source=source, result="cannot list its keys"))
            raise _LostError(source)
        self.lookups.append(Lookup(source=source, result=f"lists {len(keys)} keys"))
        return keys

    def _from_variable(self) -> None:
        for entry in self.variable.entries:
            source = Source(kind=SourceKind.ENV, path=VARIABLE, key=entry.key)
            self.logins[entry.key] = [_of_entry(entry, source)]

    def _from_helper(self, key: str, helper: str) -> None:
        """Ask it, unless the variable has exactly this key."""
        if any(entry.key == key for entry in self.variable.entries):
            return
        if not helper:
            entries = self.loaded.config.entries_for(key)
            nothing = [Login(source=Source(path=self.loaded.path))]
            self.logins[key] = [self._of_entry(entry) for entry in entries] or nothing
            return
        source = Source(kind=SourceKind.HELPER, path=self.loaded.path, key=key, helper=helper)
        answer = self._ask(helper, key, source)
        if answer is None:
            self.logins[key] = [Login(source=source)]
        elif not answer.is_failure and answer.status is not HelperStatus.HUNG:
            self.logins[key] = [_of_answer(answer, source)]
        elif not at_least(self.version, *_SKIPS_BROKEN_SINCE):
            raise _LostError(source)

    def _leave(self, source: Source) -> None:
        self.not_asked.append(source)
        self.lookups.append(Lookup(source=source, result=NOT_ASKED))

    def _ask(self, helper: str, key: str, source: Source) -> HelperAnswer | None:
        reply = self.machine.ask(helper, key)
        if reply is None:
            self._leave(source)
            return None
        answer = read_reply(reply)
        self.lookups.append(Lookup(source=source, result=str(answer.status)))
        return answer

    def _of_entry(self, entry: AuthEntry) -> Login:
        source = Source(kind=SourceKind.AUTHS, path=self.loaded.path, key=entry.key)
        return _of_entry(entry, source)

    def choose(self) -> Resolution:
        """What the engine takes: the exact key, else any key with the same host."""
        key = registry_key(self.host)
        found = self.logins.get(key)
        if found is None and self.host not in {"docker.io", "index.docker.io"}:
            loose = [
                login
                for name, logins in self.logins.items()
                if host_part(name, any_scheme=False) == key
                for login in logins
            ]
            found = loose or None
        logins = found or [Login(source=self._nowhere())]
        outcome = Outcome.CREDENTIAL if logins[0].secret else Outcome.ANONYMOUS
        if self._depends(logins):
            outcome = Outcome.DEPENDS
        if outcome is Outcome.ANONYMOUS:
            self._note_nothing(logins[0].source if found else None)
        return self.result(outcome, logins[0], tuple(logins) if len(logins) > 1 else ())

    def _nowhere(self) -> Source:
        """Where the search ends when nothing is found: at a store that was not asked, if any."""
        stores = [source for source in self.not_asked if source.kind is SourceKind.STORE]
        return stores[0] if stores else Source(path=self.loaded.path)

    def _note_nothing(self, source: Source | None) -> None:
        """Say why nothing is sent; a helper that was asked has said it already."""
        config = self.loaded.config
        store = config.creds_store or config.default_store
        if source is None and not store:
            source = Source(kind=SourceKind.AUTHS, path=self.loaded.path)
            self.lookups.append(Lookup(source=source, result=nothing_words(self.loaded, self.host)))
        elif source is None:
            path = self.loaded.path if config.creds_store else ""
            source = Source(kind=SourceKind.STORE, path=path, helper=store)
            self.lookups.append(Lookup(source=source, result=f"has nothing for {self.host}"))
        elif source.kind is SourceKind.AUTHS:
            words = (entry_words(entry) for entry in config.auths if entry.key == source.key)
            self.lookups += [Lookup(source=source, result=result) for result in words]

    def _depends(self, logins: list[Login]) -> bool:
        """Whether a helper that was not asked can change the outcome.

        A store that fails loses every credential; before docker 23 any helper does.
        """
        if any(login.source in self.not_asked for login in logins):
            return True
        stores = any(source.kind is SourceKind.STORE for source in self.not_asked)
        return stores or (bool(self.not_asked) and not at_least(self.version, *_SKIPS_BROKEN_SINCE))

    def result(
        self,
        outcome: Outcome,
        login: Login,
        candidates: tuple[Login, ...] = (),
        note: str = "",
    ) -> Resolution:
        """The resolution in this client's name."""
        return Resolution(
            client=CLIENT,
            version=self.version,
            outcome=outcome,
            login=login,
            lookups=tuple(self.lookups),
            candidates=candidates,
            note=note,
        )


def _of_entry(entry: AuthEntry, source: Source) -> Login:
    if not entry.sends:
        return Login(source=source)
    return Login(user=entry.user, secret=entry.secret, source=source)


def _of_answer(answer: HelperAnswer, source: Source) -> Login:
    if answer.status is not HelperStatus.ANSWERED:
        return Login(source=source)
    return Login(user=answer.user, secret=answer.secret, source=source)


def _read_list(text: str) -> list[str] | None:
    """The keys of a helper's `list`; None where Go cannot read it."""
    try:
        value = decode(text)
    except JsonSyntaxError:
        return None
    if value.empty or not isinstance(value.value, Pairs):
        return None
    return list(dict.fromkeys(key for key, _ in value.value))
