"""What dockerd is told to trust: more of certs.d, insecure registries, and mirrors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault, Injection
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_UNKNOWN = "x509: certificate signed by unknown authority"


def _certsd(folder: str, **files: str) -> Injection:
    """Return an injection of a corporate certificate, and of files in a folder of certs.d.

    A file's content `corporate` or `lab` stands for that authority's certificate, `key` for a key.
    """

    def inject(lab: Lab) -> None:
        lab.update(tls={_HOST: "unknown-ca"})
        place = lab.etc("docker") / "certs.d" / folder
        place.mkdir(parents=True)
        for name, content in files.items():
            own = lab.folder / "tls" / ("corporate.key" if content == "key" else f"{content}.crt")
            text = own.read_text() if own.exists() else content
            (place / name.replace("_", ".")).write_text(text, encoding="utf-8")

    return inject


def _good(inject: Injection) -> Injection:
    """Return an injection in which the registry's certificate is the good one after all."""

    def both(lab: Lab) -> None:
        inject(lab)
        lab.update(tls={})

    return both


def _daemon_json(tls: str = "", **options: object) -> Injection:
    """Return an injection of a daemon.json, and perhaps of a wrong certificate."""

    def inject(lab: Lab) -> None:
        written = {name.replace("_", "-"): value for name, value in options.items()}
        lab.etc("docker/daemon.json").write_text(json.dumps(written), encoding="utf-8")
        lab.daemon.restart()
        lab.distrust_daemon()
        lab.update(tls={_HOST: tls} if tls else {})

    return inject


def _unreadable_folder(lab: Lab) -> None:
    lab.update(tls={_HOST: "unknown-ca"})
    place = lab.etc("docker") / "certs.d" / _HOST
    place.mkdir(parents=True)
    (place / "ca.crt").symlink_to("/nowhere/ca.crt")


def _only_api_intercepted(lab: Lab) -> None:
    lab.user.write_config(auths(lab.token()))
    lab.update(tls={names.API_HOST: "unknown-ca", names.STS_HOST: "unknown-ca"})


FAULTS = (
    Fault(
        "certsd-with-port",
        "tls",
        "the folder of certs.d has a port, which the image has not",
        _certsd(f"{_HOST}:443", ca_crt="corporate"),
        ("certsd-broken", "tls-untrusted-ca"),
        says=_UNKNOWN,
    ),
    Fault(
        "certsd-other-host",
        "tls",
        "the folder of certs.d is another region's",
        _certsd(names.OTHER_REGION_HOST, ca_crt="corporate"),
        ("certsd-broken", "tls-untrusted-ca"),
        says=_UNKNOWN,
    ),
    Fault(
        "certsd-other-ca",
        "tls",
        "the folder of certs.d has another CA",
        _certsd(_HOST, ca_crt="lab"),
        ("tls-untrusted-ca", "certsd-broken"),
        says=_UNKNOWN,
    ),
    Fault(
        "certsd-two-cas",
        "none",
        "two CAs, of which one is right",
        _certsd(_HOST, a_crt="lab", b_crt="corporate"),
        pull_works=True,
    ),
    Fault(
        "certsd-empty-folder",
        "tls",
        "the folder of certs.d is empty",
        _certsd(_HOST),
        ("tls-untrusted-ca", "certsd-broken"),
        says=_UNKNOWN,
    ),
    Fault(
        "certsd-needless",
        "none",
        "the folder of certs.d has a CA that nobody needs",
        _good(_certsd(_HOST, ca_crt="corporate")),
        pull_works=True,
    ),
    Fault(
        "certsd-key-alone",
        "tls",
        "a client key without its certificate",
        _good(_certsd(_HOST, client_key="key")),
        ("certsd-broken",),
        says="missing client certificate",
    ),
    Fault(
        "certsd-garbage-needless",
        "none",
        "garbage in ca.crt, and a good certificate",
        _good(_certsd(_HOST, ca_crt="no certificate")),
        pull_works=True,
    ),
    Fault(
        "certsd-dead-link",
        "tls",
        "ca.crt is a link to nowhere",
        _unreadable_folder,
        ("certsd-broken", "tls-untrusted-ca"),
    ),
    Fault(
        "insecure-registry",
        "none",
        "the registry is insecure to dockerd: any CA will do",
        _daemon_json("unknown-ca", insecure_registries=[_HOST]),
        pull_works=True,
    ),
    Fault(
        "insecure-registry-self-signed",
        "none",
        "insecure, and signed by itself",
        _daemon_json("self-signed", insecure_registries=[_HOST]),
        pull_works=True,
    ),
    Fault(
        "insecure-other-registry",
        "tls",
        "another registry is insecure",
        _daemon_json("unknown-ca", insecure_registries=[names.OTHER_REGION_HOST]),
        ("tls-untrusted-ca",),
        says=_UNKNOWN,
    ),
    Fault(
        "mirror-dead",
        "none",
        "a dead mirror, which is for Docker Hub only",
        _daemon_json(registry_mirrors=[f"https://{names.REFUSING}"]),
        pull_works=True,
    ),
    Fault(
        "api-intercepted-beside-login",
        "none",
        "the API is intercepted, and a login is stored",
        _only_api_intercepted,
        pull_works=True,
    ),
)
