"""What a client's search came to, in words."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecr_doctor.clients.resolution import NOT_THERE, Event, Outcome, SourceKind

if TYPE_CHECKING:
    from ecr_doctor.clients.resolution import Fallback, Login, Resolution, Source

_EVENTS = {
    Event.NOT_FOUND: "it has no login",
    Event.FAILURE: "it cannot be run or fails",
    Event.REFUSED: "the registry refuses it",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Words for one client; entries under exactly `host` need not name their key."""

    item: Resolution
    host: str

    @property
    def sends(self) -> list[str]:
        """What is sent and where it is from; where chance decides, each that may be."""
        if not self.item.random:
            return [self._sent]
        known = dict.fromkeys(self._login(login) for login in self.item.candidates)
        return ["one of these, at random (a map in Go has no order):", *known]

    @property
    def _sent(self) -> str:
        item = self.item
        match item.outcome:
            case Outcome.CREDENTIAL:
                return self._login(item.login)
            case Outcome.DEPENDS:
                return f"what {self.place(item.login.source)} answers; it was not asked"
            case Outcome.ERROR:
                return f"nothing, it stops: {item.note or self._end}"
            case Outcome.ANONYMOUS:
                return f"nothing: {self._end}"

    @property
    def hides(self) -> list[str]:
        """What is not used although it is there."""
        return [self.place(source) for source in self.item.shadowed]

    @property
    def fails(self) -> list[str]:
        """What happens when the source fails, one text an event; equal outcomes share one."""
        texts: dict[str, list[str]] = {}
        known = [a for a in self.item.fallbacks if not _is_plain(a)] or self.item.fallbacks
        for after in known:
            texts.setdefault(self._then(after), []).append(_EVENTS[after.event])
        return [f"{' or '.join(events)}: {then}" for then, events in texts.items()]

    @property
    def note(self) -> str:
        """What else there is to know."""
        said = self.item.outcome is Outcome.ERROR and not self.item.random
        return "" if said else self.item.note

    @property
    def _end(self) -> str:
        there = [lookup for lookup in self.item.lookups if lookup.result != NOT_THERE]
        if not there:
            return "no file was found"
        own = [lookup for lookup in there if lookup.source == self.item.login.source]
        last = (own or there)[-1]
        return f"{self.place(last.source)}: {last.result}"

    def _login(self, login: Login) -> str:
        if not login.user and not login.secret:
            return f"nothing, from {self.place(login.source)}"
        who = "a bearer token" if login.bearer else f"user {login.user or '(empty)'}"
        return f"{who}, from {self.place(login.source)}"

    def _then(self, after: Fallback) -> str:
        match after.outcome:
            case Outcome.ANONYMOUS:
                return "nothing is sent"
            case Outcome.DEPENDS:
                return f"{self.place(after.login.source)} is asked"
            case Outcome.CREDENTIAL:
                return self._login(after.login)
            case Outcome.ERROR:
                refused = after.event is Event.REFUSED
                return "the pull fails, nothing else is tried" if refused else "the pull stops"

    def place(self, source: Source) -> str:
        """A place, as people call it."""
        key = "" if source.key in {"", self.host} else f" {source.key}"
        where = f" in {source.path}" if source.path else ""
        match source.kind:
            case SourceKind.ENV:
                return f"the variable {source.path}"
            case SourceKind.HELPER if self.item.client == "kubelet":
                return f"the provider {source.helper} (matchImages {source.key}{where})"
            case SourceKind.HELPER:
                return f"docker-credential-{source.helper} (credHelpers{key}{where})"
            case SourceKind.STORE:
                return f"docker-credential-{source.helper} ({_named(source)}{where})"
            case SourceKind.AUTHS | SourceKind.NONE:
                if not source.key:
                    return source.path or "no file"
                return f"the entry{key}{where}"


def _is_plain(after: Fallback) -> bool:
    """What every client but kubelet does with a login that is refused: nothing more."""
    return after.event is Event.REFUSED and after.outcome is Outcome.ERROR


def _named(source: Source) -> str:
    if not source.path:
        return "docker's default store"
    return "credential-helpers" if posixpath.splitext(source.path)[1] == ".conf" else "credsStore"
