"""Pulls by other clients than `docker pull`: each has files and rules of its own."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from lab import names
from lab.clients import offer
from lab.faults import (
    config,
    credentials,
    daemon,
    helper,
    iam,
    image,
    manifests,
    network,
    proxies,
    tls,
    trust,
)
from lab.faults.model import Fault, Injection
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab

_CONTAINERS = ("skopeo", "buildah")
_SHARED = (
    "healthy",
    "auths-expired",
    "aws-unknown-key",
    "iam-no-batch-get-image",
    "tag-missing",
    "repo-missing",
    "dkr-refused",
    "tls-unknown-ca",
    "s3-refused",
)
"""Faults that strike every client alike."""
_DAEMONS_OWN = ("daemon-proxy-refused", "disk-read-only", "proxy-needed-daemon-lacks")
"""Faults of dockerd, which are none to clients that pull by themselves."""
_CLIENTS_OWN = {
    "config-missing-helper-falls-back": ("helper-not-on-path",),
    "helper-garbage": ("helper-protocol-broken",),
    "client-proxy-refused": ("proxy-misconfigured",),
    # That dockerd has a proxy which works tells nothing of what these clients should use.
    "proxy-needed-client-lacks": ("network-timeout", "proxy-misconfigured"),
    "insecure-registry": ("tls-untrusted-ca",),
    "platform-mismatch-list": ("platform-not-in-image",),
}
"""Faults to clients that pull by themselves, though some are none to docker; and their causes."""
_TABLES = (
    config, credentials, daemon, helper, iam, image, manifests, network, proxies, tls, trust,
)  # fmt: skip
_KNOWN = {fault.name: fault for table in _TABLES for fault in table.FAULTS}


def _with(client: str, inject: Injection) -> Injection:
    """Return the injection, with the client on PATH."""

    def both(lab: Lab) -> None:
        offer(lab, client)
        inject(lab)

    return both


def _by(client: str, fault: Fault) -> Fault:
    """Return the same fault, met by that client."""
    return replace(
        fault,
        name=f"{client}-{fault.name}",
        summary=f"{fault.summary} ({client} pulls)",
        inject=_with(client, fault.inject),
        says="",
        client=client,
        needs=(client,) if client in _CONTAINERS else (),
    )


def _store_only(lab: Lab) -> None:
    """Let credsStore alone name the helper, which podman and its kin do not read."""
    lab.user.write_config({"credsStore": "ecr-login"})


def _own_file(*, expired: bool) -> Injection:
    """Return an injection of containers-auth.json beside a docker config without any login."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({})
        login = auths(lab.token(expired=expired))
        lab.user.write(".config/containers/auth.json", json.dumps(login))

    return inject


def _narrow_key(lab: Lab) -> None:
    """Write a login for one repository: podman and its kin take it, docker does not."""
    pair = base64.b64encode(f"AWS:{lab.token()}".encode()).decode()
    login = {"auths": {f"{names.HOST}/team/app": {"auth": pair}}}
    lab.user.write_config({})
    lab.user.write(".config/containers/auth.json", json.dumps(login))


def _broken_file(lab: Lab) -> None:
    lab.user.write(".config/containers/auth.json", '{"auths": {')


def _own(client: str) -> tuple[Fault, ...]:
    """Return what docker would not mind, or would."""
    rows = (
        Fault(
            "store-only",
            "docker-config",
            "only credsStore names the helper, and this client ignores it",
            _store_only,
            ("client-ignores-creds-store",),
        ),
        Fault(
            "auth-json",
            "none",
            "its own auth.json holds the login",
            _own_file(expired=False),
            pull_works=True,
        ),
        Fault(
            "auth-json-expired",
            "docker-config",
            "its own auth.json holds an expired login",
            _own_file(expired=True),
            ("stored-login-expired",),
        ),
        Fault(
            "auth-json-repository",
            "none",
            "its own auth.json holds a login for this very repository",
            _narrow_key,
            pull_works=True,
        ),
        Fault(
            "auth-json-broken",
            "docker-config",
            "its own auth.json ends too early",
            _broken_file,
            ("config-json-invalid",),
        ),
        Fault(
            "docker-down",
            "none",
            "dockerd does not run, and this client needs none",
            lambda lab: lab.daemon.stop(),
            pull_works=True,
        ),
    )
    return tuple(_by(client, row) for row in rows)


def _path_key(lab: Lab) -> None:
    """Write a helper's key of one repository: the classic builder takes it, `docker pull` not."""
    lab.user.write_config({"credHelpers": {f"{names.HOST}/team/app": "ecr-login"}})


_ELSEWHERE = {"AWS_REGION": names.OTHER_REGION}
"""The helper lists the registry of this region alone."""
_BUILDS = (
    Fault(
        "store-other-region",
        "docker-config",
        "credsStore is the helper, which lists another region's registry",
        _store_only,
        ("classic-build-needs-list",),
        env=_ELSEWHERE,
    ),
    Fault(
        "store-own-region",
        "none",
        "credsStore is the helper, which lists this region's registry",
        _store_only,
        pull_works=True,
    ),
    Fault("repository-key", "none", "the helper's key is a repository", _path_key, pull_works=True),
)


def _python_only() -> tuple[Fault, ...]:
    """Return what docker-py sees otherwise than the docker command."""
    return tuple(_by("docker-py", _KNOWN[name]) for name in ("healthy", "auths-expired"))


FAULTS = (
    *(_by(client, _KNOWN[name]) for client in _CONTAINERS for name in _SHARED),
    *(row for client in _CONTAINERS for row in _own(client)),
    *(
        replace(_by(client, _KNOWN[name]), accept=(), pull_works=True, layer="none")
        for client in _CONTAINERS
        for name in (*_DAEMONS_OWN, "tls-certsd-fixes-badca")
    ),
    *(
        replace(_by(client, _KNOWN[name]), accept=causes, pull_works=False)
        for client in _CONTAINERS
        for name, causes in _CLIENTS_OWN.items()
    ),
    *_python_only(),
    _by("docker-build", _KNOWN["healthy"]),
    *(_by("docker-build", row) for row in _BUILDS),
    replace(_by("docker", _BUILDS[0]), accept=(), layer="none", pull_works=True),
    _by("docker-manifest", _KNOWN["healthy"]),
    _by("docker-manifest", _KNOWN["tag-missing"]),
)
