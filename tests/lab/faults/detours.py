"""Proxies of other kinds, and NO_PROXY as Go reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.daemon import Options
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.servers.proxy import ENCRYPTED, LOGIN, OPEN, SOCKS

if TYPE_CHECKING:
    from lab.world import Lab

_DEAD = f"http://{names.REFUSING}:3128"
_MISCONFIGURED = ("proxy-misconfigured", "no-proxy-misconfigured")


def _url(port: int, login: str = "", scheme: str = "http") -> str:
    return f"{scheme}://{login}{names.PROXY}:{port}"


def _daemon(only: bool = False, **environment: str) -> Injection:  # noqa: FBT001, FBT002
    """Return an injection that gives dockerd variables; `only` the proxy gets out, perhaps."""

    def inject(lab: Lab) -> None:
        lab.daemon.restart(Options(environment=environment))
        if only:
            lab.update(dns={"*": names.BLACK_HOLE})

    return inject


def _client(name: str, summary: str, *accept: str, **env: str) -> Fault:
    """Return a fault of the shell's proxy; without causes it is none."""
    kind = "environment" if accept else "none"
    says = NO_CREDENTIALS if accept else ""
    return Fault(name, kind, summary, nothing, accept, not accept, says, env=env)


def _saved(name: str, no_proxy: str, summary: str) -> Fault:
    """Return a trap: a dead proxy in the shell, and a NO_PROXY that has the API."""
    return _client(name, summary, HTTPS_PROXY=_DEAD, NO_PROXY=no_proxy)


def _lost(name: str, no_proxy: str, summary: str) -> Fault:
    """Return a fault: a dead proxy in the shell, and a NO_PROXY that misses the API."""
    return _client(name, summary, *_MISCONFIGURED, HTTPS_PROXY=_DEAD, NO_PROXY=no_proxy)


