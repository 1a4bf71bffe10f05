"""A failed AWS call as an observation: what kind of failure, in whose words, at what AWS time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ecr_doctor.auth.failure import Failure, FailureKind, explain_failure
from ecr_doctor.model.denial import Denial, parse_denial

if TYPE_CHECKING:
    from datetime import datetime

    from .base import Scene

__all__ = ["AwsError", "FailureKind", "answer_date", "aws_error", "parse_date"]

_ENDPOINT = re.compile(r"https://([A-Za-z0-9.-]{1,253})")
_LONGEST = 2000
"""Characters of a message that are kept."""
_UNREACHABLE = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CONNECT,
        FailureKind.TIMEOUT,
        FailureKind.TLS,
        FailureKind.CA_BUNDLE,
        FailureKind.PROXY,
        FailureKind.ENDPOINT_INVALID,
        FailureKind.BAD_ANSWER,
    }
)
_REFUSED_KEYS = frozenset(
    {FailureKind.KEY_UNKNOWN, FailureKind.SIGNATURE_WRONG, FailureKind.SESSION_EXPIRED}
)
_NO_KEYS = frozenset(
    {
        FailureKind.NO_CREDENTIALS,
        FailureKind.PROFILE_MISSING,
        FailureKind.CONFIG_INVALID,
        FailureKind.PARTIAL_CREDENTIALS,
        FailureKind.PROVIDER_FAILED,
        FailureKind.PROCESS_HANGS,
        FailureKind.MFA_NEEDED,
        FailureKind.SSO_EXPIRED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsError:
    """Why a call failed. The message is cleaned of secrets."""

    kind: FailureKind
    message: str
    code: str = ""
    """AWS's error code, or the name of the library's exception."""
    status: int = 0
    """HTTP status; 0 where no answer came."""
    operation: str = ""
    """`STS GetCallerIdentity`; empty where no call was made."""
    date: datetime | None = None
    """AWS's clock when it answered; None where no answer came."""
    host: str = ""
    """The host that was asked, where the failure lies on the way there and names it."""

    @property
    def refuses_keys(self) -> bool:
        """Whether AWS does not accept the keys as such."""
        return self.kind in _REFUSED_KEYS

    @property
    def unreachable(self) -> bool:
        """Whether AWS was not spoken to at all: the fault is on the way there."""
        return self.kind in _UNREACHABLE

    @property
    def without_keys(self) -> bool:
        """Whether the call could not be made for want of credentials."""
        return self.kind in _NO_KEYS

    @property
    def denial(self) -> Denial | None:
        """Who is refused what by which kind of policy, where AWS says so."""
        return parse_denial(self.message)

    @property
    def text(self) -> str:
        """Code and message in one line."""
        return f"{self.code}: {self.message}" if self.code else self.message


def aws_error(scene: Scene, failure: BaseException | Failure, operation: str = "") -> AwsError:
    """The error of a call that raised, with its message cleaned of secrets."""
    if not isinstance(failure, Failure):
        failure = explain_failure(failure)
    return AwsError(
        kind=failure.kind,
        message=scene.redactor.clean(" ".join(failure.message.split())[:_LONGEST]),
        code=failure.code,
        status=failure.status,
        operation=operation,
        date=parse_date(failure.date),
        host=_host(failure) if failure.kind in _UNREACHABLE else "",
    )


def _host(failure: Failure) -> str:
    found = _ENDPOINT.search(failure.message)
    return found[1].lower() if found else ""


def answer_date(answer: Any) -> datetime | None:  # noqa: ANN401  botocore's answers are untyped
    """AWS's clock as a successful answer tells it; None where it does not."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return parse_date(str(headers.get("date", "")))


def parse_date(text: str) -> datetime | None:
    """The moment of a Date header; None for what is no such date."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else None
