"""Paths: which parts of one are everybody's, and which tell whose machine it is.

Each name in a path has a stand-in of its own, so that a folder in another stays in it.
"""

from __future__ import annotations

import re
from typing import Final

from .patterns import COMMON, HOME

_NAME: Final = r"(?:[\w.+@-]*[\w+]|\.\.)"
_REST: Final = rf"(?:/{_NAME})*"
_START: Final = r"(?:(?<=file://)|(?<=unix://)|(?<![\w.~$}*%<\\/-]))"
_SYSTEM: Final = (
    "Applications|Library|System|bin|boot|dev|etc|lib|lib32|lib64|proc|run|sbin|snap|sys|usr|var"
)
"""Folders of the system: what lies in them comes with it (FHS 3.0; macOS `man hier`)."""
_OWN: Final = (
    r"(?:private/)?(?:tmp|var/(?:tmp|folders|jenkins_home"
    r"|lib/(?:jenkins|gitlab-runner|buildkite-agent)))(?![\w.+@-])"
)
"""Folders in them in which users and CI systems keep their own."""

PATH: Final = rf"{_START}/(?:{_OWN}|(?!(?:{_SYSTEM}|private)(?![\w.+@-])){_NAME}){_REST}"
IN_HOME: Final = rf"{HOME}(?:[\\/]{{1,4}}{_NAME})*"
AFTER: Final = _REST
"""What follows a folder that is known by name."""

_KNOWN: Final = COMMON | frozenset(
    """
    auth.json bin blobs buildkite-agent builds bundle.pem ca-bundle.crt ca-certificates.crt
    ca.crt ca.pem cache.json cert.pem certs certs.d cli code config.json config.yaml containerd
    containerd.toml containers cp.pem credentials credentials.json daemon.json data-root
    dist-packages docker-data docker.pid docker.sock ecr-login.log env etc file folder folders
    gitlab-runner hosts ini jenkins_home kaniko key.pem kube kubeconfig kubelet lib lib64 local
    log logs manifests media meta-data mnt oauth oauth2 overlay2 path pem pipx policy.json proc
    projects pyenv resource run sbin share site-packages sock src srv ssl tags to users v1 v2
    var venv versions virtualenvs workdir workspace
    """.split()  # noqa: SIM905  as for COMMON
)
_VERSIONED: Final = re.compile(
    r"python[\d.]*|v?\d{1,3}(?:\.\d{1,3}){0,3}|docker-credential-[\w.-]+|ecr-doctor[\w.-]*",
    re.IGNORECASE,
)
_ENDING: Final = re.compile(
    r"(?<=[\w+@-])\.(?:json|ya?ml|toml|pem|crt|cer|key|conf|cfg|ini|env|txt|log|sock|sh|pyz?"
    r"|html|xml|md|sarif|bundle)$",
    re.IGNORECASE,
)


def is_everybodys(part: str) -> bool:
    """Whether one name in a path says nothing of whose it is."""
    if len(part) == 1 or part == "..":
        return True
    return part.lower().lstrip(".") in _KNOWN or bool(_VERSIONED.fullmatch(part))


def ending(part: str) -> str:
    """The ending of a file's name, which its reader needs: `.pem`; empty for other names."""
    found = _ENDING.search(part)
    return found[0] if found else ""
