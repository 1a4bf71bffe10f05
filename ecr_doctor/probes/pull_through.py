"""Pull-through cache rules: repositories that come to be when they are first pulled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .aws_errors import AwsError
from .base import Probe
from .registry_calls import call_registry

if TYPE_CHECKING:
    from .base import Scene

DOCKER_HUB = "registry-1.docker.io"
_EVERYTHING = "ROOT"
"""The prefix of a rule for all repositories of the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullThroughRule:
    """Repositories under `prefix` are filled from `upstream`."""

    prefix: str
    upstream: str
    """The upstream registry's host."""
    has_login: bool = False
    """Whether the rule has a secret with a login for the upstream."""

    def rest(self, repository: str) -> str:
        """The repository's name at the upstream; empty when the rule does not cover it."""
        return repository.removeprefix(f"{self.prefix}/") if self.covers(repository) else ""

    def covers(self, repository: str) -> bool:
        """Whether the rule fills this repository."""
        return self.prefix == _EVERYTHING or repository.startswith(f"{self.prefix}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullThroughRules:
    """The registry's rules."""

    rules: tuple[PullThroughRule, ...] = ()
    error: AwsError | None = None

    def rule_for(self, repository: str) -> PullThroughRule | None:
        """The rule with the longest prefix that covers a repository."""
        covering = [rule for rule in self.rules if rule.covers(repository)]
        return max(covering, key=lambda r: r.prefix != _EVERYTHING and len(r.prefix), default=None)


@dataclass(frozen=True, slots=True)
class PullThroughProbe(Probe[PullThroughRules]):
    """Calls DescribePullThroughCacheRules, one page."""

    def look(self, scene: Scene) -> PullThroughRules:
        """List the rules; that AWS refuses is an observation.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        answer = call_registry(scene, "describe_pull_through_cache_rules")
        if isinstance(answer, AwsError):
            return PullThroughRules(error=answer)
        found = answer.get("pullThroughCacheRules", [])
        return PullThroughRules(
            rules=tuple(
                PullThroughRule(
                    prefix=str(rule.get("ecrRepositoryPrefix", "")),
                    upstream=str(rule.get("upstreamRegistryUrl", "")),
                    has_login=bool(rule.get("credentialArn")),
                )
                for rule in found
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamLogin:
    """Whether the upstream registry accepts the login of a rule."""

    valid: bool = False
    failure: str = ""
    """ECR's words for why not."""
    error: AwsError | None = None
    """Why ECR did not say."""


@dataclass(frozen=True, slots=True)
class UpstreamLoginProbe(Probe[UpstreamLogin]):
    """Calls ValidatePullThroughCacheRule, which tries the login and changes nothing."""

    prefix: str

    def look(self, scene: Scene) -> UpstreamLogin:
        """Let ECR try the rule's secret at the upstream.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        operation = "validate_pull_through_cache_rule"
        answer = call_registry(scene, operation, ecrRepositoryPrefix=self.prefix)
        if isinstance(answer, AwsError):
            return UpstreamLogin(error=answer)
        failure = scene.redactor.clean(str(answer.get("failure", ""))[:1000])
        return UpstreamLogin(valid=bool(answer.get("isValid")), failure=failure)
