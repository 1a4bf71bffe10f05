"""Asks whether containerd's own registry settings break pulls from this host."""

from __future__ import annotations

from ecr_doctor.probes.containerd_config import ContainerdConfig, ContainerdConfigProbe
from ecr_doctor.probes.kubelet import KubeletProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

from ._node import by_kubelet, faulty

_CAUSE = "registry-mirror-broken"


class ContainerdHosts(Check):
    """containerd's settings for the registry are sound.

    What it looks at:
        config.toml of containerd, and the hosts.toml for the image's host in the folder that
        `config_path` names: its syntax, its addresses, capabilities and certificate files.

    Why a pull fails:
        Pulls of Kubernetes read these files. A hosts.toml that cannot be read, or that names a
        certificate file that is not there, fails every pull from its host; `config_path` beside
        the old `registry.mirrors` keeps containerd's part for Kubernetes from starting.

    When it cannot tell:
        This user may not read the files. Docker's own pulls do not read them.
    """

    id = "host.containerd-hosts"
    title = "containerd's registry settings are sound"
    causes = (_CAUSE,)

    def run(self, ctx: Context) -> Verdict:
        config = ctx.observe(ContainerdConfigProbe())
        if (
            not by_kubelet(ctx)
            and not config.hosts_file
            and not ctx.observe(KubeletProbe()).present
        ):
            return Verdict.not_applicable("no pull here reads containerd's registry settings")
        if not config.path and not config.hosts_file:
            return Verdict.not_applicable("containerd has no settings that could be read here")
        return _judge(ctx, config)


def _judge(ctx: Context, config: ContainerdConfig) -> Verdict:
    sent = ", ".join(config.servers)
    seen = [Evidence("sends pulls to", sent, config.hosts_file)] if sent else []
    if config.hosts_problem:
        seen.append(Evidence("hosts.toml", config.hosts_problem, config.hosts_file))
        words = f"containerd cannot use {config.hosts_file}: {config.hosts_problem}"
        return faulty(ctx, _CAUSE, words, *seen, facts={"path": config.hosts_file})
    if config.mirrors_too:
        seen.append(Evidence("config_path", config.config_path, config.path))
        words = f"{config.path} sets registry mirrors and config_path, which exclude each other"
        return faulty(ctx, _CAUSE, words, *seen, facts={"path": config.path})
    if config.problem:
        seen.append(Evidence("config.toml", config.problem, config.path))
        words = f"containerd does not start with {config.path}: {config.problem}"
        return faulty(ctx, _CAUSE, words, *seen, facts={"path": config.path})
    return Verdict.passed("containerd's settings for the registry can be read", *seen)
