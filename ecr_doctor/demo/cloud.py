"""What the services share while the look-alike runs: its clock, its permissions, its tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .tokens import TokenMint

if TYPE_CHECKING:
    from .images import Repository
    from .names import Site
    from .world import World


class Cloud:
    """A world, with what it handed out."""

    def __init__(self, world: World, mint: TokenMint | None = None) -> None:
        self.world = world
        self.mint = mint or TokenMint()
        self.downloads: dict[str, bytes] = {}
        """Blobs by the path and signature of their presigned address."""

    def now(self) -> datetime:
        """AWS's clock."""
        return datetime.now(UTC) + self.world.clock_ahead

    def repository(self, site: Site, name: str) -> Repository | None:
        """A repository of the site's account and region; None where there is none."""
        return self.world.repositories.get(f"{site.account}/{site.region}/{name}")

    def repository_names(self, site: Site) -> list[str]:
        """Names of the repositories of the site's account and region."""
        prefix = f"{site.account}/{site.region}/"
        names = (name for name in self.world.repositories if name.startswith(prefix))
        return sorted(name.removeprefix(prefix) for name in names)

    def denial(self, arn: str, action: str, site: Site, repository: str = "*") -> str:
        """AWS's sentence where the caller may not do this; empty where it may.

        No repository lets other accounts in, so that a pull from one is refused.
        """
        action = f"ecr:{action}"
        reason = self.world.denied.get(action, "")
        is_token = action == "ecr:GetAuthorizationToken"
        if not reason and not is_token and site.account != arn.split(":")[4]:
            reason = f"because no resource-based policy allows the {action} action"
        resource = "*" if is_token else site.arn(repository)
        sentence = f"User: {arn} is not authorized to perform: {action} on resource: {resource}"
        return f"{sentence} {reason}" if reason else ""


def missing_repository(site: Site, name: str) -> str:
    """ECR's sentence for a repository that is not there."""
    return (
        f"The repository with name '{name}' does not exist in the registry with id '{site.account}'"
    )
