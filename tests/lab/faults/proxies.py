"""Proxies of the client, of dockerd and of both; and their certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.daemon import Options
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.home import HELPER
from lab.servers.proxy import (
    BROKEN,
    INTERCEPTING,
    LOGIN,
    OPEN,
    REFUSING,
    SILENT,
    WITHOUT_LAYERS,
)

if TYPE_CHECKING:
    from lab.world import Lab

_UNKNOWN = "x509: certificate signed by unknown authority"
_DEAD = f"http://{names.REFUSING}:3128"


def _url(port: int, login: str = "") -> str:
    return f"http://{login}{names.PROXY}:{port}"


def _daemon(url: str, no_proxy: str = "") -> Injection:
    """Return an injection that gives dockerd a proxy."""
    environment = {"HTTPS_PROXY": url, "NO_PROXY": no_proxy}
    return lambda lab: lab.daemon.restart(Options(environment=environment))


def _only_by_proxy(inject: Injection = nothing) -> Injection:
    """Return an injection in which no name resolves, as where only the proxy gets out."""

    def both(lab: Lab) -> None:
        inject(lab)
        lab.update(dns={"*": names.BLACK_HOLE})

    return both


def _trusting(inject: Injection, *authorities: str) -> Injection:
    """Return an injection in which the system trusts other authorities."""

    def both(lab: Lab) -> None:
        lab.trust(*authorities)
        inject(lab)

    return both


def _client_config(lab: Lab) -> None:
    """`proxies` in config.json is for containers and builds, not for docker's own way."""
    lab.user.write_config({**HELPER, "proxies": {"default": {"httpsProxy": _DEAD}}})


def _own_bundle(lab: Lab) -> None:
    """Give the user a bundle with the corporate CA only."""
    lab.user.write("corporate.pem", (lab.folder / "tls/corporate.crt").read_text())
    lab.user.write("lab.pem", (lab.folder / "tls/lab.crt").read_text())


def _own_bundle_and_dockerd(lab: Lab) -> None:
    _own_bundle(lab)
    lab.daemon.restart()


_BOTH = {"HTTPS_PROXY": _url(OPEN)}

