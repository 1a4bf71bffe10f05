"""Which proxy a program uses for a host, by Go's rules: helper and docker daemon are Go programs.

The rules are those of golang.org/x/net/http/httpproxy (config.go), which net/http uses.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

from ecr_doctor.clients.go_url import url_host
from ecr_doctor.redact import Secret

from .base import Probe
from .docker_engine import pulling_engine
from .side import Side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .base import Scene

MASKED = "xxxxx"
"""What `docker info` shows in the place of a proxy's password (moby, daemon/info.go)."""
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyChoice:
    """How one host is reached: through a proxy, or directly."""

    host: str = ""
    """The proxy's host; empty where none is used."""
    port: int = 0
    scheme: str = "http"
    login: Secret | None = None
    """`user:password` for the proxy."""
    login_masked: bool = False
    """The engine has a password for the proxy and does not show it."""
    source: str = ""
    """What names the proxy: a variable, or the docker engine."""
    exempted_by: str = ""
    """The entry of NO_PROXY that exempts the host; empty when none does."""
    problem: str = ""
    """Why the proxy's address cannot be read."""
    ignored: str = ""
    """What names a proxy by an address that Go takes for none, so that it goes directly."""

    @property
    def used(self) -> bool:
        """Whether the host is reached through a proxy."""
        return bool(self.host)

    @property
    def shown(self) -> str:
        """The proxy for a report: no login."""
        return f"{self.scheme}://{self.host}:{self.port}" if self.used else "no proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variables:
    https_proxy: str = ""
    no_proxy: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ProxyProbe(Probe[ProxyChoice]):
    """Reads the settings of one side; the engine's are asked of the engine itself."""

    host: str
    port: int = 443
    side: Side = Side.ENGINE
    heed_exemptions: bool = True
    """False to see what would happen if NO_PROXY were empty."""
    limit: ClassVar[float] = 7.0

    def look(self, scene: Scene) -> ProxyChoice:
        """Decide for this host."""
        settings = _settings(scene, self.side)
        exemption = exempting_entry(settings.no_proxy, self.host, self.port)
        if not settings.https_proxy or is_local(self.host):
            return ProxyChoice()
        if exemption and self.heed_exemptions:
            return ProxyChoice(source=settings.source, exempted_by=exemption)
        choice = read_proxy(settings.https_proxy, settings.source)
        if choice.login_masked:
            return _with_own_login(scene, choice)
        if choice.login is not None:
            scene.redactor.learn(choice.login, choice.login.reveal().partition(":")[2])
        return choice


def _settings(scene: Scene, side: Side) -> _Variables:
    """The side's variables; without an engine, the user's own count for the registry too."""
    if side is Side.ENGINE:
        engine = pulling_engine(scene)
        if engine is not None:
            return _Variables(
                https_proxy=engine.https_proxy,
                no_proxy=engine.no_proxy,
                source="HTTPS proxy of the docker engine",
            )
    return client_variables(scene.env)


def client_variables(env: Mapping[str, str]) -> _Variables:
    """The user's variables; the upper-case name is first, as in Go."""
    name = next((n for n in ("HTTPS_PROXY", "https_proxy") if env.get(n)), "HTTPS_PROXY")
    no_proxy = env.get("NO_PROXY") or env.get("no_proxy") or ""
    return _Variables(https_proxy=env.get(name, ""), no_proxy=no_proxy, source=name)


def read_proxy(text: str, source: str) -> ProxyChoice:
    """Read a proxy's URL; without a known scheme it is taken for `http://`.

    What is no URL in either way, Go leaves out (httpproxy, config.init): a password with a bare %,
    a line's end of Windows.
    """
    if not url_host(text) and not url_host(f"http://{text}"):
        return ProxyChoice(ignored=source)
    if text.partition("://")[0].lower() not in _PORTS:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except ValueError:
        return ProxyChoice(source=source, problem="its address cannot be read")
    if not host:
        return ProxyChoice(source=source, problem="its address names no host")
    login = None
    if parts.username is not None:
        login = Secret(f"{unquote(parts.username)}:{unquote(parts.password or '')}")
    return ProxyChoice(
        host=host,
        port=port,
        scheme=parts.scheme,
        login=login,
        login_masked=parts.password == MASKED,
        source=source,
    )


def _with_own_login(scene: Scene, choice: ProxyChoice) -> ProxyChoice:
    """Where the user's own variable names the same proxy, its password will be the same."""
    own = read_proxy(client_variables(scene.env).https_proxy, choice.source)
    if (own.host, own.port) != (choice.host, choice.port) or own.login is None or own.login_masked:
        return choice
    scene.redactor.learn(own.login, own.login.reveal().partition(":")[2])
    return own


def is_local(host: str) -> bool:
    """Hosts for which Go never uses a proxy."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def exempting_entry(no_proxy: str, host: str, port: int) -> str:
    """The first entry of NO_PROXY that covers the host; empty when none does."""
    host = host.lower().rstrip(".")
    for entry in no_proxy.split(","):
        text = entry.strip().lower()
        if text and (text == "*" or _covers(text, host, port)):
            return entry.strip()
    return ""


def _covers(entry: str, host: str, port: int) -> bool:
    address = _address(host)
    if "/" in entry:
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
        return address is not None and address in network
    name, colon, digits = entry.rpartition(":")
    if colon and digits.isdigit() and (":" not in name or name.endswith("]")):
        if int(digits) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    wanted = _address(entry)
    if wanted is not None or address is not None:
        return wanted is not None and wanted == address
    return _name_covers(entry, host)


def _name_covers(entry: str, host: str) -> bool:
    """`example.com` covers itself and what is below it; `.example.com` only what is below.

    A star counts before a dot only: `*.example.com` is `.example.com`, `*example.com` nothing.
    """
    entry = entry[1:] if entry.startswith("*.") else entry
    if not entry:
        return False
    if entry.startswith("."):
        return host.endswith(entry)
    return host == entry or host.endswith(f".{entry}")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
