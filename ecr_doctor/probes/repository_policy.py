"""The policy of the image's repository, as its owner wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .aws_errors import AwsError
from .base import Probe
from .registry_calls import call_registry

if TYPE_CHECKING:
    from .base import Scene

_LONGEST = 20_000
"""Characters; ECR allows policies of 10,240."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryPolicy:
    """The policy, that there is none, or why it was not shown."""

    text: str = ""
    """Its JSON; empty where the repository has no policy, or it was not shown."""
    error: AwsError | None = None
    """Why it was not shown; None also where the repository has no policy."""

    @property
    def known(self) -> bool:
        """Whether it is known what the policy says, be it nothing."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class RepositoryPolicyProbe(Probe[RepositoryPolicy]):
    """Calls GetRepositoryPolicy."""

    def look(self, scene: Scene) -> RepositoryPolicy:
        """Read the policy; that AWS does not show it is an observation.

        Raises:
            ProbeError: the image is not in a private registry.

        """
        repository = scene.target.repository
        answer = call_registry(scene, "get_repository_policy", repositoryName=repository)
        if not isinstance(answer, AwsError):
            return RepositoryPolicy(text=str(answer.get("policyText", ""))[:_LONGEST])
        if answer.code == "RepositoryPolicyNotFoundException":
            return RepositoryPolicy()
        return RepositoryPolicy(error=answer)
