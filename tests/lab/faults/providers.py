"""Providers and pull secrets of a Kubernetes node that do not answer as they should."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from lab import names
from lab.faults.model import Fault, Injection
from lab.faults.nodes import _PROVIDER, _node, _providers, _secret
from lab.home import INSIDE, auths

if TYPE_CHECKING:
    from lab.world import Lab


_GIVEN = ("--pull-secret", f"{INSIDE}/secret.yaml")


def _provider(script: str, mode: int = 0o755, api: str = "") -> Injection:
    """Return an injection of a kubelet's provider that answers in its own way."""

    def more(lab: Lab) -> None:
        lab.user.write(f"node/bin/{_PROVIDER}", script).chmod(mode)

    configured = _providers("*.dkr.ecr.*.amazonaws.com")
    return _node(
        configured.replace("credentialprovider.kubelet.k8s.io/v1", api) if api else configured,
        more=more,
    )


def _changed_secret(**changes: object) -> Injection:
    def inject(lab: Lab) -> None:
        _secret()(lab)
        path = lab.user.path / "secret.yaml"
        secret = json.loads(path.read_text())
        path.write_text(json.dumps({**secret, **changes}))

    return inject


def _dockercfg(lab: Lab) -> None:
    """Write a pull secret of the old form, which is as good."""
    _secret()(lab)
    logins = base64.b64encode(json.dumps(auths(lab.token())["auths"]).encode()).decode()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/dockercfg",
        "metadata": {"name": "ecr", "namespace": "default"},
        "data": {".dockercfg": logins},
    }
    lab.user.write("secret.yaml", json.dumps(secret))


_ANSWER_OTHER = """#!/bin/sh
cat <<END
{"kind": "CredentialProviderResponse", "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
 "cacheKeyType": "Registry", "cacheDuration": "6h",
 "auth": {"HOST": {"username": "AWS", "password": "x"}}}
END
""".replace("HOST", names.OTHER_REGION_HOST)


def _kubelet(name: str, summary: str, inject: Injection, cause: str = "", *args: str) -> Fault:
    return Fault(
        name=f"node-{name}",
        layer="node" if cause else "none",
        summary=summary,
        inject=inject,
        accept=(cause,) if cause else (),
        pull_works=not cause,
        args=args,
        client="kubelet",
    )


_PROVIDER_CAUSE = "kubelet-credential-provider"


FAULTS = (
    _kubelet(
        "provider-fails",
        "the provider's program fails",
        _provider("#!/bin/sh\necho 'no EC2 IMDS role found' >&2\nexit 1\n"),
        _PROVIDER_CAUSE,
    ),
    _kubelet(
        "provider-garbage",
        "the provider's program prints no JSON",
        _provider("#!/bin/sh\necho hello\n"),
        _PROVIDER_CAUSE,
    ),
    _kubelet(
        "provider-no-program",
        "the provider's file has no x bit",
        _provider("#!/bin/sh\n", 0o644),
        _PROVIDER_CAUSE,
    ),
    _kubelet(
        "provider-other-host",
        "the provider answers with another registry's login",
        _provider(_ANSWER_OTHER),
        _PROVIDER_CAUSE,
    ),
    _kubelet(
        "provider-alpha",
        "the provider's version of the API is none that the kubelet has",
        _provider("#!/bin/sh\n", api="credentialprovider.kubelet.k8s.io/v2"),
        _PROVIDER_CAUSE,
    ),
    _kubelet(
        "secret-opaque",
        "the pull secret has another type",
        _changed_secret(type="Opaque"),
        "kubernetes-pull-secret",
        *_GIVEN,
    ),
    _kubelet(
        "secret-empty",
        "the pull secret has no data",
        _changed_secret(data={}),
        "kubernetes-pull-secret",
        *_GIVEN,
    ),
    _kubelet("secret-old-form", "the pull secret has the old form", _dockercfg, "", *_GIVEN),
)
