"""What lies behind the source that wins: the places it hides, and what happens when it fails.

Both are found by searching again on a machine without the winner, so that they follow the very
rules of the client and cannot drift from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .masked import FAILED, NOT_FOUND, MaskedMachine
from .resolution import NOT_ASKED, Event, Fallback, Outcome, Resolution, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .machine import Machine

    Search = Callable[[Machine], Resolution]

_MOST: Final = 40
"""Places that are looked for; a file with more entries for one registry is no user's."""
_USED: Final = frozenset({Outcome.CREDENTIAL, Outcome.DEPENDS})
DOCKER_VARIABLES: Final = ("DOCKER_CONFIG",)
"""Variables that name a file and so keep docker's clients from another one."""
CONTAINERS_VARIABLES: Final = ("REGISTRY_AUTH_FILE", "DOCKER_CONFIG", "XDG_RUNTIME_DIR")


def shadowed(
    search: Search, machine: Machine, found: Resolution, variables: tuple[str, ...]
) -> tuple[Source, ...]:
    """The places that hold something for the registry and are not used, in the client's order.

    They come into play one after the other when those before them are removed; `variables`, when
    they are unset as well.
    """
    tried = (step.source for step in found.lookups if step.result != NOT_ASKED)
    hidden = {*_sources(found), *filter(_exact, tried)}
    places: list[Source] = []
    for count in range(len(variables) + 1):
        for outcome, source in _next(search, machine, hidden, frozenset(variables[:count])):
            if outcome in _USED and source not in places:
                places.append(source)
    return tuple(places)


def _next(
    search: Search, machine: Machine, hidden: set[Source], without: frozenset[str]
) -> Iterator[tuple[Outcome, Source]]:
    for _ in range(_MOST):
        masked = MaskedMachine(machine=machine, hidden=frozenset(hidden), without=without)
        found = search(masked)
        fresh = [source for source in _sources(found) if source not in hidden]
        if not fresh:
            return
        for source in fresh:
            hidden.add(source)
            yield found.outcome, source


def _sources(found: Resolution) -> list[Source]:
    logins = found.candidates or (found.login,)
    stopped = found.outcome is Outcome.ERROR
    return [s.source for s in logins if _exact(s.source) or (stopped and s.source.path)]


def _exact(source: Source) -> bool:
    """Whether it is one entry and not a file as a whole."""
    return source.kind is not SourceKind.NONE and bool(source.key or source.helper)


def fallbacks(search: Search, machine: Machine, found: Resolution) -> tuple[Fallback, ...]:
    """What the client does when the source that wins fails, in each way that matters."""
    if found.outcome not in _USED:
        return ()
    source = found.login.source
    events = []
    if source.helper:
        for event, reply in ((Event.NOT_FOUND, NOT_FOUND), (Event.FAILURE, FAILED)):
            masked = MaskedMachine(machine=machine, pinned={source.helper: reply})
            events.append(_after(event, search(masked), source))
    return (*events, Fallback(event=Event.REFUSED, outcome=Outcome.ERROR))


def _after(event: Event, then: Resolution, failed: Source) -> Fallback:
    """The outcome; that a helper beside the failed one was not asked either is no answer to it."""
    outcome = then.outcome
    if outcome is Outcome.DEPENDS and then.login.source == failed:
        outcome = Outcome.CREDENTIAL if then.login.secret else Outcome.ANONYMOUS
    return Fallback(event=event, outcome=outcome, login=then.login)
