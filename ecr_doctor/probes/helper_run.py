"""A real run of a credential helper, bounded, with a private copy of its cache."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.clients.machine import NO_SECRET

from .base import Probe

if TYPE_CHECKING:
    from datetime import datetime

    from ecr_doctor.redact import Secret

    from .base import Scene


class HelperStatus(StrEnum):
    """How docker takes a helper's answer."""

    ANSWERED = "answered"
    """A user and a secret."""
    NOT_FOUND = "not-found"
    """The words "credentials not found in native keychain": docker goes on without a credential."""
    INCOMPLETE = "incomplete"
    """Valid JSON with an empty user or secret: nothing is sent, no fallback."""
    IDENTITY_TOKEN = "identity-token"  # noqa: S105  a kind of answer
    """The user `<token>`: nothing that a Basic registry takes."""
    FAILED = "failed"
    """A non-zero exit with other words, or none."""
    BROKEN = "broken"
    """Exit 0 and a stdout that is not one JSON object."""
    HUNG = "hung"
    """No end within the time limit."""
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperRun:
    """What one run of `docker-credential-NAME get` said. Texts are cleaned of secrets."""

    name: str
    server: str
    status: HelperStatus
    user: str = ""
    secret: Secret = NO_SECRET
    expires: datetime | None = None
    """End of the ECR token that was answered; None when it does not say."""
    exit_code: int | None = None
    signal: int = 0
    message: str = ""
    """The first kilobyte of stdout where it is not a credential."""
    stderr: str = ""
    panic: str = ""
    """First line of a Go panic."""
    log: tuple[str, ...] = ()
    """What this run wrote to the helper's log."""
    log_error: str = ""
    """The last error of the log: what the helper keeps to itself."""
    problem: str = ""
    """Why it did not start."""
    took: float = 0.0
    """Seconds."""

    @property
    def falls_back(self) -> bool:
        """Whether docker takes the `auths` entry of the same file instead."""
        return self.status in {HelperStatus.FAILED, HelperStatus.BROKEN, HelperStatus.NOT_STARTED}


@dataclass(frozen=True, slots=True)
class HelperRunProbe(Probe[HelperRun]):
    """Asks a helper for the credential of a server, as docker does."""

    name: str
    server: str
    limit: ClassVar[float] = 6.0

    def look(self, scene: Scene) -> HelperRun:
        """Run the helper once."""
        raise NotImplementedError
