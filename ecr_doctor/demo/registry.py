"""ECR's registry: docker's protocol with ECR's login and ECR's words."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from . import bucket
from .cloud import missing_repository
from .messages import Answer, json_answer

if TYPE_CHECKING:
    from .cloud import Cloud
    from .messages import Request
    from .names import Site
    from .tokens import Token

_ROUTE = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/]+)")
_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_EXPIRED = "Your authorization token has expired. Reauthenticate and try again."


def answer(request: Request, cloud: Cloud, site: Site) -> Answer:
    """Answer a client of docker's registry protocol."""
    if cloud.world.throttled:
        return _error(429, "TOOMANYREQUESTS", "Rate exceeded")
    token = _token(request, cloud, site)
    if isinstance(token, Answer):
        return token
    if request.path.rstrip("/") == "/v2":
        return json_answer(200, {}, **_VERSION)
    found = _ROUTE.fullmatch(request.path)
    if found is None:
        return _error(404, "UNSUPPORTED", "The operation is unsupported.")
    if found["kind"] == "manifests":
        return _manifest(cloud, site, token, found["repository"], found["reference"])
    return _blob(cloud, site, token, found["repository"], found["reference"])


def _token(request: Request, cloud: Cloud, site: Site) -> Token | Answer:
    """The token that came with the request, or the refusal."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return _unauthorized(site)
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return Answer(400, headers=_VERSION)
    if user != "AWS":
        return _unauthorized(site)
    token = cloud.mint.read(password)
    return _checked(token, cloud, site) if token else Answer(400, headers=_VERSION)


def _checked(token: Token, cloud: Cloud, site: Site) -> Token | Answer:
    if token.region != site.region:
        return _error(403, "DENIED", "Your Authorization Token is invalid.")
    if token.expires <= cloud.now():
        return _error(403, "DENIED", _EXPIRED)
    return token


def _unauthorized(site: Site) -> Answer:
    challenge = f'Basic realm="https://{site.registry}/",service="ecr.amazonaws.com"'
    headers = {**_VERSION, "Www-Authenticate": challenge, "Content-Type": "text/plain"}
    return Answer(401, b"Not Authorized\n", headers)


def _manifest(cloud: Cloud, site: Site, token: Token, repository: str, reference: str) -> Answer:
    """A manifest: what ecr:BatchGetImage allows."""
    if denied := cloud.denial(token.arn, "BatchGetImage", site, repository):
        return _error(403, "DENIED", denied)
    stored = cloud.repository(site, repository)
    if stored is None:
        return _error(404, "NAME_UNKNOWN", missing_repository(site, repository))
    manifest = stored.manifest(reference)
    if manifest is None:
        return _error(404, "MANIFEST_UNKNOWN", "Requested image not found")
    headers = {"Content-Type": manifest.media_type, "Docker-Content-Digest": manifest.digest}
    return Answer(200, manifest.body, {**_VERSION, **headers})


def _blob(cloud: Cloud, site: Site, token: Token, repository: str, digest: str) -> Answer:
    """Send the client on to the bucket: what ecr:GetDownloadUrlForLayer allows."""
    if denied := cloud.denial(token.arn, "GetDownloadUrlForLayer", site, repository):
        return _error(403, "DENIED", denied)
    stored = cloud.repository(site, repository)
    data = stored.blobs.get(digest) if stored else None
    if data is None:
        return _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
    return Answer(307, headers={**_VERSION, "Location": bucket.presign(cloud, site, data)})


def _error(status: int, code: str, message: str) -> Answer:
    errors = {"errors": [{"code": code, "message": message}]}
    return json_answer(status, errors, **_VERSION)
