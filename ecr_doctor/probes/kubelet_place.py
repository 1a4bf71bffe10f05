"""Where the kubelet of this node has its credential providers."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .base import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Scene

_KNOWN = (
    ("/etc/eks/image-credential-provider/config.json", "/etc/eks/image-credential-provider"),
    ("/var/lib/rancher/credentialprovider/config.yaml", "/var/lib/rancher/credentialprovider/bin"),
    (
        "/etc/kubernetes/kubelet/credential-provider-config.yaml",
        "/usr/libexec/kubernetes/kubelet/plugins",
    ),
)
"""Amazon Linux of EKS, k3s and RKE2, Bottlerocket."""
_FLAG_FILE = "--image-credential-provider-config"
_FLAG_FOLDER = "--image-credential-provider-bin-dir"
_MOST_PROCESSES = 4000
_ROOT = "/var/lib/kubelet"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletPlace:
    """The file of `--image-credential-provider-config` and the folder of the programs."""

    is_node: bool = False
    """Whether a kubelet runs here or has left its folder."""
    config: str = ""
    programs: str = ""


@dataclass(frozen=True, slots=True)
class KubeletPlaceProbe(Probe[KubeletPlace]):
    """Reads the command line of a running kubelet, else the places of well-known systems."""

    config: str = ""
    """The file, where the user names it."""

    def look(self, scene: Scene) -> KubeletPlace:  # noqa: ARG002  the protocol's
        """Look; nothing is run."""
        flags = _running()
        file = self.config or flags.get(_FLAG_FILE, "")
        folder = flags.get(_FLAG_FOLDER, "")
        for known, programs in _KNOWN:
            if not file and _is_file(known):
                file = known
            if not folder and file == known:
                folder = programs
        node = bool(flags or file) or _is_file(f"{_ROOT}/config.json")
        if file and not folder:
            folder = str(Path(file).absolute().parent)
        return KubeletPlace(is_node=node, config=file, programs=folder)


def _is_file(path: str) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file raises in a closed folder


def _running() -> dict[str, str]:
    """The flags of the kubelet that runs here; empty when none does."""
    for line in _command_lines():
        if line and os.path.basename(line[0]) in {"kubelet", "k3s", "rke2"}:  # noqa: PTH119
            return _flags(line)
    return {}


def _command_lines() -> Iterator[list[str]]:
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return
    for number in numbers[:_MOST_PROCESSES]:
        try:
            data = Path("/proc", number, "cmdline").read_bytes()
        except OSError:
            continue
        yield data.decode("utf-8", errors="replace").rstrip("\0").split("\0")


def _flags(line: list[str]) -> dict[str, str]:
    found: dict[str, str] = {"": shlex.quote(line[0])}
    for word, after in zip(line, [*line[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in {_FLAG_FILE, _FLAG_FOLDER}:
            found[name] = value if equals else after
    return found
