"""Calls of AWS services, made only when there are credentials to sign them with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from .aws_credentials import AwsCredentialsProbe
from .aws_errors import AwsError, FailureKind, aws_error
from .aws_session import aws_session
from .dns import DnsProbe
from .proxy import ProxyProbe
from .side import Side

if TYPE_CHECKING:
    from ecr_doctor.redact import Redactor

    from .base import Scene

_FAILED = AwsError(kind=FailureKind.NO_CREDENTIALS, message="no AWS credentials")


_dead: WeakKeyDictionary[Redactor, dict[str, AwsError]] = WeakKeyDictionary()
"""By the run's redactor: hosts of AWS that did not answer, which nobody asks a second time."""


def dead_host(scene: Scene, host: str) -> AwsError | None:
    """Why a host of AWS cannot be asked; None where it may answer.

    The library would wait for a name server, and for a silent host, far longer than a run may take.
    """
    known = _dead.get(scene.redactor, {}).get(host)
    if known is not None:
        return known
    name, port = scene.settings.dial(host, 443)
    proxy = scene.observe(ProxyProbe(host, port, Side.CLIENT))
    if proxy.used or proxy.problem:
        return None
    dns = scene.observe(DnsProbe(name))
    if dns.resolved:
        return None
    words = f"{name} has no address ({dns.detail or dns.state.value})"
    return AwsError(kind=FailureKind.DNS, message=words, host=host)


def note_dead(scene: Scene, host: str, error: AwsError) -> None:
    """Remember a host that let us wait in vain."""
    if error.kind is FailureKind.TIMEOUT:
        _dead.setdefault(scene.redactor, {})[host] = error


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
    host = ""
    name = f"{service.upper()} " + "".join(word.capitalize() for word in operation.split("_"))
    try:
        client = aws_session(scene).client(service, region, fips=fips)
        host = urlsplit(client.meta.endpoint_url).hostname or ""
        dead = dead_host(scene, host)
        return dead or getattr(client, operation)(**arguments)
    except Exception as failure:  # noqa: BLE001  botocore lets OSError, ValueError and more through
        error = aws_error(scene, failure, name)
    note_dead(scene, host, error)
    return error
