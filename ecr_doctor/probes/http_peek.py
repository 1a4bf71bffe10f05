"""One plain HTTP request that proves nothing but who answers, and at what time.

The server's certificate is not verified: nothing is sent but the request line, and a wrong clock,
which is among the things looked for, would make good certificates look bad.
"""

from __future__ import annotations

import contextlib
import http.client
import ssl
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .proxy import ProxyProbe
from .side import Side

if TYPE_CHECKING:
    from .base import Scene

SECONDS = 2.5
"""For each step: connecting, the answer."""
_HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """The head of an answer, or why there was none."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    problem: str = ""

    def header(self, name: str) -> str:
        """The value of a header; empty when the answer has none of that name."""
        return next((v for key, v in self.headers if key.lower() == name.lower()), "")


def peek(scene: Scene, host: str, port: int = _HTTPS, *, tls: bool = True) -> Peek:
    """Ask for `/` as the user's own programs would reach the host, through their proxy."""
    try:
        with contextlib.closing(_connection(scene, host, port, tls=tls)) as connection:
            connection.request("GET", "/", headers={"Host": host, "Connection": "close"})
            response = connection.getresponse()
            return Peek(status=response.status, headers=tuple(response.getheaders()))
    except (OSError, http.client.HTTPException, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return Peek(problem=scene.redactor.clean(words[:300]))


def _connection(scene: Scene, host: str, port: int, *, tls: bool) -> http.client.HTTPConnection:
    proxy = scene.observe(ProxyProbe(host, port, Side.CLIENT))
    dialled = (proxy.host, proxy.port) if proxy.used else scene.settings.dial(host, port)
    if not tls:
        return http.client.HTTPConnection(*dialled, timeout=SECONDS)
    connection = _Https(*dialled, name=host)
    if proxy.used:
        login = proxy.login.reveal() if proxy.login else ""
        value = f"Basic {b64encode(login.encode()).decode()}"
        connection.set_tunnel(host, port, {"Proxy-Authorization": value} if login else {})
    return connection


class _Https(http.client.HTTPSConnection):
    """TLS under one name through a connection to another address."""

    def __init__(self, host: str, port: int, *, name: str) -> None:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        super().__init__(host, port, timeout=SECONDS, context=context)
        self._name = name
        self._tls = context

    def connect(self) -> None:
        """Connect, through the tunnel where there is one, and greet by the real name."""
        http.client.HTTPConnection.connect(self)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._name)
