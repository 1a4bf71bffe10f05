"""The result of a client's search for a credential."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .machine import NO_SECRET

if TYPE_CHECKING:
    from ecr_doctor.redact import Secret


NOT_THERE: Final = "is not there"
"""The result of a lookup in a file that is missing."""
NOT_ASKED: Final = "not asked"
"""The result of a lookup in a helper that may not be run."""


class Outcome(StrEnum):
    """What the client does with the registry."""

    CREDENTIAL = "credential"
    ANONYMOUS = "anonymous"
    """It goes on without a credential."""
    ERROR = "error"
    """It stops before the registry is asked."""
    DEPENDS = "depends"
    """Only a helper's answer decides, and the helper was not asked."""


class SourceKind(StrEnum):
    """Where a credential is kept."""

    ENV = "env"
    """The variable DOCKER_AUTH_CONFIG."""
    HELPER = "helper"
    """A helper named for this registry (`credHelpers`)."""
    STORE = "store"
    """The helper for all registries (`credsStore`)."""
    AUTHS = "auths"
    """An entry of the file itself."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that can hold a credential."""

    kind: SourceKind = SourceKind.NONE
    path: str = ""
    key: str = ""
    helper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One step of the search and how it ended, in words."""

    source: Source
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user and a secret, from one place. An empty one means that nothing is sent."""

    user: str = ""
    secret: Secret = NO_SECRET
    source: Source = Source()
    bearer: bool = False
    """True where it is sent as a bearer token and not as user and password."""


class Event(StrEnum):
    """What can go wrong with a credential's source."""

    NOT_FOUND = "not-found"
    """The helper says that it has no login."""
    FAILURE = "failure"
    """The helper cannot be started, or fails in any other way."""
    REFUSED = "refused"
    """The registry answers 401 or 403 to what is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """What the client does in case of an event."""

    event: Event
    outcome: Outcome
    login: Login = Login()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a client sends to a registry, and why."""

    client: str
    version: str = ""
    outcome: Outcome
    login: Login = Login()
    """The credential; its `source` is where the search ended even when nothing was found."""
    lookups: tuple[Lookup, ...] = ()
    shadowed: tuple[Source, ...] = ()
    """Places that hold something for the registry and are not used."""
    candidates: tuple[Login, ...] = ()
    """Where chance decides (the order of Go's maps): all logins that may be sent."""
    fallbacks: tuple[Fallback, ...] = ()
    """What happens when the source that wins fails."""
    fell_back: bool = False
    """True where a helper failed and an entry of the file was taken instead."""
    note: str = ""

    @property
    def random(self) -> bool:
        """Whether two equal runs may send different things."""
        sent = {(login.user, login.secret.reveal(), login.bearer) for login in self.candidates}
        return len(sent) > 1
