"""A registry and its layer bucket, with an image in them, that can be broken."""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.ecr_token import EcrToken, EcrTokenProbe
from ecr_doctor.redact import Secret
from ecr_doctor.testing import HOST
from probes.network_machine import LOOPBACK, Reply, Site, Stage, serving, stage

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET = "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"
OCI = "application/vnd.oci.image"
SIGNATURE = "X-Amz-Signature=0123456789abcdef"
API = {"Docker-Distribution-Api-Version": "registry/2.0"}


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def basic(password: str, user: str = "AWS") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def docker_has(password: str | None, user: str = "AWS") -> dict[Any, Any]:
    secret = Secret(password) if password is not None else None
    kind = SourceKind.AUTHS if password is not None else SourceKind.NONE
    return {DockerCredentialProbe(): DockerCredential(kind=kind, user=user, secret=secret)}


@dataclass
class Cloud:
    registry: Site = field(default_factory=lambda: Site(accept=basic("good")))
    bucket: Site = field(default_factory=Site)

    def __post_init__(self) -> None:
        self.registry.replies["/v2/"] = Reply(200, b"{}", API)

    def put(self, path: str, body: object, media_type: str) -> str:
        data = json.dumps(body).encode()
        reply = Reply(200, data, {**API, "Content-Type": media_type})
        self.registry.replies[f"/v2/team/app/manifests/{path}"] = reply
        self.registry.replies[f"/v2/team/app/manifests/{digest(data)}"] = reply
        return digest(data)

    def blob(self, data: bytes, *, served: bytes | None = None) -> dict[str, Any]:
        name = digest(data)
        place = f"https://{BUCKET}/{name}?{SIGNATURE}"
        self.registry.replies[f"/v2/team/app/blobs/{name}"] = Reply(307, b"", {"Location": place})
        self.bucket.replies[f"/{name}"] = Reply(200, data if served is None else served)
        return {"mediaType": f"{OCI}.layer.v1.tar", "digest": name, "size": len(data)}

    def image(
        self, tag: str = "latest", *, architecture: str = "amd64", os: str = "linux"
    ) -> dict[str, Any]:
        config = json.dumps({"os": os, "architecture": architecture}).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": {**self.blob(config), "mediaType": f"{OCI}.config.v1+json"},
            "layers": [self.blob(b"layer " * 50)],
        }
        name = self.put(tag, manifest, f"{OCI}.manifest.v1+json")
        return {"digest": name, "platform": {"os": os, "architecture": architecture}}

    def index(self, *entries: dict[str, Any]) -> None:
        body = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": entries}
        self.put("latest", body, f"{OCI}.index.v1+json")

    def stage(self, given: dict[Any, Any] | None = None) -> Stage:
        rules = (
            ConnectTo(HOST, LOOPBACK, self.registry.port),
            ConnectTo(BUCKET, LOOPBACK, self.bucket.port),
        )
        defaults: dict[Any, Any] = {**docker_has("good"), EcrTokenProbe(): EcrToken()}
        return stage(*rules, given={**defaults, **(given or {})})


@contextmanager
def running(cloud: Cloud) -> Iterator[Cloud]:
    with serving(cloud.registry, HOST), serving(cloud.bucket, BUCKET):
        yield cloud
