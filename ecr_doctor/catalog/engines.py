"""What a fix says of docker's daemon, as another kind of engine has it.

The catalog tells what is right for the service that Linux's packages install, which most people
have. Where the run knows the engine to be of another kind, that one's files and commands are said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .dialect import reworded

if TYPE_CHECKING:
    from ecr_doctor.model import Fix

_RESTART: Final = r"sudo systemctl restart docker"
_PROXIES: Final = r"\bdaemon\.json: (?=\{\"proxies\")"
_ONE_REGISTRY: Final = r"For one registry only, and without a restart: /etc/docker/certs\.d\S+"
_TRUSTED_ROOTS: Final = (
    "Add it to this machine's trusted roots (macOS: the keychain; Windows: certmgr.msc;"
    " Linux: update-ca-certificates): Docker Desktop takes them over when it starts."
)
_PODMAN_SERVICE: Final = (
    "Then let podman's service start anew: systemctl restart podman (with --user where it runs"
    " without root), or podman machine stop and start"
)

# Sources: docs.docker.com/engine/security/rootless/tips and /engine/daemon; moby registry/config.go
# (CertsDir, without root in the user's configuration); the snap's files as its users have them;
# docs.docker.com/engine/daemon/proxy, /reference/cli/docker/desktop/restart (Docker Desktop 4.37)
# and /desktop/troubleshoot-and-support/faqs ("a certificate bundle of all user-trusted CAs");
# abiosoft/colima, docs/FAQ.md and issue 256; containers.conf(5) and podman-system-service(1),
# whose service ends when idle.
_WORDS: Final = {
    "rootless": (
        (_RESTART, "systemctl --user restart docker"),
        (r"\bdaemon\.json: ", "~/.config/docker/daemon.json: "),
        (r"/etc/docker/", "~/.config/docker/"),
    ),
    "snap": (
        (_RESTART, "sudo snap restart docker"),
        (r"\bdaemon\.json: ", "/var/snap/docker/current/config/daemon.json: "),
    ),
    "desktop": (
        (r"\bsudo cp .* && " + _RESTART, "docker desktop restart"),
        (_RESTART, "docker desktop restart"),
        (_PROXIES, "Settings, Resources, Proxies (Docker Desktop ignores those of daemon.json): "),
        (r"; keep the file readable for its owner only", ""),
        (_ONE_REGISTRY, _TRUSTED_ROOTS),
    ),
    "colima": (
        (r"\bThen " + _RESTART, "Then colima restart"),
        (r"\bsudo ", "colima ssh -- sudo "),
        (_PROXIES, "colima start --edit, under docker: "),
        (_ONE_REGISTRY, "One registry only: ~/.docker/certs.d/{host}/ca.crt, then colima restart"),
    ),
    "podman": (
        (r" && " + _RESTART, ""),
        (r"\bThen " + _RESTART, _PODMAN_SERVICE),
        (_PROXIES + r"\{\"proxies\": \{(.*?)\}\}", r"containers.conf, in [engine]: env = [\1]"),
        (r"\"(https?|no)-proxy\": \"", r'"\1_proxy='),
    ),
}
"""For each kind: patterns over a template, and what stands there instead."""


def run_as(kind: str, fix: Fix) -> Fix:
    """The fix, not filled yet, for an engine of this kind."""
    return reworded(fix, _WORDS.get(kind, ()))
