from __future__ import annotations

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.containerd_config import ContainerdConfig, ContainerdConfigProbe
from ecr_doctor.probes.kubelet import Kubelet, KubeletProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.host.containerd_hosts import ContainerdHosts

TOML, HOSTS = "/etc/containerd/config.toml", "/etc/containerd/certs.d/x/hosts.toml"
NODE = Kubelet(signs=("process 7",))
GOOD = ContainerdConfig(path=TOML, hosts_file=HOSTS, servers=("https://x",))
BAD_HOSTS = ContainerdConfig(path=TOML, hosts_file=HOSTS, hosts_problem="no TOML")
BOTH = ContainerdConfig(path=TOML, config_path="/c", mirrors_too=True)
BAD_TOML = ContainerdConfig(path=TOML, problem="no TOML")


@pytest.mark.parametrize(
    ("config", "kubelet", "with_docker", "with_kubelet"),
    [
        pytest.param(GOOD, NODE, Status.PASS, Status.PASS, id="good"),
        pytest.param(BAD_HOSTS, NODE, Status.WARN, Status.FAIL, id="hosts.toml"),
        pytest.param(BAD_HOSTS, Kubelet(), Status.WARN, Status.FAIL, id="hosts.toml, no node"),
        pytest.param(BOTH, NODE, Status.WARN, Status.FAIL, id="mirrors and config_path"),
        pytest.param(BOTH, Kubelet(), Status.NOT_APPLICABLE, Status.FAIL, id="docker's containerd"),
        pytest.param(BAD_TOML, NODE, Status.WARN, Status.FAIL, id="config.toml"),
        pytest.param(ContainerdConfig(), NODE, Status.NOT_APPLICABLE, Status.NOT_APPLICABLE,
                     id="nothing there"),
    ],
)  # fmt: skip
def test_verdict(
    config: ContainerdConfig, kubelet: Kubelet, with_docker: Status, with_kubelet: Status
) -> None:
    """A pull by docker never fails of it."""
    given = {ContainerdConfigProbe(): config, KubeletProbe(): kubelet}
    for client, status in (("docker", with_docker), ("kubelet", with_kubelet)):
        verdict = ContainerdHosts().run(context(given, settings=Settings(client=client)))

        assert verdict.status is status
        wrong = status in {Status.WARN, Status.FAIL}
        assert verdict.cause == ("registry-mirror-broken" if wrong else None)
