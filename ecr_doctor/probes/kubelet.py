"""The kubelet of this machine, and where it gets its logins for registries from.

Flags: kubernetes.io, "kubelet" (command line reference). Files: those of kubeadm, of Debian's and
Red Hat's packages, of Amazon EKS's node images, and of k3s.
"""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecr_doctor.clients.kubelet_provider import ProviderConfigError, read_providers
from ecr_doctor.clients.kubelet_url import matches
from ecr_doctor.clients.machine import FileState

from .base import Probe
from .local_machine import read_file
from .processes import Daemon, DaemonsProbe

if TYPE_CHECKING:
    from .base import Scene

ROOT = ""
"""Where the machine's files begin: empty but in tests."""
_SIGNS = (
    "/var/lib/kubelet/config.yaml",
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/kubelet/config.json",
    "/etc/kubernetes/kubelet/kubelet-config.json",
)
_FLAG_FILES = (
    "/etc/systemd/system/kubelet.service",
    "/etc/systemd/system/kubelet.service.d/*.conf",
    "/var/lib/kubelet/kubeadm-flags.env",
    "/etc/default/kubelet",
    "/etc/sysconfig/kubelet",
)
_EKS_FOLDER = "/etc/eks/image-credential-provider"
_MOST_FILES = 20
_FLAG = re.compile(r"(--[a-z][a-z-]{2,60})[= ] {0,20}([^\s\"'$-][^\s\"']{0,1000})")
"""A flag with its value, whatever quotes are around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """One credential provider, as far as it concerns the image of this run."""

    name: str
    pattern: str = ""
    """The pattern of `matchImages` that covers the image; empty where none does."""
    patterns: tuple[str, ...] = ()
    path: str = ""
    """Where the kubelet looks for the program."""
    runnable: bool = True
    """False when it is certain that there is no such program, or that it may not be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubelet:
    """The kubelet that runs here, or is set up to run."""

    signs: tuple[str, ...] = ()
    """The process or the files that give it away; empty where there is no kubelet."""
    provider_config: str = ""
    """The file of --image-credential-provider-config; empty where the flag is not given."""
    provider_folder: str = ""
    state: FileState = FileState.MISSING
    """Of the provider configuration."""
    problem: str = ""
    """Why the kubelet does not start with that file."""
    providers: tuple[ProviderView, ...] = ()
    config: str = ""
    """The file of its own configuration (KubeletConfiguration)."""
    pull_qps: str = ""
    """`registryPullQPS` as written there; empty when it is not set (then it is 5)."""
    pull_burst: str = ""
    sandbox_image: str = ""
    """The value of --pod-infra-container-image."""

    @property
    def present(self) -> bool:
        """Whether this machine is a Kubernetes node."""
        return bool(self.signs)

    @property
    def covering(self) -> tuple[ProviderView, ...]:
        """The providers that are asked for the image."""
        return tuple(provider for provider in self.providers if provider.pattern)


@dataclass(frozen=True, slots=True)
class KubeletProbe(Probe[Kubelet]):
    """Looks for a kubelet and reads the files that its flags name."""

    def look(self, scene: Scene) -> Kubelet:
        """Read flags, provider configuration and the kubelet's own configuration."""
        daemon = scene.observe(DaemonsProbe()).named("kubelet")
        signs = [f"process {daemon.pid}"] if daemon is not None else []
        signs += [path for path in _SIGNS if os.path.exists(ROOT + path)]  # noqa: PTH110  ROOT
        if not signs:
            return Kubelet()
        flags = daemon or Daemon(name="kubelet", pid=0, arguments=_flags_in_files())
        file, folder = _providers_place(flags)
        state, problem, providers = _providers(scene, file, folder)
        config = flags.option("config") or next((s for s in signs if "config." in s), "")
        own = _yaml(config)
        return Kubelet(
            signs=tuple(signs),
            provider_config=file,
            provider_folder=folder,
            state=state,
            problem=problem,
            providers=providers,
            config=config,
            pull_qps=str(own.get("registryPullQPS", ""))[:20],
            pull_burst=str(own.get("registryBurst", ""))[:20],
            sandbox_image=flags.option("pod-infra-container-image")[:300],
        )


def _flags_in_files() -> tuple[str, ...]:
    """The flags in the files that a kubelet is started with: units of systemd, variables."""
    words: list[str] = []
    for pattern in _FLAG_FILES:
        for path in sorted(glob.glob(ROOT + pattern))[:_MOST_FILES]:  # noqa: PTH207  ROOT
            text = read_file(path).data.decode("utf-8", errors="replace")
            lines = [line for line in text.splitlines() if not line.lstrip().startswith(("#", ";"))]
            found = _FLAG.findall(" ".join(line.rstrip("\\") for line in lines))
            words += [f"{flag}={value}" for flag, value in found]
    return tuple(words)


def _providers_place(flags: Daemon) -> tuple[str, str]:
    """The provider configuration and the folder of the programs."""
    file = flags.option("image-credential-provider-config")
    folder = flags.option("image-credential-provider-bin-dir")
    eks = f"{_EKS_FOLDER}/config.json"
    if not file and not flags.pid and os.path.exists(ROOT + eks):  # noqa: PTH110  ROOT
        return eks, _EKS_FOLDER
    return file, folder


def _providers(
    scene: Scene, file: str, folder: str
) -> tuple[FileState, str, tuple[ProviderView, ...]]:
    if not file:
        return FileState.MISSING, "", ()
    read = read_file(ROOT + file)
    if read.state is not FileState.OK:
        known = read.state is not FileState.UNREADABLE
        return read.state, f"the file is {read.state}" if known else "", ()
    try:
        found = read_providers(read)
    except ProviderConfigError as error:
        return read.state, scene.redactor.clean(str(error))[:300], ()
    image = f"{scene.target.host}/{scene.target.repository}"
    views = []
    for provider in found:
        path = f"{folder}/{provider.name}"
        views.append(
            ProviderView(
                name=provider.name[:100],
                pattern=next((p for p in provider.match_images if matches(p, image)), ""),
                patterns=provider.match_images[:20],
                path=path,
                runnable=_runnable(path) if folder else True,
            )
        )
    return read.state, "", tuple(views)


def _runnable(path: str) -> bool:
    """Whether the program may be there and runnable; what cannot be seen may be."""
    try:
        mode = os.stat(ROOT + path).st_mode  # noqa: PTH116  ROOT
    except PermissionError:
        return True
    except OSError:
        return False
    return bool(mode & 0o111)


def _yaml(path: str) -> dict[str, Any]:
    if not path:
        return {}
    import yaml  # noqa: PLC0415  only nodes have such a file

    try:
        found = yaml.safe_load(read_file(ROOT + path).data)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
