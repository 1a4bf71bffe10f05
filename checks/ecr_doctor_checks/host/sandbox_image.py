"""Asks whether the node's pause image comes from a registry that wants a login."""

from __future__ import annotations

from ecr_doctor.model import parse_target
from ecr_doctor.probes.containerd_config import ContainerdConfigProbe
from ecr_doctor.probes.kubelet import KubeletProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._node import by_kubelet, faulty

_CAUSE = "sandbox-image-no-credentials"


class SandboxImage(Check):
    """The node's pause image needs no login, or is not what is pulled.

    What it looks at:
        `sandbox_image` in containerd's config.toml, and --pod-infra-container-image of the
        kubelet.

    Why a pull fails:
        containerd pulls the pause image by itself and has no login for a private registry. When
        the image was removed from the node, no pod starts there any more.

    When it cannot tell:
        The files may not be read; whether the image is still on the node is not asked.
    """

    id = "host.sandbox-image"
    title = "The pause image needs no login"
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        kubelet, config = ctx.observe(KubeletProbe()), ctx.observe(ContainerdConfigProbe())
        image = config.sandbox_image or kubelet.sandbox_image
        if not image or not (kubelet.present or by_kubelet(ctx)):
            return Verdict.not_applicable("no pause image is configured here")
        source = config.path if config.sandbox_image else "--pod-infra-container-image"
        seen = Evidence("pause image", image, source)
        registry = parse_target(image).registry
        if registry is None or registry.is_public:
            return Verdict.passed("the pause image comes from no private registry", seen)
        if image == ctx.target.image:
            words = f"{image} is the node's pause image, which containerd pulls without a login"
            return faulty(ctx, _CAUSE, words, seen)
        words = "the pause image is in a private registry; it is not the image of this pull"
        return Verdict.not_applicable(words, seen)
