"""Asks whether the kubelet of this node gets a login for the registry."""

from __future__ import annotations

from ecr_doctor.probes.kubelet import Kubelet, KubeletProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._node import by_kubelet, faulty

_CAUSE = "kubelet-credential-provider"


class KubeletCredentials(Check):
    """The kubelet has a credential provider for this registry.

    What it looks at:
        The flags of the kubelet on this machine (its process, else the files it is started
        with), the file of --image-credential-provider-config: whether a pattern of matchImages
        covers the image, as the kubelet compares them; whether the provider's program is in
        --image-credential-provider-bin-dir and may be run.

    Why a pull fails:
        The kubelet uses neither docker's config.json of a user nor docker's helpers. Without a
        provider that covers the host it pulls without a login; without the provider's program
        it does not start.

    When it cannot tell:
        The machine is no node, or this user may not read the file. Whether the provider's own
        call to AWS works is for the checks of the stages identity and auth, run on the node.
    """

    id = "host.kubelet-credentials"
    title = "The kubelet has a credential provider"
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        if ctx.target.registry is None:
            return Verdict.not_applicable("the image is not in an Amazon ECR registry")
        kubelet = ctx.observe(KubeletProbe())
        if not kubelet.present:
            words = "there is no kubelet on this machine"
            return Verdict.inconclusive(words) if by_kubelet(ctx) else Verdict.not_applicable(words)
        return _judge(ctx, kubelet)


def _judge(ctx: Context, kubelet: Kubelet) -> Verdict:
    file = kubelet.provider_config
    seen = [Evidence("kubelet", ", ".join(kubelet.signs), "this machine")]
    if not file:
        words = "the kubelet has no --image-credential-provider-config"
        if ctx.settings.pull_secret:
            return Verdict.not_applicable(f"{words}: the pull secret is to give the login", *seen)
        if by_kubelet(ctx):
            return faulty(ctx, _CAUSE, f"{words}: it pulls with pull secrets alone", *seen)
        return Verdict.not_applicable(words, *seen)
    if kubelet.problem:
        seen.append(Evidence("provider configuration", kubelet.problem, file))
        words = f"the kubelet does not start with {file}: {kubelet.problem}"
        return faulty(ctx, _CAUSE, words, *seen, facts={"path": file})
    if kubelet.state == "unreadable":
        words = f"this user may not read {file}"
        return Verdict.inconclusive(words) if by_kubelet(ctx) else Verdict.not_applicable(words)
    seen += [
        Evidence(f"matchImages of {p.name}", ", ".join(p.patterns), file) for p in kubelet.providers
    ]
    return _coverage(ctx, kubelet, seen)


def _coverage(ctx: Context, kubelet: Kubelet, seen: list[Evidence]) -> Verdict:
    file, host = kubelet.provider_config, ctx.target.host
    broken = next((p for p in kubelet.covering if not p.runnable), None)
    if broken is not None:
        words = f"the kubelet's provider {broken.name} cannot be run: {broken.path}"
        return faulty(ctx, _CAUSE, words, *seen, facts={"path": broken.path})
    if not kubelet.covering:
        words = f"no pattern of matchImages in {file} covers {host}"
        if ctx.settings.pull_secret:
            return Verdict.not_applicable(f"{words}: the pull secret is to give the login", *seen)
        return faulty(ctx, _CAUSE, words, *seen, facts={"path": file})
    first = kubelet.covering[0]
    return Verdict.passed(f"the kubelet asks {first.name}: {first.pattern} covers {host}", *seen)