FAULTS = (
    Fault(
        "socks-both",
        "none",
        "only a SOCKS proxy gets out, and both sides use it",
        _daemon(only=True, HTTPS_PROXY=_url(SOCKS, scheme="socks5")),
        pull_works=True,
        env={"HTTPS_PROXY": _url(SOCKS, scheme="socks5")},
    ),
    _client("socks-client", "the shell's proxy is SOCKS", HTTPS_PROXY=_url(SOCKS, scheme="socks5")),
    _client(
        "socks-client-dead",
        "the shell's SOCKS proxy is dead",
        "proxy-misconfigured",
        HTTPS_PROXY=f"socks5://{names.REFUSING}:1080",
    ),
    Fault(
        "socks-daemon-dead",
        "daemon",
        "dockerd's SOCKS proxy is dead",
        _daemon(HTTPS_PROXY=f"socks5://{names.REFUSING}:1080"),
        ("proxy-misconfigured",),
        says="refused",
    ),
    _client(
        "socks-named-http",
        "the shell's HTTP proxy is a SOCKS proxy",
        "proxy-misconfigured",
        HTTPS_PROXY=_url(SOCKS),
    ),
    _client(
        "tls-proxy-client",
        "the shell reaches its proxy by TLS",
        HTTPS_PROXY=_url(ENCRYPTED, scheme="https"),
    ),
    Fault(
        "tls-proxy-daemon",
        "none",
        "dockerd reaches its proxy by TLS",
        _daemon(HTTPS_PROXY=_url(ENCRYPTED, scheme="https")),
        pull_works=True,
    ),
    _client(
        "tls-proxy-plain",
        "the proxy is named https:// and speaks plain HTTP",
        "proxy-misconfigured",
        "connection-reset",
        HTTPS_PROXY=_url(OPEN, scheme="https"),
    ),
    Fault(
        "tls-proxy-plain-daemon",
        "daemon",
        "dockerd's proxy is named https:// and speaks plain HTTP",
        _daemon(HTTPS_PROXY=_url(OPEN, scheme="https")),
        ("proxy-misconfigured", "connection-reset"),
        says="TLS handshake timeout",
        slow=True,
    ),
    _client(
        "plain-proxy-tls",
        "the proxy is named http:// and wants TLS",
        "proxy-misconfigured",
        "connection-reset",
        HTTPS_PROXY=_url(ENCRYPTED),
    ),
    _client(
        "proxy-password-wrong",
        "the login in the proxy's address is wrong",
        "proxy-authentication-required",
        HTTPS_PROXY=_url(LOGIN, "me:wrong@"),
    ),
    Fault(
        "proxy-password-wrong-daemon",
        "daemon",
        "the login in the address of dockerd's proxy is wrong",
        _daemon(HTTPS_PROXY=_url(LOGIN, "me:wrong@")),
        ("proxy-authentication-required",),
        says="Proxy Authentication Required",
    ),
    _client(
        "proxy-password-encoded",
        "a character of the proxy's password is encoded",
        HTTPS_PROXY=_url(LOGIN, "me:w%6Frd@"),
    ),
    _client("proxy-slash", "a slash follows the proxy's address", HTTPS_PROXY=_url(OPEN) + "/"),
    _client(
        "proxy-capitals", "the scheme has capitals", HTTPS_PROXY=f"HTTP://{names.PROXY}:{OPEN}"
    ),
    _client(
        "proxy-without-port",
        "the proxy's address has no port, and nothing is on port 80",
        "proxy-misconfigured",
        HTTPS_PROXY=f"http://{names.PROXY}",
    ),
    _client(
        "proxy-quotes",
        "the proxy's address is in quotes",
        "proxy-misconfigured",
        HTTPS_PROXY=f'"{_url(OPEN)}"',
    ),
    _client(
        "proxy-ftp",
        "the proxy's scheme is none that Go knows",
        "proxy-misconfigured",
        HTTPS_PROXY=_url(OPEN, scheme="ftp"),
    ),
    _client(
        "proxy-case-first-good",
        "HTTPS_PROXY is good, https_proxy dead: Go looks at capitals first",
        HTTPS_PROXY=_url(OPEN),
        https_proxy=_DEAD,
    ),
    _client(
        "proxy-case-first-dead",
        "HTTPS_PROXY is dead, https_proxy good: Go looks at capitals first",
        "proxy-misconfigured",
        HTTPS_PROXY=_DEAD,
        https_proxy=_url(OPEN),
    ),
    _client(
        "no-proxy-case",
        "NO_PROXY misses the API, no_proxy has it: Go looks at capitals first",
        *_MISCONFIGURED,
        HTTPS_PROXY=_DEAD,
        NO_PROXY="localhost",
        no_proxy=".amazonaws.com",
    ),
    _saved("no-proxy-star", "*", "NO_PROXY is a star"),
    _saved("no-proxy-port", ".amazonaws.com:443", "NO_PROXY has the port"),
    _saved("no-proxy-spaces", "localhost , .amazonaws.com ", "NO_PROXY has spaces"),
    _saved("no-proxy-glob", "*.amazonaws.com", "NO_PROXY begins with a star and a dot"),
    _saved("no-proxy-capitals", ".AMAZONAWS.COM", "NO_PROXY has capitals"),
    _saved("no-proxy-empty-parts", ",,amazonaws.com,", "NO_PROXY has empty parts"),
    _lost("no-proxy-cidr", "10.77.0.0/16", "NO_PROXY has the API's network, not its name"),
    _lost("no-proxy-address", "10.77.0.20", "NO_PROXY has the API's address, not its name"),
    _lost("no-proxy-other-port", ".amazonaws.com:80", "NO_PROXY has another port"),
    _lost("no-proxy-scheme", "https://.amazonaws.com", "NO_PROXY has a scheme"),
    _lost("no-proxy-star-inside", "*amazonaws.com", "NO_PROXY has a star without a dot"),
    _lost("no-proxy-semicolons", "localhost;.amazonaws.com", "NO_PROXY is parted by semicolons"),
    _lost("no-proxy-single-label", "amazonaws", "NO_PROXY has a part of the domain"),
    Fault(
        "no-proxy-daemon-glob",
        "none",
        "dockerd's proxy is dead, and its NO_PROXY begins with a star and a dot",
        _daemon(HTTPS_PROXY=_DEAD, NO_PROXY="*.amazonaws.com"),
        pull_works=True,
    ),
    Fault(
        "no-proxy-daemon-registry-only",
        "daemon",
        "dockerd's proxy is dead, and its NO_PROXY has the registry and not the bucket",
        _daemon(HTTPS_PROXY=_DEAD, NO_PROXY=names.HOST),
        _MISCONFIGURED,
        says="refused",
    ),
    Fault(
        "proxy-daemon-http-only",
        "none",
        "dockerd's HTTP_PROXY is dead, and https does not use it",
        _daemon(HTTP_PROXY=_DEAD),
        pull_works=True,
    ),
)
