"""What a text tells beside its error: the program, the place it runs, the kind of registry."""

from __future__ import annotations

import re
from typing import Final

CLUES: Final[dict[str, tuple[str, ...]]] = {
    # programs
    "docker-build": (
        "docker build", "dockerfile", "step 1/", "step 2/", "failed to solve", "load metadata for",
        "buildx", "building ", "could not build image",
    ),
    "classic-build": ("step 1/", "step 2/", "docker build", "could not build image"),
    "buildkit": ("buildx", "buildkit", "failed to solve", "load metadata for", "resolve source metadata"),
    "compose": ("docker-compose", "docker compose", "error: for "),
    "docker-login": ("docker login", "error saving credentials", "could not login", "--password-stdin"),
    "podman": ("podman", "trying to pull "),
    "skopeo": ("skopeo", "error parsing image name 'docker://", "reading manifest "),
    "buildah": ("buildah",),
    "kaniko": ("kaniko", "error checking push permission", "retrieving image manifest"),
    "crane": ("crane ", "fetching config: ", "go-containerregistry"),
    "nomad": ("nomad", "failed to find docker auth"),
    "swarm": ("swarm", "docker service ", "docker stack", "no such image:", "node/agent/taskmanager", "--with-registry-auth"),
    "aws-cli": ("an error occurred (", "aws ecr", "aws configure", "aws sso", "aws sts"),
    "helper-log": ("ecr-login.log", "failed to get authorization token", "error retrieving credentials", "docker-credential-ecr-login", "ecr-login"),
    "login-action": ("amazon-ecr-login", "login-action", "retrieving registries data through aws sdk", "aws ecr detected"),
    "docker-java": ("dockerjava", "docker-java", "com.spotify.docker", "testcontainers"),
    "docker-py": ("docker.errors.", "dockerexception", "dockerimagepullfailed", "storeerror"),
    "trivy": ("trivy", "unable to initialize the docker scanner", "grype", "scan error", "scanner"),
    "helm": ("helm ", "chart"),
    "terraform": ("terraform", "error: creating lambda", "docker_registry_image"),
    "sam": ("sam build", "sam local", "samcli", "/sam/"),
    "snap": ("/snap/", "snap.docker", "snapd"),
    "localstack": ("localstack", ":4566", "localhost.localstack"),
    # places
    "kubernetes": (
        "kubelet", "kubernetes", "kubectl", "imagepullbackoff", "errimagepull", "failed to pull image",
        "rpc error: code", "pod sandbox", "imagepullsecret", "minikube", "serviceaccount", "k3s", "eksctl",
    ),
    "eks": ("eks/", "602401143452", "900889452093", "kubelet"),
    "minikube": ("minikube",),
    "ecs": ("cannotpull", "resourceinitializationerror", "fargate", "ecs-agent", "ecs agent", "stoppedreason", "taskfailedtostart", "unable to place a task"),
    "fargate": ("fargate", "resourceinitializationerror", "unable to pull secrets or registry auth"),
    "lambda": ("lambda",),
    "sagemaker": ("sagemaker",),
    "codebuild": ("codebuild", "[container] 20"),
    "jenkins": ("jenkins", "build step '", "withregistry", "docker build and publish"),
    "gitlab": ("gitlab", "error: preparation failed", "error: job failed", "running with gitlab-runner"),
    "github-actions": ("##[error]", "::error", "process completed with exit code", "github actions", "run aws-actions/", "actions-runner", "##[debug]"),
    "circleci": ("circleci",),
    "ci": ("##[error]", "::error", "process completed with exit code", "gitlab", "jenkins", "circleci", "buildkite", "codebuild", "bitbucket", "run aws-actions/", "pipeline", "error: preparation failed", "error: job failed", "finished: failure"),
    "dind": ("docker:dind", "dind", "tcp://docker:237"),
    "container": ("/kaniko", "docker:dind", "dind", "container", "job image"),
    "sudo": ("sudo ", "root@", "/root/", "become", "su -"),
    "windows": ("c:\\", "powershell", "ps>", "ps c:", ".exe", "wincred", "windows"),
    "wsl": ("wsl", "/mnt/c/"),
    "macos": ("osxkeychain", "macos", "/users/", "darwin", "keychain"),
    "docker-desktop": ("docker desktop", "docker-credential-desktop", "desktop-linux"),
    "proxy": ("proxy", "proxyconnect"),
    # what was done
    "push": ("docker push", "the push refers to", "push permission", "push access denied", "initiatelayerupload", "putimage", "blobs/uploads", "failed to push", "error pushing"),
    "pull-worked": ("docker pull works", "pull works", "push works", "works fine"),
    "login-succeeded": ("login succeeded",),
    "worked-before": ("used to work", "worked before", "worked yesterday", "worked fine until", "stopped working", "after 12 hours", "next day"),
    # registries
    "public-ecr": ("public.ecr.aws", "ecr-public", "ecr public", "public ecr"),
    "aws-registry": (
        "763104351884", "602401143452", "900889452093", "520713654638", "382416733822", "366590864501",
        "272398656194", "683313688378", "246618743249", "112543817624", "706679402021", "895741380848",
    ),
    "dual-stack": (".dkr-ecr.", ".dkr-ecr-fips.", ".on.aws"),
    "pull-through": ("pull-through", "pull through", "/docker-hub/", "/docker.io/", "/ecr-public/", "/quay/", "/ghcr/", "/library/", "upstream registry"),
    "pause": ("/pause:", "/pause@", "sandbox image", "sandbox_image"),
    "imds": ("169.254.169.254", "ec2metadata", "imds", "instance metadata"),
}  # fmt: skip
"""Name of a clue: texts (lower case, quotes as `'`) of which one shows it."""

