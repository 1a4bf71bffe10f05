"""The same request once more after a pause: a grant that was just made takes a while to count.

IAM is eventually consistent (IAM user guide, "Changes that I make are not always immediately
visible"). The probes of a run look once each, so the second look is a probe of its own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.auth.fetcher import FetchError, fetch_token

from .aws_session import aws_session
from .base import Probe, ProbeError
from .manifest import ACCEPT
from .registry_api import BestLoginProbe, ask

if TYPE_CHECKING:
    from .base import Scene

PAUSE_SECONDS = 1.5


class Step(StrEnum):
    """What is asked for again."""

    TOKEN = "token"  # noqa: S105  a step, not a secret
    MANIFEST = "manifest"


@dataclass(frozen=True, slots=True)
class SecondTryProbe(Probe[bool]):
    """Whether what AWS refused is granted a moment later."""

    step: Step
    limit: ClassVar[float] = 7.0

    def look(self, scene: Scene) -> bool:
        """Wait, and ask again.

        Raises:
            ProbeError: there is no time left for it, or nothing to ask with.

        """
        if scene.time_left() < self.limit:
            raise ProbeError("no time is left to try again")
        time.sleep(PAUSE_SECONDS)
        return _token(scene) if self.step is Step.TOKEN else _manifest(scene)


def _token(scene: Scene) -> bool:
    registry = scene.target.registry
    if registry is None:
        raise ProbeError("the image is not in an Amazon ECR registry")
    try:
        token = fetch_token(registry, aws_session(scene))
    except FetchError:
        return False
    scene.redactor.learn(token.secret, token.encoded())
    return True


def _manifest(scene: Scene) -> bool:
    login = scene.observe(BestLoginProbe())
    path = f"/v2/{scene.target.repository}/manifests/{scene.target.selector}"
    return ask(scene, path, login.header, {"Accept": ACCEPT}).status == 200  # noqa: PLR2004
