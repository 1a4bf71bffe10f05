from __future__ import annotations

import pytest

from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.kubelet import Kubelet, KubeletProbe
from ecr_doctor.testing import context
from ecr_doctor_checks.host.kubelet_pull_limits import KubeletPullLimits

NODE = Kubelet(signs=("process 7",), pull_qps="2", config="/etc/k.yaml")
SAID = 'Failed to pull image "x": pull QPS exceeded'


@pytest.mark.parametrize(
    ("kubelet", "client", "error", "status"),
    [
        (Kubelet(), "docker", SAID, Status.NOT_APPLICABLE),
        (Kubelet(), "kubelet", SAID, Status.FAIL),
        (Kubelet(), "kubelet", "", Status.NOT_APPLICABLE),
        (NODE, "docker", SAID, Status.WARN),
        (NODE, "kubelet", SAID, Status.FAIL),
        (NODE, "kubelet", "unauthorized", Status.NOT_APPLICABLE),
    ],
)
def test_verdict(kubelet: Kubelet, client: str, error: str, status: Status) -> None:
    settings = Settings(client=client, error_text=error)

    assert KubeletPullLimits().run(
        context({KubeletProbe(): kubelet}, settings=settings)
    ).status is (status)


def test_the_limits_are_shown() -> None:
    verdict = KubeletPullLimits().run(context({KubeletProbe(): NODE}))

    assert [(e.value, e.source) for e in verdict.evidence] == [
        ("2", "/etc/k.yaml"),
        ("10", "/etc/k.yaml"),
    ]
