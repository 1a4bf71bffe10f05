"""A token fetched from Amazon ECR by this program itself, with the AWS credentials in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.auth.endpoints import ecr_api_host
from ecr_doctor.auth.fetcher import FetchError, fetch_token, token_host

from .aws_client import dead_host, note_dead, without_credentials
from .aws_errors import AwsError, FailureKind, aws_error
from .aws_session import aws_session
from .base import Probe, ProbeError
from .reach import HTTPS, ReachProbe, ReachState
from .side import Side

if TYPE_CHECKING:
    from ecr_doctor.auth.token import AuthorizationToken
    from ecr_doctor.model import RegistryHost

    from .base import Scene

OPERATION = "ECR GetAuthorizationToken"


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrToken:
    """Exactly one of the two is there."""

    token: AuthorizationToken | None = None
    error: AwsError | None = None


@dataclass(frozen=True, slots=True)
class EcrTokenProbe(Probe[EcrToken]):
    """Calls GetAuthorizationToken for the image's registry; that AWS refuses is an observation."""

    limit: ClassVar[float] = 9.0

    def look(self, scene: Scene) -> EcrToken:
        """Fetch a token.

        Raises:
            ProbeError: the image is not in Amazon ECR, or finding credentials took too long.

        """
        registry = scene.target.registry
        if registry is None:
            raise ProbeError("the image is not in an Amazon ECR registry")
        missing = without_credentials(scene)
        if missing:
            return EcrToken(error=missing)
        host = ""
        try:
            host = token_host(registry, aws_session(scene))
            if dead := dead_host(scene, host) or _silent(scene, registry, host):
                return EcrToken(error=dead)
            token = fetch_token(registry, aws_session(scene))
        except FetchError as error:
            failure = aws_error(scene, error.failure, OPERATION)
            note_dead(scene, host, failure)
            return EcrToken(error=failure)
        scene.redactor.learn(token.secret, token.encoded())
        return EcrToken(token=token)


def _silent(scene: Scene, registry: RegistryHost, host: str) -> AwsError | None:
    """The error where the API's own host has been seen to drop packets: nobody waits twice."""
    if host != ecr_api_host(registry):
        return None
    reach = scene.observe(ReachProbe(host, HTTPS, Side.CLIENT))
    if reach.state is not ReachState.TIMEOUT:
        return None
    words = f"{host} does not answer: packets are dropped on the way"
    return AwsError(kind=FailureKind.TIMEOUT, message=words, host=host)
