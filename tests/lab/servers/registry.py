"""ECR's registry: docker's protocol with ECR's authorization and ECR's words."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from aiohttp import web

from lab.servers import s3, tokens

if TYPE_CHECKING:
    from lab import names
    from lab.servers.cloud import Cloud

_ROUTE = re.compile(r"/v2/(?P<repository>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/]+)")
_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_EXPIRED = "Your authorization token has expired. Reauthenticate and try again."


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer one request of a docker client."""
    token = _authenticate(request)
    if isinstance(token, web.Response):
        return token
    if token.region != site.region:
        return _error(403, "DENIED", "Your Authorization Token is invalid.")
    if token.expires <= cloud.now().timestamp():
        return expired()
    return await serve_repository(request.path, cloud, site, token.arn)


async def serve_repository(
    path: str, cloud: Cloud, site: names.Site, arn: str = ""
) -> web.Response:
    """Answer one who is known, or anybody where the registry is public."""
    if path.rstrip("/") == "/v2":
        return web.json_response({}, headers=_VERSION)
    if path.endswith("/tags/list"):
        repository = path.removeprefix("/v2/").removesuffix("/tags/list")
        return await _tags(cloud, site, arn, repository)
    match = _ROUTE.fullmatch(path)
    if match is None:
        return _error(404, "UNSUPPORTED", "The operation is unsupported.")
    answer = _manifest if match["kind"] == "manifests" else _blob
    return await answer(cloud, site, arn, match["repository"], match["reference"])


def _authenticate(request: web.Request) -> tokens.Token | web.Response:
    """Return the token that came with the request, or the refusal."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return _unauthorized(request)
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return web.Response(status=400, headers=_VERSION)
    if user != "AWS":
        return _unauthorized(request)
    return tokens.read(password) or web.Response(status=400, headers=_VERSION)


def expired() -> web.Response:
    """Return the refusal of a token that has expired."""
    return _error(403, "DENIED", _EXPIRED)


def _unauthorized(request: web.Request) -> web.Response:
    challenge = f'Basic realm="https://{request.host}/",service="ecr.amazonaws.com"'
    headers = {**_VERSION, "WWW-Authenticate": challenge}
    return web.Response(status=401, text="Not Authorized\n", headers=headers)


async def _manifest(
    cloud: Cloud, site: names.Site, arn: str, repository: str, reference: str
) -> web.Response:
    """Answer with a manifest, which is what ecr:BatchGetImage allows."""
    denied = cloud.denial(arn, "ecr:BatchGetImage", site, repository)
    if denied:
        return _error(403, "DENIED", denied)
    if await cloud.tags(site, repository) is None:
        return _error(404, "NAME_UNKNOWN", no_repository(repository, site))
    stored = await cloud.manifest(site, repository, reference)
    if stored is None or stored.status != "ACTIVE":
        return _error(404, "MANIFEST_UNKNOWN", "Requested image not found")
    headers = {**_VERSION, "Docker-Content-Digest": stored.digest}
    return web.Response(body=stored.body, content_type=stored.media_type, headers=headers)


async def _tags(cloud: Cloud, site: names.Site, arn: str, repository: str) -> web.Response:
    """Answer with the tags, which is what ecr:ListImages allows."""
    denied = cloud.denial(arn, "ecr:ListImages", site, repository)
    if denied:
        return _error(403, "DENIED", denied)
    tags = await cloud.tags(site, repository)
    if tags is None:
        return _error(404, "NAME_UNKNOWN", no_repository(repository, site))
    return web.json_response({"name": repository, "tags": tags}, headers=_VERSION)


async def _blob(
    cloud: Cloud, site: names.Site, arn: str, repository: str, digest: str
) -> web.Response:
    """Send the client on to S3, which is what ecr:GetDownloadUrlForLayer allows."""
    denied = cloud.denial(arn, "ecr:GetDownloadUrlForLayer", site, repository)
    if denied:
        return _error(403, "DENIED", denied)
    if cloud.blob(digest) is None:
        return _error(404, "BLOB_UNKNOWN", "blob unknown to registry")
    place = s3.presign(cloud, site, digest)
    return web.Response(status=307, headers={**_VERSION, "Location": place})


def no_repository(repository: str, site: names.Site) -> str:
    """Return ECR's sentence for a missing repository."""
    return (
        f"The repository with name '{repository}' does not exist "
        f"in the registry with id '{site.account}'"
    )


def _error(status: int, code: str, message: str) -> web.Response:
    """Return an error as docker's protocol has them."""
    body = {"errors": [{"code": code, "message": message}]}
    return web.json_response(body, status=status, headers=_VERSION)
