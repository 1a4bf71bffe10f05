"""The EC2 metadata service: whether it is there, answers, and knows a role of the machine."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urlsplit

from .base import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .base import Scene

ADDRESS = "169.254.169.254"
_IPV6_ADDRESS = "fd00:ec2::254"
_CONNECT_SECONDS = 1.0
_ANSWER_SECONDS = 1.0
_ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
_LARGEST = 4096
_EC2_MARKS: Final = (
    ("/sys/class/dmi/id/sys_vendor", "Amazon EC2"),
    ("/sys/class/dmi/id/board_vendor", "Amazon EC2"),
    ("/sys/class/dmi/id/bios_vendor", "Amazon EC2"),
    ("/sys/hypervisor/uuid", "ec2"),
)
"""Files that begin so on EC2 machines (EC2 user guide, "Detect whether a host is an instance")."""


class ImdsState(StrEnum):
    """What became of asking the metadata service."""

    ROLE = "role"
    """It answers and names a role."""
    NO_ROLE = "no-role"
    """It answers and the machine has no role."""
    OFF = "off"
    """AWS_EC2_METADATA_DISABLED is set: no program asks."""
    REFUSES = "refuses"
    """It answers that it will not tell."""
    SILENT = "silent"
    """The connection stands and no answer comes: what a hop limit of 1 does to a container."""
    NO_CONNECTION = "no-connection"
    """Nothing is there, as on every machine outside EC2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imds:
    """What was seen of the metadata service."""

    state: ImdsState
    endpoint: str
    detail: str = ""
    on_ec2: bool = False
    """Whether the machine's hardware tables say that it is EC2."""
    proxy: str = ""
    """Name of the variable by which the SDKs would send the question to a proxy instead."""


@dataclass(frozen=True, slots=True)
class ImdsProbe(Probe[Imds]):
    """Asks directly, as IMDSv2 wants it: a PUT for a session token, then the name of the role."""

    limit: ClassVar[float] = 4.0

    def look(self, scene: Scene) -> Imds:
        """Ask for a session token and then for the role's name."""
        env = scene.env
        host, port = _endpoint(env)
        if env.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
            state, detail = ImdsState.OFF, "AWS_EC2_METADATA_DISABLED=true"
        else:
            state, detail = _ask(host, port)
        return Imds(
            state=state,
            endpoint=f"{host}:{port}",
            detail=scene.redactor.clean(detail),
            on_ec2=_is_ec2(),
            proxy=_proxy(env, host),
        )


def _endpoint(env: Mapping[str, str]) -> tuple[str, int]:
    given = env.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "")
    ipv6 = env.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "").lower() == "ipv6"
    try:
        parts = urlsplit(given)
        if parts.hostname:
            return parts.hostname, parts.port or 80
    except ValueError:
        pass
    return (_IPV6_ADDRESS if ipv6 else ADDRESS), 80


def _ask(host: str, port: int) -> tuple[ImdsState, str]:
    connection = http.client.HTTPConnection(host, port, timeout=_CONNECT_SECONDS)
    with contextlib.closing(connection):
        try:
            connection.connect()
        except OSError as error:
            return ImdsState.NO_CONNECTION, error.strerror or str(error) or type(error).__name__
        try:
            return _role(connection)
        except (OSError, http.client.HTTPException) as error:
            silent = isinstance(error, TimeoutError)
            words = f"no answer within {_ANSWER_SECONDS:g} s" if silent else _words(error)
            return (
                ImdsState.SILENT if silent else ImdsState.REFUSES
            ), f"PUT /latest/api/token: {words}"


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _role(connection: http.client.HTTPConnection) -> tuple[ImdsState, str]:
    deadline = time.monotonic() + _ANSWER_SECONDS
    connection.timeout = _ANSWER_SECONDS
    if isinstance(connection.sock, socket.socket):
        connection.sock.settimeout(_ANSWER_SECONDS)
    ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    status, token = _request(connection, "PUT", "/latest/api/token", ttl)
    if status in {401, 403}:
        return ImdsState.REFUSES, f"PUT /latest/api/token: {status}"
    # Version 1 of the service knows no tokens; the SDKs then ask without one.
    headers = {"X-aws-ec2-metadata-token": token.strip()} if status == 200 else {}  # noqa: PLR2004
    if connection.sock:
        connection.sock.settimeout(max(0.2, deadline - time.monotonic()))
    status, role = _request(connection, "GET", _ROLE_PATH, headers)
    name = role.strip().splitlines()[0][:200] if role.strip() else ""
    if status == 200 and name:  # noqa: PLR2004
        return ImdsState.ROLE, name
    if status in {200, 404}:
        return ImdsState.NO_ROLE, f"GET {_ROLE_PATH}: {status}"
    return ImdsState.REFUSES, f"GET {_ROLE_PATH}: {status}"


def _request(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str]
) -> tuple[int, str]:
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read(_LARGEST).decode("ascii", errors="replace")
    if response.isclosed():
        return response.status, body
    connection.close()  # a longer answer than any of the service's: not to be read on
    return response.status, body


def _is_ec2() -> bool:
    for path, beginning in _EC2_MARKS:
        with contextlib.suppress(OSError):
            if Path(path).read_text("ascii", "replace").lower().startswith(beginning.lower()):
                return True
    return False


def _proxy(env: Mapping[str, str], host: str) -> str:
    """The variable that sends plain HTTP for this host to a proxy; empty for none."""
    name = next((n for n in ("http_proxy", "HTTP_PROXY") if env.get(n)), "")
    excluded = env.get("no_proxy") or env.get("NO_PROXY") or ""
    entries = {entry.strip().partition("/")[0] for entry in excluded.split(",")}
    return "" if not name or entries & {host, "*", "169.254.0.0"} else name
