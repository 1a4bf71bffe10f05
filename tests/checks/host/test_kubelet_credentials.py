from __future__ import annotations

import pytest

from ecr_doctor.clients.machine import FileState
from ecr_doctor.model import Settings, Status, parse_target
from ecr_doctor.probes.kubelet import Kubelet, KubeletProbe, ProviderView
from ecr_doctor.testing import context
from ecr_doctor_checks.host.kubelet_credentials import KubeletCredentials

FILE = "/etc/providers.yaml"
GLOB = "*.dkr.ecr.*.amazonaws.com"
GOOD = ProviderView(name="ecr", pattern=GLOB, patterns=(GLOB,), path="/bin/ecr")
OTHER = ProviderView(name="gcr", patterns=("gcr.io",), path="/bin/gcr", runnable=False)
BROKEN = ProviderView(name="ecr", pattern=GLOB, path="/bin/ecr", runnable=False)


def node(*providers: ProviderView, **more: object) -> Kubelet:
    given = {"provider_config": FILE, "state": FileState.OK, **more}
    return Kubelet(signs=("process 7",), providers=providers, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kubelet", "with_docker", "with_kubelet"),
    [
        pytest.param(Kubelet(), Status.NOT_APPLICABLE, Status.INCONCLUSIVE, id="no node"),
        pytest.param(node(GOOD, OTHER), Status.PASS, Status.PASS, id="good"),
        pytest.param(node(OTHER), Status.WARN, Status.FAIL, id="no pattern"),
        pytest.param(node(BROKEN), Status.WARN, Status.FAIL, id="no program"),
        pytest.param(node(problem="no YAML"), Status.WARN, Status.FAIL, id="bad file"),
        pytest.param(node(provider_config=""), Status.NOT_APPLICABLE, Status.FAIL, id="no flag"),
        pytest.param(node(state=FileState.UNREADABLE), Status.NOT_APPLICABLE, Status.INCONCLUSIVE,
                     id="not readable"),
    ],
)  # fmt: skip
def test_verdict(kubelet: Kubelet, with_docker: Status, with_kubelet: Status) -> None:
    """A pull by docker never fails of it."""
    for client, status in (("docker", with_docker), ("kubelet", with_kubelet)):
        ctx = context({KubeletProbe(): kubelet}, settings=Settings(client=client))

        verdict = KubeletCredentials().run(ctx)

        assert verdict.status is status
        wrong = status in {Status.WARN, Status.FAIL}
        assert verdict.cause == ("kubelet-credential-provider" if wrong else None)


def test_other_registries() -> None:
    ctx = context(target=parse_target("ghcr.io/a/b"))

    assert KubeletCredentials().run(ctx).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("kubelet", [node(OTHER), node(provider_config="")])
def test_a_pull_secret_makes_a_provider_needless(kubelet: Kubelet) -> None:
    settings = Settings(client="kubelet", pull_secret="s.yaml")
    ctx = context({KubeletProbe(): kubelet}, settings=settings)

    assert KubeletCredentials().run(ctx).status is Status.NOT_APPLICABLE
