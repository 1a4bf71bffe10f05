"""Nodes of Kubernetes: files that a kubelet and containerd read, named by processes that run.

There is no kubelet here: a process of that name stands for it, with a real one's flags. The
provider is a script around the real helper, the registry is the laboratory's.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault, Injection
from lab.home import INSIDE, auths

if TYPE_CHECKING:
    from lab.world import Lab

_NODE = f"{INSIDE}/node"
_PROVIDER = "ecr-credential-provider"
_ECR = "*.dkr.ecr.*.amazonaws.com"
_ANSWER = """#!/bin/sh
login=$(printf %s HOST | docker-credential-ecr-login get) || exit 1
user=$(printf %s "$login" | sed 's/.*"Username":"\\([^"]*\\)".*/\\1/')
secret=$(printf %s "$login" | sed 's/.*"Secret":"\\([^"]*\\)".*/\\1/')
cat <<END
{"kind": "CredentialProviderResponse", "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
 "cacheKeyType": "Registry", "cacheDuration": "6h",
 "auth": {"HOST": {"username": "$user", "password": "$secret"}}}
END
""".replace("HOST", names.HOST)
_CONFIG = """version = 2
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "{node}/certs.d"
{more}"""
_HOSTS = (
    'server = "https://{host}"\n[host."https://{host}"]\n  capabilities = ["pull", "resolve"]\n'
)


def _providers(*patterns: str) -> str:
    provider = {
        "name": _PROVIDER,
        "matchImages": patterns,
        "defaultCacheDuration": "12h",
        "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
    }
    kind = {"apiVersion": "kubelet.config.k8s.io/v1", "kind": "CredentialProviderConfig"}
    return json.dumps({**kind, "providers": [provider]})


def _node(
    providers: str | None = _providers(_ECR), *, program: bool = True, more: Injection | None = None
) -> Injection:
    """Return an injection of a kubelet, with this provider configuration; None for none."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({})
        flags = [f"--config={_NODE}/kubelet.yaml"]
        lab.user.write("node/kubelet.yaml", "kind: KubeletConfiguration\n")
        if providers is not None:
            lab.user.write("node/providers.yaml", providers)
            flags.append(f"--image-credential-provider-config={_NODE}/providers.yaml")
            flags.append(f"--image-credential-provider-bin-dir={_NODE}/bin")
        if program:
            lab.user.write(f"node/bin/{_PROVIDER}", _ANSWER).chmod(0o755)
        lab.stand_ins.start("kubelet", *flags)
        if more:
            more(lab)

    return inject


def _containerd(hosts: str, more: str = "") -> Injection:
    """Return an injection of containerd's files, beside a kubelet in order."""

    def inject(lab: Lab) -> None:
        lab.user.write("node/config.toml", _CONFIG.format(node=_NODE, more=more))
        lab.user.write(f"node/certs.d/{names.HOST}/hosts.toml", hosts)
        lab.stand_ins.start("containerd", "--config", f"{_NODE}/config.toml")

    return _node(more=inject)


def _secret(host: str = names.HOST, *, expired: bool = False) -> Injection:
    """Return an injection of a pull secret as kubectl prints it; the kubelet has no provider."""

    def inject(lab: Lab) -> None:
        logins = json.dumps(auths(lab.token(expired=expired), host)).encode()
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/dockerconfigjson",
            "metadata": {"name": "ecr", "namespace": "default"},
            "data": {".dockerconfigjson": base64.b64encode(logins).decode()},
        }
        lab.user.write("secret.yaml", json.dumps(secret))

    return _node(None, more=inject)


def _fault(
    name: str, summary: str, inject: Injection, cause: str = "", *args: str, image: str = ""
) -> Fault:
    return Fault(
        name=f"node-{name}",
        layer="node" if cause else "none",
        summary=summary,
        inject=inject,
        accept=(cause,) if cause else (),
        pull_works=not cause,
        image=image or names.IMAGE,
        args=args,
        client="kubelet",
    )


_NO_PROVIDER, _MIRROR = "kubelet-credential-provider", "registry-mirror-broken"
_GIVEN = ("--pull-secret", f"{INSIDE}/secret.yaml")
_SOUND = _HOSTS.format(host=names.HOST)

FAULTS = (
    _fault("healthy", "the kubelet's provider covers the registry and answers", _node()),
    _fault(
        "pattern-of-other-region",
        "matchImages names another region",
        _node(_providers("*.dkr.ecr.eu-west-1.amazonaws.com")),
        _NO_PROVIDER,
    ),
    _fault(
        "pattern-too-short",
        "matchImages has fewer parts than the host, which does not match",
        _node(_providers("*.amazonaws.com")),
        _NO_PROVIDER,
    ),
    _fault("no-provider", "the kubelet has no credential provider", _node(None), _NO_PROVIDER),
    _fault(
        "provider-missing",
        "the provider's program is not in its folder",
        _node(program=False),
        _NO_PROVIDER,
    ),
    _fault(
        "provider-no-yaml", "the provider configuration is no YAML", _node("a: ["), _NO_PROVIDER
    ),
    _fault("hosts-sound", "containerd's hosts.toml is sound", _containerd(_SOUND)),
    _fault(
        "hosts-no-toml",
        "containerd's hosts.toml ends too early",
        _containerd('[host."https://mirror'),
        _MIRROR,
    ),
    _fault(
        "hosts-capability",
        "containerd's hosts.toml has a capability that there is not",
        _containerd(_SOUND.replace("resolve", "read")),
        _MIRROR,
    ),
    _fault(
        "hosts-authority-missing",
        "containerd's hosts.toml names an authority that is not there",
        _containerd(_SOUND + f'  ca = "{_NODE}/missing.crt"\n'),
        _MIRROR,
    ),
    _fault(
        "old-mirrors-too",
        "containerd has config_path and the old mirrors",
        _containerd(
            _SOUND,
            '[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\n'
            '  endpoint = ["https://mirror.example"]\n',
        ),
        _MIRROR,
    ),
    _fault(
        "pause-image-public",
        "the pause image is another one, which needs no login",
        _containerd(
            _SOUND,
            '[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "registry.k8s.io/pause:3.9"\n',
        ),
    ),
    _fault("secret-good", "a pull secret holds a living login", _secret(), "", *_GIVEN),
    _fault(
        "secret-expired",
        "the token in the pull secret has expired",
        _secret(expired=True),
        "k8s-pull-secret-expired",
        *_GIVEN,
    ),
    _fault(
        "secret-of-other-region",
        "the pull secret is for another region's registry",
        _secret(names.OTHER_REGION_HOST),
        "kubernetes-pull-secret",
        *_GIVEN,
    ),
)
