"""`--connect-to` for botocore: another address is dialled, TLS and Host keep the real name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from botocore.awsrequest import (  # noqa: TID253 - imported by the session when it is needed
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)
from botocore.httpsession import URLLib3Session  # noqa: TID253

if TYPE_CHECKING:
    import socket

    from ecr_doctor.model import Settings


class Rerouter:
    """A handler of botocore's `before-send` that sends what a rule of `--connect-to` names."""

    def __init__(
        self, settings: Settings, *, verify: str | bool, timeouts: tuple[float, float]
    ) -> None:
        self._names = {rule.name.lower() for rule in settings.connect_to}
        self._http = _session(settings, verify=verify, timeouts=timeouts)

    def send(self, request: Any, **_event: object) -> Any:  # noqa: ANN401
        """The answer; None to let botocore send the request itself.

        A rerouted request goes directly: the address was given to see whether it answers here.
        """
        host = urlsplit(request.url).hostname or ""
        return self._http.send(request) if host in self._names else None


def _session(
    settings: Settings, *, verify: str | bool, timeouts: tuple[float, float]
) -> URLLib3Session:
    class Http(AWSHTTPConnection):  # type: ignore[misc,unused-ignore]
        def _new_conn(self) -> socket.socket:
            return _dial(self, super()._new_conn, settings)

    class Https(AWSHTTPSConnection):  # type: ignore[misc,unused-ignore]
        def _new_conn(self) -> socket.socket:
            return _dial(self, super()._new_conn, settings)

    class HttpPool(AWSHTTPConnectionPool):  # type: ignore[misc,unused-ignore]
        ConnectionCls = Http

    class HttpsPool(AWSHTTPSConnectionPool):  # type: ignore[misc,unused-ignore]
        ConnectionCls = Https

    session: Any = URLLib3Session(verify=verify, timeout=timeouts)  # type: ignore[arg-type]
    session._manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}  # noqa: SLF001
    return cast("URLLib3Session", session)


def _dial(connection: Any, connect: Any, settings: Settings) -> socket.socket:  # noqa: ANN401
    """Connect with another address in place of the name, for the time of the connecting alone."""
    name, port = connection._dns_host, connection.port  # noqa: SLF001
    connection._dns_host, connection.port = settings.dial(connection.host, port)  # noqa: SLF001
    try:
        opened: socket.socket = connect()
    finally:
        connection._dns_host, connection.port = name, port  # noqa: SLF001
    return opened
