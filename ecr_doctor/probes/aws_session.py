"""The one botocore session that all probes of a run share: a client costs 50 ms to make."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ecr_doctor.auth.session import AwsSession

if TYPE_CHECKING:
    from ecr_doctor.redact import Redactor

    from .base import Scene

_lock = threading.Lock()
_sessions: WeakKeyDictionary[Redactor, AwsSession] = WeakKeyDictionary()
"""By the run's redactor, the one object of a run that lives exactly as long as the run."""


def aws_session(scene: Scene) -> AwsSession:
    """The session of this run."""
    with _lock:
        session = _sessions.get(scene.redactor)
        if session is None:
            session = _sessions[scene.redactor] = AwsSession(scene.settings)
        return session
