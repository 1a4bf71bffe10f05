"""The one botocore session that all probes of a run share: a client costs 50 ms to make."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ecr_doctor.auth.session import AwsSession

from .aws_mapping import identity_in_force

if TYPE_CHECKING:
    from ecr_doctor.redact import Redactor

    from .base import Scene

_lock = threading.Lock()
_sessions: WeakKeyDictionary[Redactor, AwsSession] = WeakKeyDictionary()
"""By the run's redactor, the one object of a run that lives exactly as long as the run."""


def aws_session(scene: Scene) -> AwsSession:
    """The session of this run, under the identity that docker's helper would take."""
    with _lock:
        session = _sessions.get(scene.redactor)
    if session is not None:
        return session
    identity = identity_in_force(scene)  # a look at files, for which the lock must not be held
    with _lock:
        made = AwsSession(scene.settings, identity=identity)
        return _sessions.setdefault(scene.redactor, made)
