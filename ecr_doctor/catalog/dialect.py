"""Docker's commands in a fix, as another client has them; a private registry's, as ECR Public does.

The catalog is written in docker's words, which most people use. Where the client that failed is
known to be another one, whole commands become that client's; what it has no command for stays.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecr_doctor.model import Fix

_PIPED: Final = (
    r"(?<!\")(?P<password>aws ecr(?:-public)? get-login-password[^|\n]*?) \| "
    r"(?:docker|podman) login --username AWS --password-stdin (?P<host>\S+)"
)
_IMAGE: Final = r" (?P<image>[^\s;`.][^\s;`]*)"


def _same(words: str, *clients: str) -> dict[str, str]:
    """Clients that have docker's very words under their own name."""
    return {client: f"{client} {words}" for client in clients}


# Sources: the manual pages of each; skopeo's large temporary files are in /var/tmp
# (containers/image, internal/tmpdir). The kubelet has no command of its own: a pod pulls, with the
# login of a secret.
_COMMANDS: Final = (
    (
        _PIPED,
        {
            "kubelet": "kubectl create secret docker-registry SECRET"
            r" --docker-server=\g<host> --docker-username=AWS"
            r' --docker-password="$(\g<password>)" --dry-run=client -o yaml | kubectl apply -f -',
        },
    ),
    (
        r"\bdocker logout [^\s;`]+(?:; docker logout [^\s;`]+)*",
        {"kubelet": "kubectl delete secret SECRET"},
    ),
    (
        r"\b(?:docker|podman) (?P<verb>login|logout)\b",  # podman's where docker's is in order
        _same(r"\g<verb>", "podman", "buildah", "skopeo", "nerdctl", "oras")
        | {"crane": r"crane auth \g<verb>"},
    ),
    (
        r"\bdocker pull" + _IMAGE,
        _same(r"pull \g<image>", "podman", "buildah", "nerdctl")
        | {
            "skopeo": r"skopeo copy docker://\g<image> oci-archive:image.tar",
            "crane": r"crane pull \g<image> image.tar",
            "oras": r"oras copy --to-oci-layout \g<image> image",
            "kubelet": r"kubectl run pull-test --restart=Never --image=\g<image>",
        },
    ),
    (
        r"\bdocker (?:buildx imagetools|manifest) inspect" + _IMAGE + r"(?: --raw)?",
        _same(r"manifest inspect \g<image>", "podman", "buildah")
        | {
            "skopeo": r"skopeo inspect --raw docker://\g<image>",
            "crane": r"crane manifest \g<image>",
            "oras": r"oras manifest fetch \g<image>",
        },
    ),
    (
        r"\bdocker image inspect (?P<format>--format '[^']*')" + _IMAGE,
        _same(r"image inspect \g<format> \g<image>", "podman", "nerdctl")
        | {"skopeo": r"skopeo inspect \g<format> docker://\g<image>"},
    ),
    (r"; docker system df\b", dict.fromkeys(("buildah", "skopeo", "kubelet"), "")),
    (r"\bdocker system (?P<verb>df|prune)\b", _same(r"system \g<verb>", "podman", "nerdctl")),
    (
        r"\"\$\(docker info --format '\{\{\.DockerRootDir\}\}'\)\"",
        {
            "podman": "\"$(podman info --format '{{.Store.GraphRoot}}')\"",
            "buildah": "\"$(buildah info --format '{{.store.GraphRoot}}')\"",
            "skopeo": "/var/tmp",  # noqa: S108  where skopeo has its own
            "nerdctl": "/var/lib/containerd",
            "kubelet": "/var/lib/containerd",
        },
    ),
)  # fmt: skip
"""A command of docker's, as a pattern over a template; what it is for each client that has it."""

_PUBLIC: Final = (
    (
        r"\baws ecr get-login-password(?: --region (?:\{region\}|REGION))?",
        "aws ecr-public get-login-password --region us-east-1",
    ),
    (
        '"Action": "ecr:GetAuthorizationToken"',
        '"Action": ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"]',
    ),
    ("AmazonEC2ContainerRegistryPullOnly", "AmazonElasticContainerRegistryPublicReadOnly"),
)


def spoken_by(client: str, fix: Fix) -> Fix:
    """The fix, not filled yet, with docker's commands in the words of another client."""
    spoken = [(docker, words[client]) for docker, words in _COMMANDS if client in words]
    return reworded(fix, spoken)


def of_public(fix: Fix) -> Fix:
    """The fix, not filled yet, with the login of ECR Public, and the permissions for it.

    A private registry's are of no use there: public-registry-auth.html and
    public-security-iam-awsmanpol.html of docs.aws.amazon.com/AmazonECR/latest/public/.
    """
    return reworded(fix, _PUBLIC)


def reworded(fix: Fix, spoken: Sequence[tuple[str, str]]) -> Fix:
    """The fix with what each pattern matches replaced, one pattern after the other."""
    if not spoken:
        return fix

    def translate(text: str) -> str:
        for words, others in spoken:
            text = re.sub(words, others, text)
        return text

    return replace(
        fix,
        title=translate(fix.title),
        steps=tuple(map(translate, fix.steps)),
        command=translate(fix.command),
        policy=translate(fix.policy),
    )
