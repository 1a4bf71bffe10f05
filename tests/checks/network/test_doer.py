"""Who failed: the daemon, a client without one, or the helper. Cures depend on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ecr_doctor.model import Settings
from ecr_doctor.probes.certsd import CertsDir, CertsDirProbe
from ecr_doctor.probes.docker_cli import DockerCli, DockerCliProbe
from ecr_doctor.probes.docker_endpoint import DEFAULT_ENDPOINT, DockerEndpoint
from ecr_doctor.probes.docker_engine import Engine, EngineProbe, EngineProblem
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsAnswer, TlsProbe, TlsState
from ecr_doctor.testing import HOST, context
from ecr_doctor_checks.network._doer import doer
from ecr_doctor_checks.network.registry_reachable import RegistryReachable
from ecr_doctor_checks.tls.registry_certificate import RegistryCertificate

ENGINE = Engine(endpoint=DockerEndpoint(url=DEFAULT_ENDPOINT, source="default"))
HERE = {EngineProbe(): ENGINE}
GONE = {EngineProbe(): replace(ENGINE, problem=EngineProblem.NO_SOCKET)}
PODMAN = {DockerCliProbe(): DockerCli(path="/usr/bin/docker", emulates="podman")}
HELPER = ("helper_side", "the credential helper")
DAEMON = ("daemon_side", "the docker daemon")
REACH = Reach(host=HOST, port=443, side=Side.ENGINE, state=ReachState.TIMEOUT)


@pytest.mark.parametrize(
    ("side", "client", "seen", "fact", "words"),
    [
        (Side.CLIENT, "docker", HERE, *HELPER),
        (Side.CLIENT, "podman", HERE, *HELPER),
        (Side.ENGINE, "docker", HERE, *DAEMON),
        (Side.ENGINE, "docker-build", HERE, *DAEMON),
        (Side.ENGINE, "docker", GONE, "", "the docker daemon"),
        (Side.ENGINE, "docker", {}, "", "the docker daemon"),
        (Side.ENGINE, "docker", GONE | PODMAN, "client_side", "podman"),
        (Side.ENGINE, "podman", HERE, "client_side", "podman"),
        (Side.ENGINE, "kubelet", HERE, "client_side", "the runtime that pulls for the kubelet"),
    ],
)
def test_who_it_is(side: Side, client: str, seen: dict[Any, Any], fact: str, words: str) -> None:
    found = doer(context(seen, settings=Settings(client=client)), side)

    assert found.words.startswith(words)
    assert list(found.facts) == ([fact] if fact else [])


def test_a_daemon_is_known_by_its_kind() -> None:
    endpoint = DockerEndpoint(url="unix:///run/user/1000/docker.sock", source="DOCKER_HOST")
    seen: dict[Any, Any] = {EngineProbe(): replace(ENGINE, endpoint=endpoint, rootless=True)}

    assert doer(context(seen), Side.ENGINE).facts == dict([DAEMON]) | {"engine": "rootless"}


@pytest.mark.parametrize(("client", "fact"), [("docker", "daemon_side"), ("podman", "client_side")])
def test_a_verdict_says_which_side_and_which_server(client: str, fact: str) -> None:
    tls = TlsAnswer(host=HOST, state=TlsState.SELF_SIGNED)
    seen: dict[Any, Any] = {
        **HERE,
        ReachProbe(HOST, 443, Side.ENGINE): REACH,
        TlsProbe(HOST, 443, Side.ENGINE): tls,
        CertsDirProbe(HOST): CertsDir(path="/x"),
    }
    ctx = context(seen, settings=Settings(client=client))

    for verdict in (RegistryReachable().run(ctx), RegistryCertificate().run(ctx)):
        assert verdict.cause
        assert fact in dict(verdict.facts)
        assert dict(verdict.facts)["server"] == HOST


def test_the_words_name_the_client_that_has_no_proxy() -> None:
    found = doer(context(settings=Settings(client="skopeo")), Side.ENGINE)

    assert found.words == "skopeo"
