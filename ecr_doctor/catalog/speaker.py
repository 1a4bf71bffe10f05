"""Which program a text is of: cures are in its words, and for what it depends on alone."""

from __future__ import annotations

from typing import Final

_PODS: Final = ("errimagepull", "imagepullbackoff", "kubelet")
_CLIENTS: Final = (
    ("podman", ("podman", "trying to pull ")),
    ("buildah", ("buildah",)),
    ("skopeo", ("skopeo",)),
    ("nerdctl", ("nerdctl",)),
    ("crane", ("go-containerregistry", "crane pull", "crane manifest", "crane copy", "crane auth")),
    # the library of the first three and of CRI-O
    (
        "podman",
        ("initializing source docker://", "unable to retrieve auth token: invalid username"),
    ),
)
_DAEMON: Final = "error response from daemon"
_HELPER: Final = (
    "docker-credential-ecr-login", "ecr-login.log", "operation error ecr", "operation error sts",
    "when calling the getauthorizationtoken operation", "ssl validation failed for https://",
    "could not connect to the endpoint url", "timeout on endpoint url",
)  # fmt: skip
"""Words of programs that ask AWS for a login: the helper, the AWS CLI, botocore."""


def speaker(flat: str, clues: frozenset[str]) -> dict[str, str]:
    """The facts `client` and of the side that failed, as far as a text makes them certain."""
    if "trivy" in clues:  # scanners name every client, and none of them failed
        return {}
    facts = {}
    client = _client(flat)
    if client:
        facts["client"] = client
    if _DAEMON in flat:
        facts["daemon_side"] = "the docker daemon"
    elif client:
        facts["client_side"] = client
    if any(words in flat for words in _HELPER):
        facts["helper_side"] = "the credential helper"
    return facts


def _client(flat: str) -> str:
    """The client that is certainly not docker; empty where it may be."""
    # GitLab's runner, which drives docker, fails to pull images as well.
    if any(words in flat for words in _PODS) or (
        "failed to pull image" in flat and "rpc error" in flat
    ):
        return "kubelet"
    if _DAEMON in flat:  # whatever else is named
        return ""
    return next((name for name, words in _CLIENTS if any(w in flat for w in words)), "")
