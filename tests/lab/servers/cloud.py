"""What all services share: the state, the clock, the storage, the permissions, the secrets."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.servers import iam

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import aiohttp

    from lab import names
    from lab.state import StateFile

STORE = "http://127.0.0.1:5000"


@dataclass(frozen=True)
class Stored:
    """A manifest as the storage holds it."""

    body: bytes
    media_type: str
    digest: str
    status: str = "ACTIVE"


@dataclass
class Cloud:
    """The cloud behind every service."""

    folder: Path
    state_file: StateFile
    session: aiohttp.ClientSession
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    downloads: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> dict[str, Any]:
        """Return the state as it is now."""
        return self.state_file.read()

    def now(self) -> dt.datetime:
        """Return the cloud's time, which a fault may shift against the machine's."""
        offset: float = self.state["clock_offset"]
        return dt.datetime.fromtimestamp(time.time() + offset, dt.UTC)

    def keys(self) -> dict[str, Any]:
        """Return every access key: long-lived ones, and those of assumed roles."""
        return {**self.sessions, **self.state["keys"]}

    def keep_secret(self, *secrets: str) -> None:
        """Note secrets that were handed out, so that tests can look for them in outputs."""
        with (self.folder / "secrets.txt").open("a", encoding="utf-8") as file:
            file.writelines(f"{secret}\n" for secret in secrets)

    def denial(self, arn: str, action: str, site: names.Site, repository: str = "") -> str | None:
        """Return AWS's sentence where the caller may not do this; None where it may."""
        if site.service == "public":
            return None
        resource = "*"
        if repository:
            resource = f"arn:aws:ecr:{site.region}:{site.account}:repository/{repository}"
        request = iam.Request(arn, action, resource, self._context(arn, site))
        reason = iam.denial(request, self._policies(arn, site, repository))
        if reason and request.crosses_accounts and self.state["terse"]:
            reason = ""  # AWS may leave the reason out across accounts
            return iam.sentence(request, reason).rstrip()
        return reason and iam.sentence(request, reason)

    def _context(self, arn: str, site: names.Site) -> Mapping[str, str]:
        """Return what conditions can look at."""
        context = {
            "aws:RequestedRegion": site.region,
            "aws:PrincipalArn": iam.role_of(arn),
            "aws:PrincipalAccount": arn.split(":")[4],
            "aws:SecureTransport": "true",
            "aws:SourceIp": "203.0.113.10",
        }
        return {**context, **self.state.get("context", {})}

    def _policies(self, arn: str, site: names.Site, repository: str) -> iam.Policies:
        """Collect the policies with a say."""
        state = self.state
        principal = state["principals"].get(iam.role_of(arn), {"policies": []})
        account = arn.split(":")[4]
        return iam.Policies(
            identity=principal["policies"],
            resource=state["repository_policies"].get(f"{site.account}/{site.region}/{repository}"),
            boundary=principal.get("boundary"),
            session=principal.get("session"),
            scps=state["scps"].get(account, []),
            endpoint=state["endpoint_policies"].get(site.service),
        )

    async def tags(self, site: names.Site, repository: str) -> list[str] | None:
        """Return a repository's tags; None where there is no such repository."""
        made = self._made(site, repository)
        if made is not None:
            return [name for name in made if ":" not in name]
        url = f"{STORE}/v2/{site.account}/{site.region}/{repository}/tags/list"
        async with self.session.get(url) as answer:
            if answer.status != 200:
                return None
            return (await answer.json())["tags"] or []

    async def manifest(self, site: names.Site, repository: str, reference: str) -> Stored | None:
        """Return a manifest; None where there is none."""
        made = self._made(site, repository)
        if made is not None:
            return _stored(made[reference]) if reference in made else None
        url = f"{STORE}/v2/{site.account}/{site.region}/{repository}/manifests/{reference}"
        accept = (
            "application/vnd.docker.distribution.manifest.v2+json, "
            "application/vnd.docker.distribution.manifest.list.v2+json, "
            "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json"
        )
        async with self.session.get(url, headers={"Accept": accept}) as answer:
            if answer.status != 200:
                return None
            digest = answer.headers["Docker-Content-Digest"]
            return Stored(await answer.read(), answer.content_type, digest)

    def _made(self, site: names.Site, repository: str) -> dict[str, Any] | None:
        """Return the hand-made manifests of a repository that exists in the state only."""
        key = f"{site.account}/{site.region}/{repository}"
        made: dict[str, Any] | None = self.state["manifests"].get(key)
        return made

    def blob(self, digest: str) -> Path | None:
        """Return the file of a blob in the registry's storage; None where there is none."""
        hexadecimal = digest.removeprefix("sha256:")
        blobs = self.folder / "registry/docker/registry/v2/blobs/sha256"
        path = blobs / hexadecimal[:2] / hexadecimal / "data"
        return path if path.is_file() else None


def _stored(made: Mapping[str, str]) -> Stored:
    """Return a hand-made manifest as if the storage held it."""
    body = made["body"].encode()
    digest = made.get("digest") or "sha256:" + hashlib.sha256(body).hexdigest()
    return Stored(body, made["type"], digest, made.get("status", "ACTIVE"))
