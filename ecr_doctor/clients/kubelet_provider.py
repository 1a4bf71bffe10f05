"""The file of kubelet's --image-credential-provider-config.

Source: kubernetes.io, reference "Kubelet Configuration (v1)", CredentialProviderConfig.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .machine import FileState

if TYPE_CHECKING:
    from .machine import FileRead

_API_VERSION = "credentialprovider.kubelet.k8s.io/v1"


class ProviderConfigError(ValueError):
    """kubelet would refuse to start with this file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A program that kubelet asks for logins of the images that fit its patterns."""

    name: str
    match_images: tuple[str, ...] = ()
    api_version: str = _API_VERSION
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """One question to a provider."""

    provider: Provider
    image: str

    @property
    def request(self) -> str:
        """What the provider reads from stdin."""
        kind = "CredentialProviderRequest"
        document = {"apiVersion": self.provider.api_version, "kind": kind, "image": self.image}
        return json.dumps(document)


def read_providers(read: FileRead) -> tuple[Provider, ...]:
    """The providers in their order; JSON is YAML too.

    Raises:
        ProviderConfigError: no YAML, or not of this kind.

    """
    import yaml

    if read.state is not FileState.OK:
        raise ProviderConfigError(read.problem or f"the file is {read.state}")
    try:
        document = yaml.safe_load(read.data)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ProviderConfigError(f"no YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(document, dict) or document.get("kind") != "CredentialProviderConfig":
        raise ProviderConfigError("it is no CredentialProviderConfig")
    providers = document.get("providers")
    if not isinstance(providers, list):
        raise ProviderConfigError("it has no list of providers")
    return tuple(_provider(item) for item in providers)


def _provider(item: Any) -> Provider:  # noqa: ANN401  any YAML value
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise ProviderConfigError("a provider without a name")
    return Provider(
        name=item["name"],
        match_images=_texts(item.get("matchImages")),
        api_version=str(item.get("apiVersion") or _API_VERSION),
        args=_texts(item.get("args")),
        env=_variables(item.get("env")),
    )


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401  any YAML value
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _variables(value: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401  any YAML value
    entries = value if isinstance(value, list) else []
    pairs = [(e.get("name"), e.get("value")) for e in entries if isinstance(e, dict)]
    return tuple((str(name), str(text)) for name, text in pairs if name)
