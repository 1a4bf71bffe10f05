from __future__ import annotations

import pytest

from ecr_doctor.model import Settings, Status, parse_target
from ecr_doctor.probes.containerd_config import ContainerdConfig, ContainerdConfigProbe
from ecr_doctor.probes.kubelet import Kubelet, KubeletProbe
from ecr_doctor.testing import IMAGE, context
from ecr_doctor_checks.host.sandbox_image import SandboxImage

PAUSE = "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/pause:3.10"
NODE = Kubelet(signs=("process 7",))


@pytest.mark.parametrize(
    ("sandbox", "kubelet", "image", "client", "status"),
    [
        (PAUSE, NODE, PAUSE, "kubelet", Status.FAIL),
        (PAUSE, NODE, PAUSE, "docker", Status.WARN),
        (PAUSE, NODE, IMAGE, "kubelet", Status.NOT_APPLICABLE),
        ("registry.k8s.io/pause:3.10", NODE, IMAGE, "kubelet", Status.PASS),
        ("public.ecr.aws/eks-distro/pause:3", NODE, IMAGE, "kubelet", Status.PASS),
        ("", NODE, IMAGE, "kubelet", Status.NOT_APPLICABLE),
        (PAUSE, Kubelet(), PAUSE, "docker", Status.NOT_APPLICABLE),
    ],
)
def test_verdict(sandbox: str, kubelet: Kubelet, image: str, client: str, status: Status) -> None:
    given = {
        KubeletProbe(): kubelet,
        ContainerdConfigProbe(): ContainerdConfig(path="/c", sandbox_image=sandbox),
    }
    settings = Settings(client=client)

    verdict = SandboxImage().run(context(given, target=parse_target(image), settings=settings))

    assert verdict.status is status


def test_the_kubelet_s_flag() -> None:
    kubelet = Kubelet(signs=("process 7",), sandbox_image=PAUSE)
    given = {KubeletProbe(): kubelet, ContainerdConfigProbe(): ContainerdConfig()}

    verdict = SandboxImage().run(context(given, target=parse_target(PAUSE)))

    assert verdict.cause == "sandbox-image-no-credentials"
