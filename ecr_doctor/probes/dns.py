"""Turns a host name into addresses, and says why it cannot."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from .base import Probe
from .hosts_file import HostsFileProbe
from .name_servers import ServerAnswer, ServerState, ask, configured_servers, first_answer

if TYPE_CHECKING:
    from .base import Scene

PATIENCE = 1.0
"""Seconds after which the name servers are asked directly, beside getaddrinfo."""
LIMIT = 3.0
"""Seconds after which getaddrinfo is no longer waited for; it may block for 20."""
_ASK_SECONDS = 1.6


class DnsState(StrEnum):
    """How the look-up of a name ended."""

    RESOLVED = "resolved"
    NO_SUCH_NAME = "no-such-name"
    NO_ADDRESS = "no-address"
    SERVER_FAILURE = "server-failure"
    TIMEOUT = "timeout"
    """No name server answered in time."""
    NO_SERVER = "no-server"
    """Nothing listens where resolv.conf says that a name server is."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """What a name came to."""

    host: str
    state: DnsState
    addresses: tuple[str, ...] = ()
    """In the order in which they are tried."""
    detail: str = ""
    """The resolver's own words."""
    slow: bool = False
    """Resolved, but only after a name server let the resolver wait."""
    hosts_file: str = ""
    """`/etc/hosts:LINE` when that file gave the address; empty when DNS did."""
    servers: tuple[ServerAnswer, ...] = ()
    """What the name servers said, where they were asked directly."""

    @property
    def resolved(self) -> bool:
        """Whether there is an address to connect to."""
        return bool(self.addresses)

    @property
    def from_dns(self) -> tuple[str, ...]:
        """The addresses that the name servers gave when asked directly."""
        return tuple(a for answer in self.servers for a in answer.addresses)

    @property
    def overridden(self) -> bool:
        """Whether the hosts file gives an address that no name server gives."""
        return bool(self.hosts_file) and not set(self.addresses) & set(self.from_dns)

    @property
    def is_private(self) -> bool:
        """Whether all addresses are private: a VPC endpoint, or a network of the company."""
        return self.resolved and all(is_private(a) for a in self.addresses)


def is_private(address: str) -> bool:
    """Whether an address is private (RFC 1918, ULA, shared, link-local, loopback)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not parsed.is_global


@dataclass(frozen=True, slots=True)
class DnsProbe(Probe[DnsAnswer]):
    """Resolves a name as the programs of this machine do; asks the name servers if that fails."""

    host: str
    limit: ClassVar[float] = LIMIT + _ASK_SECONDS + 0.5

    def look(self, scene: Scene) -> DnsAnswer:
        """Resolve; every failure is part of the answer."""
        if _is_address(self.host):
            return DnsAnswer(host=self.host, state=DnsState.RESOLVED, addresses=(self.host,))
        started = time.monotonic()
        call = _Call(self.host)
        call.done.wait(PATIENCE)
        hosts = scene.observe(HostsFileProbe(self.host))
        servers: tuple[ServerAnswer, ...] = ()
        if not call.addresses or hosts.entries:
            servers = tuple(ask(self.host, configured_servers(), _ASK_SECONDS))
        call.done.wait(max(0.0, 0.0 if _any(servers) else started + LIMIT - time.monotonic()))
        addresses = call.addresses or _any(servers)
        return DnsAnswer(
            host=self.host,
            state=DnsState.RESOLVED if addresses else _state(call, servers),
            addresses=addresses,
            detail=call.error,
            slow=bool(addresses) and call.took > PATIENCE,
            hosts_file=hosts.source if hosts.entries and addresses else "",
            servers=servers,
        )


@dataclass(slots=True)
class _Call:
    """getaddrinfo in a thread of its own: it cannot be interrupted."""

    host: str
    addresses: tuple[str, ...] = ()
    error: str = ""
    code: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    _started: float = field(default_factory=time.monotonic)
    _ended: float = 0.0

    def __post_init__(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def took(self) -> float:
        return (self._ended or time.monotonic()) - self._started

    def _run(self) -> None:
        try:
            found = socket.getaddrinfo(self.host, None, type=socket.SOCK_STREAM)
            self.addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        except socket.gaierror as error:
            self.error, self.code = error.strerror or str(error), error.errno or 0
        except (OSError, UnicodeError) as error:
            self.error = str(error)
        self._ended = time.monotonic()
        self.done.set()


def _any(servers: tuple[ServerAnswer, ...]) -> tuple[str, ...]:
    answer = first_answer(servers)
    return answer.addresses if answer else ()


_STATES = {
    ServerState.NO_SUCH_NAME: DnsState.NO_SUCH_NAME,
    ServerState.NO_ADDRESS: DnsState.NO_ADDRESS,
    ServerState.SERVER_FAILURE: DnsState.SERVER_FAILURE,
    ServerState.REFUSED: DnsState.NO_SERVER,
    ServerState.SILENT: DnsState.TIMEOUT,
}


def _state(call: _Call, servers: tuple[ServerAnswer, ...]) -> DnsState:
    """The name server's own word; getaddrinfo's code where none could be asked."""
    answer = first_answer(servers)
    if answer is not None and answer.state in _STATES:
        return _STATES[answer.state]
    if not call.done.is_set():
        return DnsState.TIMEOUT
    return DnsState.NO_SUCH_NAME if call.code == socket.EAI_NONAME else DnsState.FAILED


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
