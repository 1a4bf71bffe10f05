"""The one botocore session that all probes of a run share: a client costs 50 ms to make."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ecr_doctor.auth.ca_bundle import system_bundle
from ecr_doctor.auth.session import AwsSession

from .aws_mapping import identity_in_force
from .trust import CaVariablesProbe

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
    # Looks at files, for which the lock must not be held.
    identity, bundle = identity_in_force(scene), _usable_bundle(scene)
    with _lock:
        made = AwsSession(scene.settings, identity=identity, bundle=bundle)
        return _sessions.setdefault(scene.redactor, made)


def _usable_bundle(scene: Scene) -> str:
    """The machine's own authorities where those that are named for AWS cannot be read.

    The check on that file says so; with it alone no fault behind it would be found.
    """
    named = scene.observe(CaVariablesProbe()).bundles
    useless = any(b.for_aws and not b.good for b in named)
    return system_bundle() if useless else ""
