from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ecr_doctor.clients.machine import FileState
from ecr_doctor.probes import kubelet
from ecr_doctor.probes.kubelet import Kubelet, KubeletProbe
from ecr_doctor.probes.processes import Daemon, Daemons, DaemonsProbe
from probes.network_machine import stage

if TYPE_CHECKING:
    from pathlib import Path

    from ecr_doctor.probes.base import Probe

CONFIG, BIN = "/etc/kubernetes/providers.yaml", "/usr/libexec/providers"
FLAGS = (
    f"--image-credential-provider-config={CONFIG}",
    "--image-credential-provider-bin-dir",
    BIN,
    "--config=/etc/kubelet.yaml",
    "--pod-infra-container-image=pause:3",
)


def providers(*patterns: str, name: str = "ecr-credential-provider") -> str:
    provider = {"name": name, "matchImages": list(patterns), "defaultCacheDuration": "12h"}
    kind = {"kind": "CredentialProviderConfig", "apiVersion": "kubelet.config.k8s.io/v1"}
    return json.dumps({**kind, "providers": [provider]})


class Node:
    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def look(self, *flags: str, runs: bool = True) -> Kubelet:
        found = (Daemon(name="kubelet", pid=7, arguments=flags),) if runs else ()
        given: dict[Probe[Any], Any] = {DaemonsProbe(): Daemons(found=found)}
        return stage(given=given).observe(KubeletProbe())


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Node:
    monkeypatch.setattr(kubelet, "ROOT", str(tmp_path))
    return Node(tmp_path)


def test_no_node(node: Node) -> None:
    assert not node.look(runs=False).present


def test_what_a_running_kubelet_is_set_up_with(node: Node) -> None:
    node.write(CONFIG, providers("*.dkr.ecr.*.amazonaws.com"))
    node.write(f"{BIN}/ecr-credential-provider", "", 0o755)
    node.write("/etc/kubelet.yaml", "registryPullQPS: 20\nregistryBurst: 40\n")

    found = node.look(*FLAGS)

    (provider,) = found.covering
    assert provider.pattern == "*.dkr.ecr.*.amazonaws.com"
    assert provider.runnable
    assert (found.pull_qps, found.pull_burst, found.sandbox_image) == ("20", "40", "pause:3")


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [
        ("*.dkr.ecr.*.amazonaws.com", True),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", True),
        ("*.dkr.ecr.us-east-1.amazonaws.com/team", True),
        ("*.dkr.ecr.us-east-1.amazonaws.com/other", False),
        ("*.dkr-ecr.*.on.aws", False),
        ("*.amazonaws.com", False),
        ("*.dkr.ecr.*.amazonaws.com:443", False),
        ("*.dkr.ecr.*.amazonaws.com.cn", False),
    ],
)
def test_patterns(node: Node, pattern: str, covers: bool) -> None:  # noqa: FBT001
    node.write(CONFIG, providers(pattern))

    assert bool(node.look(*FLAGS).covering) is covers


@pytest.mark.parametrize(("mode", "runnable"), [(0o755, True), (0o644, False), (None, False)])
def test_the_provider_s_program(node: Node, mode: int | None, runnable: bool) -> None:  # noqa: FBT001
    node.write(CONFIG, providers("*.dkr.ecr.*.amazonaws.com"))
    if mode is not None:
        node.write(f"{BIN}/ecr-credential-provider", "", mode)

    assert node.look(*FLAGS).covering[0].runnable is runnable


@pytest.mark.parametrize(
    "text", ["kind: Pod\n", "providers: [", "kind: CredentialProviderConfig\n"]
)
def test_provider_files_that_stop_the_kubelet(node: Node, text: str) -> None:
    node.write(CONFIG, text)

    assert node.look(*FLAGS).problem


def test_a_provider_file_that_is_not_there(node: Node) -> None:
    found = node.look(*FLAGS)

    assert (found.state, bool(found.problem)) == (FileState.MISSING, True)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("/var/lib/kubelet/kubeadm-flags.env", 'KUBELET_KUBEADM_ARGS="{} --v=2"'),
        ("/etc/default/kubelet", "# --image-credential-provider-config=/x\nKUBELET_EXTRA_ARGS={}"),
        ("/etc/sysconfig/kubelet", "ARGS='--v {}'"),
        (
            "/etc/systemd/system/kubelet.service.d/10-x.conf",
            "[Service]\nEnvironment='KUBELET_ARGS={}'\nExecStart=/usr/bin/kubelet $KUBELET_ARGS",
        ),
        (
            "/etc/systemd/system/kubelet.service",
            "[Service]\nExecStart=/usr/bin/kubelet --v=2 \\\n  {} \\\n --x",
        ),
    ],
)
def test_flags_of_a_kubelet_that_does_not_run(node: Node, file: str, text: str) -> None:
    node.write("/etc/kubernetes/kubelet.conf", "")
    node.write(file, text.format(FLAGS[0]))

    assert node.look(runs=False).provider_config == CONFIG


def test_a_node_of_eks_whose_kubelet_is_not_seen(node: Node) -> None:
    node.write("/etc/kubernetes/kubelet/config.json", "{}")
    node.write("/etc/eks/image-credential-provider/config.json", providers("*.dkr.ecr.*.x.com"))

    found = node.look(runs=False)

    assert found.provider_folder == "/etc/eks/image-credential-provider"
    assert found.providers[0].patterns == ("*.dkr.ecr.*.x.com",)
