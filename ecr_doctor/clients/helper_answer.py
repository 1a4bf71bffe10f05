"""A credential helper's reply as the Go clients take it.

Source: docker-credential-helpers, client/client.go and credentials/error.go; measured with docker
20.10 to 28.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ecr_doctor.redact import Secret

from .go_json import JsonSyntaxError, Pairs, decode, fold
from .machine import NO_SECRET

if TYPE_CHECKING:
    from .machine import HelperReply

NOT_FOUND_WORDS = "credentials not found in native keychain"
TOKEN_USER = "<token>"  # noqa: S105  a user name with a meaning
PROGRAM_PREFIX = "docker-credential-"


class HelperStatus(StrEnum):
    """How docker takes a helper's reply."""

    ANSWERED = "answered"
    """A user and a secret."""
    NOT_FOUND = "not-found"
    """The words `NOT_FOUND_WORDS` on stdout: docker goes on without a credential."""
    INCOMPLETE = "incomplete"
    """Valid JSON with an empty user or secret: nothing is sent, no fallback."""
    IDENTITY_TOKEN = "identity-token"  # noqa: S105  a kind of answer
    """The user `<token>`: nothing that a Basic registry takes."""
    FAILED = "failed"
    """A non-zero exit with other words, or none."""
    BROKEN = "broken"
    """Exit 0 and a stdout that does not begin with a JSON object."""
    HUNG = "hung"
    """No end within the time limit."""
    NOT_STARTED = "not-started"


_FALL_BACK = frozenset({HelperStatus.FAILED, HelperStatus.BROKEN, HelperStatus.NOT_STARTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperAnswer:
    """What a reply means."""

    status: HelperStatus
    user: str = ""
    secret: Secret = NO_SECRET
    message: str = ""
    """What it said instead of a credential."""

    @property
    def is_failure(self) -> bool:
        """Whether Go's client library returns an error other than "not found"."""
        return self.status in _FALL_BACK


def failure_words(helper: str, answer: HelperAnswer) -> str:
    """What went wrong with a helper; what it wrote is left out."""
    program = PROGRAM_PREFIX + helper
    if answer.status is HelperStatus.NOT_STARTED:
        return f"{program} cannot be started ({answer.message.removeprefix(f'{program}: ')})"
    return f"{program} {_FAULTS[answer.status]}"


_FAULTS = {
    HelperStatus.FAILED: "fails",
    HelperStatus.BROKEN: "answers what is not the protocol's JSON",
    HelperStatus.HUNG: "gives no answer in time",
}


def read_reply(reply: HelperReply, *, alone: bool = False) -> HelperAnswer:
    """Take a reply as docker does; `alone`: nothing may follow the JSON, which docker allows."""
    if not reply.started:
        return HelperAnswer(status=HelperStatus.NOT_STARTED, message=reply.problem)
    if reply.timed_out:
        return HelperAnswer(status=HelperStatus.HUNG)
    text = reply.stdout.reveal()
    if reply.exit_code != 0:
        words = text.strip()
        found = HelperStatus.NOT_FOUND if words == NOT_FOUND_WORDS else HelperStatus.FAILED
        return HelperAnswer(status=found, message=words or reply.stderr.strip())
    return _read_json(text, alone=alone)


def _read_json(text: str, *, alone: bool) -> HelperAnswer:
    try:
        decoded = decode(text)
    except JsonSyntaxError:
        return HelperAnswer(status=HelperStatus.BROKEN, message=text.strip())
    if decoded.empty or (alone and decoded.rest):
        return HelperAnswer(status=HelperStatus.BROKEN)
    if decoded.value is None:
        return HelperAnswer(status=HelperStatus.INCOMPLETE)
    fields = _fields(decoded.value)
    if fields is None:
        return HelperAnswer(status=HelperStatus.BROKEN, message=text.strip())
    user, secret = fields.get("username", ""), fields.get("secret", "")
    status = HelperStatus.ANSWERED
    if user == TOKEN_USER:
        status = HelperStatus.IDENTITY_TOKEN
    elif not user or not secret:
        status = HelperStatus.INCOMPLETE
    return HelperAnswer(status=status, user=user, secret=Secret(secret))


def _fields(value: object) -> dict[str, str] | None:
    """The texts of the object; None where Go reports a wrong type."""
    if not isinstance(value, Pairs):
        return None
    fields: dict[str, str] = {}
    for name, item in value:
        folded = fold(name)
        if folded not in {"serverurl", "username", "secret"} or item is None:
            continue
        if not isinstance(item, str):
            return None
        fields[folded] = item
    return fields