FAULTS = (
    Fault(
        "proxy-needed-both",
        "none",
        "only the proxy gets out, and both sides use it",
        _only_by_proxy(_daemon(_url(OPEN))),
        pull_works=True,
        env=_BOTH,
    ),
    Fault(
        "proxy-needed-daemon-lacks",
        "daemon",
        "only the proxy gets out, dockerd does not use it",
        _only_by_proxy(),
        ("proxy-misconfigured",),
        env=_BOTH,
        slow=True,
    ),
    Fault(
        "proxy-needed-client-lacks",
        "environment",
        "only the proxy gets out, and the shell does not use it",
        _only_by_proxy(_daemon(_url(OPEN))),
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        slow=True,
    ),
    Fault(
        "proxy-no-proxy-registry",
        "daemon",
        "only the proxy gets out, and dockerd's NO_PROXY has amazonaws.com",
        _only_by_proxy(_daemon(_url(OPEN), "localhost,.amazonaws.com")),
        ("no-proxy-misconfigured",),
        env=_BOTH,
        slow=True,
    ),
    Fault(
        "proxy-no-proxy-s3",
        "daemon",
        "only the proxy gets out, and dockerd's NO_PROXY catches the bucket",
        _only_by_proxy(_daemon(_url(OPEN), f".s3.{names.REGION}.amazonaws.com")),
        ("no-proxy-misconfigured", "s3-layer-unreachable"),
        env=_BOTH,
        slow=True,
    ),
    Fault(
        "proxy-no-proxy-api",
        "environment",
        "only the proxy gets out, and the shell's NO_PROXY catches the API",
        _only_by_proxy(_daemon(_url(OPEN))),
        ("no-proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={**_BOTH, "NO_PROXY": "api.ecr.us-east-1.amazonaws.com"},
        slow=True,
    ),
    Fault(
        "proxy-no-proxy-saves",
        "none",
        "the proxy is dead, and NO_PROXY has every host",
        _daemon(_DEAD, "amazonaws.com"),
        pull_works=True,
        env={"HTTPS_PROXY": _DEAD, "NO_PROXY": "amazonaws.com"},
    ),
    Fault(
        "proxy-lower-case",
        "none",
        "the shell's https_proxy works",
        nothing,
        pull_works=True,
        env={"https_proxy": _url(OPEN)},
    ),
    Fault(
        "proxy-lower-case-dead",
        "environment",
        "the shell's https_proxy is dead",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"https_proxy": _DEAD},
    ),
    Fault(
        "proxy-without-scheme",
        "none",
        "the proxy's address has no scheme",
        nothing,
        pull_works=True,
        env={"HTTPS_PROXY": f"{names.PROXY}:{OPEN}"},
    ),
    Fault(
        "proxy-http-only",
        "none",
        "HTTP_PROXY is dead, and https does not use it",
        nothing,
        pull_works=True,
        env={"HTTP_PROXY": _DEAD},
    ),
    Fault(
        "proxy-all",
        "none",
        "ALL_PROXY is dead, and Go does not read it",
        nothing,
        pull_works=True,
        env={"ALL_PROXY": _DEAD},
    ),
    Fault(
        "proxy-client-config",
        "none",
        "config.json has a dead proxy for containers",
        _client_config,
        pull_works=True,
    ),
    Fault(
        "proxy-login-right",
        "none",
        "the proxies' login is in their address",
        _daemon(_url(LOGIN, "me:word@")),
        pull_works=True,
        env={"HTTPS_PROXY": _url(LOGIN, "me:word@")},
    ),
    Fault(
        "proxy-client-silent",
        "environment",
        "the shell's proxy never answers",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": _url(SILENT)},
        slow=True,
    ),
    Fault(
        "proxy-daemon-silent",
        "daemon",
        "dockerd's proxy never answers",
        _daemon(_url(SILENT)),
        ("proxy-misconfigured",),
        slow=True,
    ),
    Fault(
        "proxy-client-502",
        "environment",
        "the shell's proxy answers 502",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": _url(BROKEN)},
    ),
    Fault(
        "proxy-daemon-502",
        "daemon",
        "dockerd's proxy answers 502",
        _daemon(_url(BROKEN)),
        ("proxy-misconfigured",),
        says="Bad Gateway",
    ),
    Fault(
        "proxy-daemon-black-hole",
        "daemon",
        "packets to dockerd's proxy vanish",
        _daemon(f"http://{names.BLACK_HOLE}:3128"),
        ("proxy-misconfigured",),
        slow=True,
    ),
    Fault(
        "proxy-client-black-hole",
        "environment",
        "packets to the shell's proxy vanish",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": f"http://{names.BLACK_HOLE}:3128"},
        slow=True,
    ),
    Fault(
        "proxy-client-nxdomain",
        "environment",
        "the shell's proxy has no address",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": "http://proxy.corp.example:3128"},
    ),
    Fault(
        "proxy-forbids-layers",
        "daemon",
        "dockerd's proxy forbids the bucket",
        _daemon(_url(WITHOUT_LAYERS)),
        ("s3-layer-blocked", "proxy-misconfigured"),
        says="Forbidden",
    ),
    Fault(
        "proxy-client-forbids-layers",
        "none",
        "the shell's proxy forbids the bucket, which only dockerd needs",
        nothing,
        pull_works=True,
        env={"HTTPS_PROXY": _url(WITHOUT_LAYERS)},
    ),
    Fault(
        "proxy-garbled",
        "environment",
        "HTTPS_PROXY cannot be read",
        nothing,
        ("proxy-misconfigured",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": "http://proxy:port"},
    ),
    Fault(
        "proxy-daemon-intercepts",
        "tls",
        "dockerd's proxy intercepts, with a CA nobody trusts",
        _daemon(_url(INTERCEPTING)),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
    ),
    Fault(
        "proxy-client-intercepts",
        "tls",
        "the shell's proxy intercepts, with a CA nobody trusts",
        nothing,
        ("tls-untrusted-ca",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": _url(INTERCEPTING)},
    ),
    Fault(
        "proxy-intercepts-trusted",
        "none",
        "both proxies intercept, and the system trusts them",
        _trusting(_daemon(_url(INTERCEPTING)), "lab", "corporate"),
        pull_works=True,
        env={"HTTPS_PROXY": _url(INTERCEPTING)},
    ),
    Fault(
        "proxy-intercepts-client-bundle",
        "tls",
        "the shell's proxy intercepts; the system trusts it, AWS_CA_BUNDLE does not",
        _trusting(_own_bundle, "lab", "corporate"),
        ("tls-untrusted-ca",),
        says=NO_CREDENTIALS,
        env={"HTTPS_PROXY": _url(INTERCEPTING), "AWS_CA_BUNDLE": "/home/dev/lab.pem"},
    ),
    Fault(
        "bundle-without-lab-ca",
        "tls",
        "AWS_CA_BUNDLE lacks the CA that the system has",
        _own_bundle,
        ("tls-untrusted-ca",),
        says=NO_CREDENTIALS,
        env={"AWS_CA_BUNDLE": "/home/dev/corporate.pem"},
    ),
    Fault(
        "bundle-with-lab-ca-only",
        "none",
        "AWS_CA_BUNDLE has the one CA that is needed",
        _own_bundle,
        pull_works=True,
        env={"AWS_CA_BUNDLE": "/home/dev/lab.pem"},
    ),
    Fault(
        "system-without-lab-ca",
        "tls",
        "AWS_CA_BUNDLE has the CA, and the system lacks it: dockerd does not trust",
        _trusting(_own_bundle_and_dockerd, "corporate"),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
        env={"AWS_CA_BUNDLE": "/home/dev/lab.pem"},
    ),
    Fault(
        "bundle-empty",
        "environment",
        "AWS_CA_BUNDLE names an empty file",
        lambda lab: lab.user.write("empty.pem", ""),
        ("ca-bundle-missing",),
        says=NO_CREDENTIALS,
        env={"AWS_CA_BUNDLE": "/home/dev/empty.pem"},
    ),
    Fault(
        "bundle-folder",
        "environment",
        "AWS_CA_BUNDLE names a folder",
        nothing,
        ("ca-bundle-missing",),
        says=NO_CREDENTIALS,
        env={"AWS_CA_BUNDLE": "/home/dev"},
    ),
    Fault(
        "bundle-closed",
        "environment",
        "AWS_CA_BUNDLE is closed to the user",
        lambda lab: lab.user.write("closed.pem", "x").chmod(0o600),
        ("ca-bundle-missing",),
        says=NO_CREDENTIALS,
        env={"AWS_CA_BUNDLE": "/home/dev/closed.pem"},
        uid=65534,
    ),
    Fault(
        "requests-bundle-missing",
        "none",
        "REQUESTS_CA_BUNDLE names a missing file, which no Go program reads",
        nothing,
        pull_works=True,
        env={"REQUESTS_CA_BUNDLE": "/home/dev/none.pem"},
    ),
    Fault(
        "ssl-cert-file-missing",
        "none",
        "SSL_CERT_FILE is missing, AWS_CA_BUNDLE is not",
        nothing,
        pull_works=True,
        env={"SSL_CERT_FILE": "/home/dev/none.pem"},
    ),
    Fault(
        "proxy-forbids-both",
        "environment",
        "both proxies forbid AWS",
        _daemon(_url(REFUSING)),
        ("proxy-misconfigured",),
        says="Forbidden",
        env={"HTTPS_PROXY": _url(REFUSING)},
    ),
)
