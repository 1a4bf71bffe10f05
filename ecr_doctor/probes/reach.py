"""Can a host be reached: its name, a TCP connection, and the proxy in between."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from .base import Probe
from .connections import Peer, connections
from .dns import DnsAnswer, DnsProbe
from .proxy import ProxyChoice, ProxyProbe
from .side import Side
from .socks import open_socks
from .tcp import TcpAttempt, TcpState, dial
from .trust import TrustProbe, tls_settings
from .tunnel import Tunnel, TunnelState, open_tunnel

if TYPE_CHECKING:
    import socket

    from .base import Scene

HTTPS = 443
PROXY_TLS_SECONDS = 2.5


class ReachState(StrEnum):
    """How far one gets."""

    OPEN = "open"
    NO_NAME = "no-name"
    """The name has no address: `Reach.dns` says why."""
    REFUSED = "refused"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    PROXY_UNREADABLE = "proxy-unreadable"
    """The proxy's address makes no sense, or it is one reached by TLS: the way ends there."""
    PROXY_NO_NAME = "proxy-no-name"
    PROXY_DEAD = "proxy-dead"
    """The proxy itself does not accept connections."""
    PROXY_LOGIN = "proxy-login"
    """The proxy answered 407."""
    PROXY_REFUSES = "proxy-refuses"
    """The proxy will not or cannot go to this host."""
    PROXY_SILENT = "proxy-silent"
    """The proxy accepted the connection and did not answer as a proxy does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One host, seen from one side."""

    host: str
    port: int
    side: Side
    state: ReachState
    dns: DnsAnswer | None = None
    """Of the proxy where one is used; None where no name had to be resolved."""
    attempts: tuple[TcpAttempt, ...] = ()
    proxy: ProxyChoice = field(default_factory=ProxyChoice)
    proxy_status: int = 0
    """HTTP status with which the proxy answered; 0 without a proxy."""
    detail: str = ""

    @property
    def open(self) -> bool:
        """Whether the host accepts connections."""
        return self.state is ReachState.OPEN

    @property
    def address(self) -> str:
        """The address that answered; empty when none did."""
        return next((a.address for a in self.attempts if a.state is TcpState.OPEN), "")

    @property
    def waits_for(self) -> str:
        """A dead address that Go tries in vain before the one that works; empty for none.

        Address families race each other, so only one of the same family is waited for
        (go/src/net/dial.go, dialParallel): for its share of the time limit, 15 s of two addresses.
        """
        for attempt in self.attempts if self.address else ():
            if attempt.address == self.address:
                return ""
            same_family = (":" in attempt.address) == (":" in self.address)
            if attempt.state is TcpState.TIMEOUT and same_family:
                return attempt.address
        return ""


@dataclass(frozen=True, slots=True)
class ReachProbe(Probe[Reach]):
    """Connects as the side's own programs would; the connection is kept for TLS."""

    host: str
    port: int = HTTPS
    side: Side = Side.ENGINE
    heed_exemptions: bool = True
    """False to go through the proxy in spite of NO_PROXY."""
    limit: ClassVar[float] = 9.0

    def look(self, scene: Scene) -> Reach:
        """Go as far as possible; what stops us is part of the answer."""
        way = ProxyProbe(self.host, self.port, self.side, self.heed_exemptions)
        proxy = scene.observe(way)
        blank = Reach(
            host=self.host, port=self.port, side=self.side, state=ReachState.OPEN, proxy=proxy
        )
        if proxy.problem:
            return replace(blank, state=ReachState.PROXY_UNREADABLE, detail=proxy.problem)
        reach, sock = _connect(scene, blank)
        if sock is not None and self.heed_exemptions:
            connections(scene).keep_bare(Peer(self.host, self.port, self.side), sock)
        elif sock is not None:
            sock.close()
        return reach


def redial(scene: Scene, reach: Reach) -> socket.socket | None:
    """Another connection the way that worked before; None when it no longer does."""
    found = connections(scene).take_bare(Peer(reach.host, reach.port, reach.side))
    return found or _connect(scene, reach)[1]


def _connect(scene: Scene, reach: Reach) -> tuple[Reach, socket.socket | None]:
    host, port = scene.settings.dial(reach.host, reach.port)
    if not reach.proxy.used:
        return _direct(scene, reach, host, port)
    reach, sock = _direct(scene, reach, reach.proxy.host, reach.proxy.port)
    if sock is None:
        state = reach.state
        proxy_state = (
            ReachState.PROXY_NO_NAME if state is ReachState.NO_NAME else ReachState.PROXY_DEAD
        )
        return replace(reach, state=proxy_state), None
    if reach.proxy.scheme == "https":
        with sock:
            return _encrypted(scene, reach, sock, (host, port)), None
    ask = open_tunnel if reach.proxy.scheme == "http" else open_socks
    tunnel = ask(sock, reach.proxy, host, port)
    if tunnel.state is TunnelState.OPEN:
        return replace(reach, proxy_status=tunnel.status), sock
    sock.close()
    return _stopped(scene, reach, tunnel), None


def _encrypted(scene: Scene, reach: Reach, sock: socket.socket, there: tuple[str, int]) -> Reach:
    """Ask a proxy that is reached by TLS; TLS within TLS, what comes next, is not spoken here."""
    settings = tls_settings(scene.observe(TrustProbe(reach.side)))
    try:
        sock.settimeout(PROXY_TLS_SECONDS)
        with settings.wrap_socket(sock, server_hostname=reach.proxy.host) as line:
            tunnel = open_tunnel(line, reach.proxy, *there)
    except TimeoutError:
        tunnel = Tunnel(TunnelState.SILENT, detail="no answer to the greeting of TLS")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error)
        tunnel = Tunnel(TunnelState.NOT_HTTP, detail=f"TLS: {reason}")
    if tunnel.state is not TunnelState.OPEN:
        return _stopped(scene, reach, tunnel)
    detail = "what lies behind a proxy that is reached by TLS is not looked into"
    return replace(reach, state=ReachState.PROXY_UNREADABLE, detail=detail)


def _direct(scene: Scene, reach: Reach, host: str, port: int) -> tuple[Reach, socket.socket | None]:
    dns = reach.dns or scene.observe(DnsProbe(host))
    if not dns.resolved:
        return replace(reach, dns=dns, state=ReachState.NO_NAME, detail=dns.detail), None
    known = (reach.address,) if reach.address else dns.addresses
    sock, attempts = dial(known, port)
    reach = replace(reach, dns=dns, attempts=reach.attempts or attempts)
    if sock is not None:
        return reach, sock
    return replace(reach, state=_worst(attempts)), None


def _worst(attempts: tuple[TcpAttempt, ...]) -> ReachState:
    """The state that tells most: an answer that says no, before no answer at all."""
    states = {attempt.state for attempt in attempts}
    for state in (TcpState.REFUSED, TcpState.RESET, TcpState.TIMEOUT):
        if state in states:
            return ReachState(state.value)
    return ReachState.UNREACHABLE


_STOPPED = {
    TunnelState.LOGIN_NEEDED: ReachState.PROXY_LOGIN,
    TunnelState.REFUSED: ReachState.PROXY_REFUSES,
    TunnelState.SILENT: ReachState.PROXY_SILENT,
    TunnelState.NOT_HTTP: ReachState.PROXY_SILENT,
}


def _stopped(scene: Scene, reach: Reach, tunnel: Tunnel) -> Reach:
    return replace(
        reach,
        state=_STOPPED[tunnel.state],
        proxy_status=tunnel.status,
        detail=scene.redactor.clean(tunnel.detail),
    )
