"""How the look-alike's cloud is: what a fault changes is a field here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from .images import Repository, sample_repository
from .names import ACCOUNT, OTHER_ACCOUNT, OTHER_REGION, REGION
from .signature import Key

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_ARN = f"arn:aws:iam::{ACCOUNT}:user/demo"
KEY_ID, SECRET_KEY = "AKIADEMODEMODEMODEMO", "demoSecretAccessKey/0123456789abcdefghij"
SESSION_KEY_ID = "ASIADEMODEMODEMODEMO"
SESSION_SECRET_KEY = "demoSessionSecretKey/0123456789abcdefghi"  # noqa: S105  opens nothing
SESSION_TOKEN = "FwoGZXIvYXdzDEMO" + "demoSessionToken01" * 12
"""Keys that only the look-alike knows."""


class Layers(StrEnum):
    """How the layer bucket answers."""

    FINE = "fine"
    BLOCKED = "blocked"
    CORRUPT = "corrupt"


class CertificateFault(StrEnum):
    """What is wrong with the certificate of a host."""

    OTHER_AUTHORITY = "other-authority"
    EXPIRED = "expired"


def _keys() -> dict[str, Key]:
    session_arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/demo-developer/demo"
    return {
        KEY_ID: Key(secret=SECRET_KEY, arn=USER_ARN, user_id="AIDADEMODEMODEMODEMO"),
        SESSION_KEY_ID: Key(
            secret=SESSION_SECRET_KEY,
            arn=session_arn,
            user_id="AROADEMODEMODEMODEMO:demo",
            session_token=SESSION_TOKEN,
            expired=True,
        ),
    }


def _repositories() -> dict[str, Repository]:
    image = sample_repository()
    return {
        f"{ACCOUNT}/{REGION}/team/app": image,
        f"{ACCOUNT}/{OTHER_REGION}/team/eu-app": image,
        f"{OTHER_ACCOUNT}/{REGION}/shared/base": image,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A cloud in which a pull works, unless a field says otherwise."""

    clock_ahead: timedelta = timedelta(0)
    """How far AWS's clock is ahead of this machine's."""
    keys: Mapping[str, Key] = field(default_factory=_keys)
    denied: Mapping[str, str] = field(default_factory=dict)
    """Refused actions, with the reason as it ends AWS's sentence."""
    repositories: Mapping[str, Repository] = field(default_factory=_repositories)
    """By `ACCOUNT/REGION/NAME`."""
    layers: Layers = Layers.FINE
    certificates: Mapping[str, CertificateFault] = field(default_factory=dict)
    """Hosts whose certificate is wrong."""
    closed: frozenset[str] = frozenset()
    """Hosts at whose address nothing listens."""
    throttled: bool = False
    """Whether the registry answers that there were too many requests."""
