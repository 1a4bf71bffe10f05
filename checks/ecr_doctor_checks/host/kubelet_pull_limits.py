"""Asks whether the kubelet's own limits refuse pulls."""

from __future__ import annotations

from ecr_doctor.probes.kubelet import KubeletProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._node import by_kubelet, faulty

_CAUSE = "kubelet-pull-qps"
_SAID = "pull qps exceeded"
_DEFAULTS = ("5", "10")


class KubeletPullLimits(Check):
    """The kubelet's limit of pulls per second is not in the way.

    What it looks at:
        registryPullQPS and registryBurst in the kubelet's configuration, and whether the error
        that was given is the kubelet's own "pull QPS exceeded".

    Why a pull fails:
        The kubelet refuses pulls beyond its limit (5 a second, 10 at once) before it asks any
        registry. It tries again later.

    When it cannot tell:
        Without the error of the pull: nobody can see afterwards how many pulls there were.
    """

    id = "host.kubelet-pull-limits"
    title = "The kubelet's limit of pulls is not met"
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        kubelet = ctx.observe(KubeletProbe())
        if not kubelet.present and not by_kubelet(ctx):
            return Verdict.not_applicable("there is no kubelet on this machine")
        qps, burst = kubelet.pull_qps or _DEFAULTS[0], kubelet.pull_burst or _DEFAULTS[1]
        source = kubelet.config or "default"
        seen = (
            Evidence("registryPullQPS", qps, source),
            Evidence("registryBurst", burst, source),
        )
        if _SAID in ctx.settings.error_text.lower():
            words = f"the kubelet allows {qps} pulls a second and refused this one"
            return faulty(ctx, _CAUSE, words, *seen)
        if not kubelet.present:
            return Verdict.not_applicable("there is no kubelet on this machine")
        return Verdict.not_applicable("no error tells that the limit was met", *seen)
