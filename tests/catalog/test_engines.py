"""Fixes for the daemon, as the kind of engine that failed has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ecr_doctor.engine.diagnose import describe
from ecr_doctor.probes.engine_kind import EngineKind

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog
    from ecr_doctor.model import Fix

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
OTHERS = [kind for kind in EngineKind if kind]
COPY = "sudo cp corporate-ca.crt /usr/local/share/ca-certificates/"
TRUST = f"{COPY} && sudo update-ca-certificates"


def fixes(cause: str, kind: str, catalog: Catalog) -> list[Fix]:
    facts = {"host": HOST, "daemon_side": "the docker daemon", "engine": kind}
    return list(describe(cause, catalog, facts).fixes)


@pytest.mark.parametrize(
    ("kind", "restart"),
    [
        ("", "Then sudo systemctl restart docker."),
        ("rootless", "Then systemctl --user restart docker."),
        ("snap", "Then sudo snap restart docker."),
        ("desktop", "Then docker desktop restart."),
        ("colima", "Then colima restart."),
        ("podman", "Then let podman's service start anew"),
        ("a kind nobody knows", "Then sudo systemctl restart docker."),
    ],
)
@pytest.mark.parametrize(
    "cause", ["proxy-misconfigured", "no-proxy-misconfigured", "proxy-authentication-required"]
)
def test_it_is_restarted_as_its_kind_is(
    cause: str, kind: str, restart: str, catalog: Catalog
) -> None:
    assert any(s.startswith(restart) for fix in fixes(cause, kind, catalog) for s in fix.steps)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("", 'daemon.json: {"proxies": {"no-proxy": "localhost,127.0.0.1"}}'),
        ("rootless", '~/.config/docker/daemon.json: {"proxies": {'),
        ("snap", '/var/snap/docker/current/config/daemon.json: {"proxies": {'),
        ("desktop", "Settings, Resources, Proxies (Docker Desktop ignores"),
        ("colima", 'colima start --edit, under docker: {"proxies": {'),
        ("podman", 'containers.conf, in [engine]: env = ["no_proxy=localhost,127.0.0.1"] and,'),
    ],
)
def test_its_proxies_are_where_it_reads_them(kind: str, place: str, catalog: Catalog) -> None:
    assert fixes("no-proxy-misconfigured", kind, catalog)[0].steps[0].startswith(place)


@pytest.mark.parametrize(
    ("kind", "command", "place"),
    [
        ("", f"{TRUST} && sudo systemctl restart docker", "/etc/docker/certs.d"),
        ("rootless", f"{TRUST} && systemctl --user restart docker", "~/.config/docker/certs.d"),
        ("snap", f"{TRUST} && sudo snap restart docker", ""),
        ("desktop", "docker desktop restart", "trusted roots"),
        (
            "colima",
            f"{TRUST} && sudo systemctl restart docker".replace("sudo", "colima ssh -- sudo"),
            "~/.docker/certs.d",
        ),
        ("podman", TRUST, ""),
    ],
)
def test_an_authority_is_put_where_it_looks(
    kind: str, command: str, place: str, catalog: Catalog
) -> None:
    fix = fixes("tls-untrusted-ca", kind, catalog)[0]

    assert fix.command == command
    assert place in fix.steps[1]
    assert "{host}" not in fix.steps[1]


@pytest.mark.parametrize("kind", OTHERS)
def test_no_cause_sends_it_to_the_service_of_the_system(kind: str, catalog: Catalog) -> None:
    for cause in catalog:
        for fix in fixes(cause, kind, catalog):
            text = "\n".join((*fix.steps, fix.command)).replace("colima ssh -- sudo", "")
            assert "sudo systemctl restart docker" not in text, cause
