"""The answer of `which` for programs; docs/which.schema.json promises its shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ecr_doctor.clients.resolution import Outcome, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.clients.resolution import Fallback, Login, Resolution
    from ecr_doctor.redact import Redactor

SCHEMA = 1
BEARER = "Bearer"
"""Stands for the user where a token is sent without one."""
_MOST_TEXT = 400


def which_json(image: str, found: Sequence[Resolution], redactor: Redactor) -> str:
    """One JSON object, ending with a newline."""
    document = {
        "schema": SCHEMA,
        "kind": "which",
        "image": shown(image, redactor),
        "clients": [_client(item, redactor) for item in found],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def shown(text: str, redactor: Redactor) -> str:
    """A text of somebody else's: cleaned of secrets, printable, short."""
    clean = redactor.clean(text)
    return "".join(c if c.isprintable() else "?" for c in clean)[:_MOST_TEXT]


def _client(item: Resolution, redactor: Redactor) -> dict[str, Any]:
    return {
        "client": item.client,
        "version": item.version,
        "outcome": str(item.outcome),
        "user": _user(item.outcome, item.login, redactor),
        "source": _source(winner(item), redactor),
        "lookups": [
            {**_source(step.source, redactor), "result": shown(step.result, redactor)}
            for step in item.lookups
        ],
        "shadowed": [_source(place, redactor) for place in item.shadowed],
        "random": item.random,
        "candidates": [
            {
                "user": _user(_outcome(login), login, redactor),
                "source": _source(login.source, redactor),
            }
            for login in (item.candidates if item.random else ())
        ],
        "fallbacks": [_fallback(after, redactor) for after in item.fallbacks],
        "note": shown(item.note, redactor),
    }


def winner(item: Resolution) -> Source:
    """The source that wins; of a pull without a login, none, at the file where the search ended."""
    source = item.login.source
    if item.outcome is Outcome.ANONYMOUS:
        return Source(kind=SourceKind.NONE, path=source.path)
    return source


def _outcome(login: Login) -> Outcome:
    return Outcome.CREDENTIAL if login.user or login.secret else Outcome.ANONYMOUS


def _user(outcome: Outcome, login: Login, redactor: Redactor) -> str | None:
    if outcome is not Outcome.CREDENTIAL:
        return None
    return BEARER if login.bearer else shown(login.user, redactor)


def _source(source: Source, redactor: Redactor) -> dict[str, str]:
    return {
        "kind": str(source.kind),
        "path": shown(source.path, redactor),
        "key": shown(source.key, redactor),
        "helper": shown(source.helper, redactor),
    }


def _fallback(after: Fallback, redactor: Redactor) -> dict[str, Any]:
    return {
        "when": str(after.event),
        "outcome": str(after.outcome),
        "user": _user(after.outcome, after.login, redactor),
        "source": _source(
            Source() if after.outcome is Outcome.ANONYMOUS else after.login.source, redactor
        ),
    }
