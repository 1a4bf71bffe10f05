"""Calls of AWS services, made only when there are credentials to sign them with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .aws_credentials import AwsCredentialsProbe
from .aws_errors import AwsError, FailureKind, aws_error
from .aws_session import aws_session

if TYPE_CHECKING:
    from .base import Scene

_FAILED = AwsError(kind=FailureKind.NO_CREDENTIALS, message="no AWS credentials")


def without_credentials(scene: Scene) -> AwsError | None:
    """Why a call cannot be signed; None when it can.

    Asking once here spares every call its own search, which may end in a wait for EC2's metadata.

    Raises:
        ProbeError: the search for credentials took too long.

    """
    credentials = scene.observe(AwsCredentialsProbe())
    return None if credentials.usable else credentials.error or _FAILED


def call_aws(
    scene: Scene,
    service: str,
    region: str,
    operation: str,
    *,
    fips: bool = False,
    **arguments: object,
) -> Any:  # noqa: ANN401  botocore's answers are untyped
    """The answer of one call, or an `AwsError`.

    Raises:
        ProbeError: the search for credentials took too long.

    """
    error = without_credentials(scene)
    if error:
        return error
    name = f"{service.upper()} " + "".join(word.capitalize() for word in operation.split("_"))
    try:
        client = aws_session(scene).client(service, region, fips=fips)
        return getattr(client, operation)(**arguments)
    except Exception as failure:  # noqa: BLE001  botocore lets OSError, ValueError and more through
        return aws_error(scene, failure, name)
