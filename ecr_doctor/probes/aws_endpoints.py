"""Where AWS calls are sent when somebody has set another endpoint than AWS's own.

The order is botocore's ConfiguredEndpointProvider (botocore/configprovider.py); the ECR helper
obeys since it is built with aws-sdk-go-v2 of late 2023.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urlsplit

from ecr_doctor.model.partition import PARTITIONS

from .aws_config_files import AwsFilesProbe, Profile
from .aws_credentials import profile_in_force
from .base import Probe
from .http_peek import peek
from .proxy import is_local

if TYPE_CHECKING:
    from .aws_config_files import AwsFiles
    from .base import Scene

_SERVICES: Final = {"ecr": "ECR", "ecr-public": "ECR_PUBLIC", "sts": "STS"}
_IGNORE_VARIABLE: Final = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"


class Answerer(StrEnum):
    """Who answers at an endpoint."""

    AWS = "aws"
    OTHER = "other"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointOverride:
    """One service whose calls go elsewhere."""

    service: str
    """`ecr`, `ecr-public` or `sts`."""
    url: str
    origin: str
    """The variable, or `path:line`."""
    answerer: Answerer = Answerer.NOBODY
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsEndpoints:
    """The overrides in force."""

    overrides: tuple[EndpointOverride, ...] = ()
    ignored_by: str = ""
    """What makes the SDKs ignore the settings that are there; empty when they obey."""


@dataclass(frozen=True, slots=True)
class AwsEndpointsProbe(Probe[AwsEndpoints]):
    """Finds overrides of the services that a pull needs, and looks who answers there."""

    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> AwsEndpoints:
        """Find the settings, then ask each address once."""
        files = scene.observe(AwsFilesProbe())
        profile = files.profile(profile_in_force(scene)[0])
        found = [_override(scene, files, profile, service) for service in _needed(scene)]
        overrides = [override for override in found if override]
        ignored_by = _ignored(scene, profile)
        if ignored_by or not overrides:
            return AwsEndpoints(ignored_by=ignored_by if overrides else "")
        urls = list(dict.fromkeys(override.url for override in overrides))
        with ThreadPoolExecutor(len(urls)) as pool:
            answers = dict(zip(urls, pool.map(lambda u: _who(scene, u), urls), strict=True))
        return AwsEndpoints(
            overrides=tuple(
                replace(o, answerer=answers[o.url][0], detail=answers[o.url][1]) for o in overrides
            )
        )


def _needed(scene: Scene) -> tuple[str, ...]:
    registry = scene.target.registry
    return ("ecr-public" if registry and registry.is_public else "ecr", "sts")


def _ignored(scene: Scene, profile: Profile | None) -> str:
    if scene.env.get(_IGNORE_VARIABLE, "").lower() == "true":
        return _IGNORE_VARIABLE
    setting = profile.get(_IGNORE_VARIABLE.removeprefix("AWS_").lower()) if profile else None
    return setting.origin if setting and setting.value.lower() == "true" else ""


def _override(
    scene: Scene, files: AwsFiles, profile: Profile | None, service: str
) -> EndpointOverride | None:
    for variable in (f"AWS_ENDPOINT_URL_{_SERVICES[service]}", "AWS_ENDPOINT_URL"):
        if scene.env.get(variable):
            return _made(scene, service, scene.env[variable], variable)
    if profile is None:
        return None
    services = files.section("services", profile.value("services"))
    name = f"{_SERVICES[service].lower()}.endpoint_url"
    setting = (services.get(name) if services else None) or profile.get("endpoint_url")
    return _made(scene, service, setting.value, setting.origin) if setting else None


def _made(scene: Scene, service: str, url: str, origin: str) -> EndpointOverride:
    return EndpointOverride(service=service, url=scene.redactor.clean(url), origin=origin)


def _who(scene: Scene, url: str) -> tuple[Answerer, str]:
    """Who answers; a mock on this very machine is never taken for AWS, whatever it says."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Answerer.NOBODY, "the address cannot be read"
    if parts.scheme not in {"http", "https"} or not host:
        return Answerer.NOBODY, "the address is no http or https URL"
    tls = parts.scheme == "https"
    answer = peek(scene, host, port or (443 if tls else 80), tls=tls)
    if answer.problem:
        return Answerer.NOBODY, answer.problem
    signed = answer.header("x-amzn-RequestId") or answer.header("x-amz-request-id")
    if not is_local(host) and (signed or _is_amazon(host)):
        return Answerer.AWS, f"HTTP {answer.status}"
    return Answerer.OTHER, f"HTTP {answer.status}"


def _is_amazon(host: str) -> bool:
    suffixes = {s for p in PARTITIONS for s in (p.suffix, p.dual_stack_suffix) if s}
    return any(host.endswith(f".{suffix}") for suffix in suffixes)