ECR: Final = re.compile(
    r"\.dkr[.-]ecr|public\.ecr\.aws|ecr-public|(?<![a-z0-9])ecr(?![a-z0-9])|(?<![a-z0-9])ecr:"
    r"|amazonec2containerregistry|getauthorizationtoken|starport-layer-bucket|ecr-login|amazon elastic container registry"
    r"|cannotpullecr|elasticcontainerregistry|(?<![a-z0-9])ecr[_-]|<?_?ecr_"
)
"""Whatever can only be about Amazon ECR."""

HUB: Final = re.compile(
    r"(?<![a-z0-9.-])(?:registry-1\.|index\.|auth\.|hub\.|production\.cloudflare\.|registry\.)?docker\.(?:io|com)(?![a-z0-9-]|/increase)"
)
_OTHERS: Final = (
    ("ghcr.io", "the GitHub container registry (ghcr.io)"),
    ("docker.pkg.github.com", "the GitHub package registry"),
    ("pkg.dev", "Google Artifact Registry"),
    ("gcr.io", "Google Container Registry (gcr.io)"),
    ("registry.k8s.io", "the Kubernetes registry (registry.k8s.io)"),
    ("azurecr.io", "Azure Container Registry"),
    ("mcr.microsoft.com", "the Microsoft container registry"),
    ("quay.io", "Quay (quay.io)"),
    ("registry.gitlab.com", "the GitLab container registry"),
    ("nvcr.io", "the NVIDIA registry (nvcr.io)"),
    ("registry.redhat.io", "the Red Hat registry"),
    ("jfrog.io", "a JFrog Artifactory registry"),
    ("icr.io", "IBM Cloud Container Registry"),
    ("ocir.io", "Oracle Cloud Infrastructure Registry"),
    ("registry.digitalocean.com", "the DigitalOcean registry"),
    ("cr.yandex", "Yandex Container Registry"),
    ("aliyuncs.com", "Alibaba Cloud Container Registry"),
    ("registry.npmjs.org", "the npm registry"),
    ("pypi.org", "PyPI"),
)
_SERVED: Final = re.compile(
    r"(?:https?://(?=[^/\s]{1,100}/v2/)|docker://|pull(?:ing)?(?: image)? '?|image '|reference '|ref '?)"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20}|localhost(?=:\d))(?::\d{2,5})?/"
)
_OUR_NETWORKS: Final = (
    "amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "on.aws", "ecr.aws", "cloudfront.net",
    "amazonwebservices.com.cn",
)  # fmt: skip
_NO_HOST: Final = re.compile(
    r"pull access denied for (?P<name>[a-z0-9][a-z0-9._-]{0,100}(?:/[a-z0-9._-]{1,100})?),? "
)
"""A refused image without a registry: docker asked Docker Hub."""
_API: Final = re.compile(
    r"when calling the (?P<operation>[a-z]{3,60}) operation|operation error (?P<service>[a-z0-9 ]{2,40}): "
    r"|https://(?P<host>[a-z0-9-]{2,30})\.(?:[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d\.)?amazonaws\.com"
    r"|unable to retrieve secrets? from (?P<store>ssm|asm)|fetch secret arn:aws:(?P<arn>[a-z]{2,20}):"
)
_CONTAINERS: Final = re.compile(
    r"docker|containerd|podman|skopeo|buildah|buildkit|kaniko|kubelet|imagepull|cannotpull|/v2/|getimageblob|ctr:"
    r"|no basic auth|pull image|pull access|manifest|failed to solve|pod sandbox|aws|ecs|(?<![a-z])image(?![a-z])"
    r"|register layer|starport|httpreadseeker"
)


def about_containers(flat: str) -> bool:
    """Whether a text has to do with images or AWS at all."""
    return _CONTAINERS.search(flat) is not None or ECR.search(flat) is not None


def find_clues(flat: str) -> frozenset[str]:
    """The names of all clues in a text (see `catalog.text` for its form)."""
    return frozenset(name for name, texts in CLUES.items() if any(t in flat for t in texts))


def elsewhere(flat: str) -> str:
    """The registry or service that a text is about where it is not Amazon ECR; empty if it may be."""
    if ECR.search(flat):
        return ""
    for mark, name in _OTHERS:
        if mark in flat:
            return name
    if HUB.search(flat) or _NO_HOST.search(flat):
        return "Docker Hub"
    for match in _SERVED.finditer(flat):
        host = match["host"]
        if not any(host == ours or host.endswith(f".{ours}") for ours in _OUR_NETWORKS):
            return f"the registry {host}"
    return _other_service(flat)


def _other_service(flat: str) -> str:
    match = _API.search(flat)
    if match is None:
        return ""
    name = next(value for value in match.groups() if value)
    return {"ssm": "AWS Systems Manager", "asm": "AWS Secrets Manager", "secretsmanager": "AWS Secrets Manager",
            "sts": "AWS STS"}.get(name, f"the AWS API ({name})")  # fmt: skip
