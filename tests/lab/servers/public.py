"""ECR Public: bearer tokens, for those without a login too, and layers from CloudFront."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from lab.servers import sigv4, tokens
from lab.servers.registry import expired, serve_repository
from lab.servers.signed import read_signed

if TYPE_CHECKING:
    from lab import names
    from lab.servers.cloud import Cloud

_TOO_MANY = '{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}'
_SPECIAL = ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer one request of a docker client."""
    if request.path.startswith("/token"):
        return _token(request, cloud)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not bearer.startswith("lab-public-"):
        realm = f'Bearer realm="https://{request.host}/token/",service="{request.host}",scope="aws"'
        return web.json_response(
            {"errors": [{"code": "UNAUTHORIZED", "message": "Not Authorized"}]},
            status=401,
            headers={"WWW-Authenticate": realm, "Docker-Distribution-Api-Version": "registry/2.0"},
        )
    if cloud.state["public"].get("limited") and bearer == "lab-public-nobody":
        return web.Response(status=429, text=_TOO_MANY, content_type="application/json")
    return await serve_repository(request.path, cloud, site)


def _token(request: web.Request, cloud: Cloud) -> web.Response:
    """Exchange a login, or none, for a bearer token."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return web.json_response({"token": "lab-public-nobody"})
    try:
        password = base64.b64decode(encoded).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        password = ""
    token = tokens.read(password)
    if token is None:
        return web.Response(status=400)
    if token.expires <= cloud.now().timestamp():
        return expired()
    bearer = "lab-public-" + secrets.token_hex(20)
    cloud.keep_secret(bearer)
    return web.json_response({"token": bearer})


async def handle_api(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer GetAuthorizationToken, the one call that is wanted of it."""
    try:
        caller = sigv4.verify(await read_signed(request), cloud.keys(), cloud.now())
    except sigv4.SignatureError as refusal:
        return _error("UnrecognizedClientException", refusal.message)
    for action in _SPECIAL:
        denied = cloud.denial(caller.arn, action, site)
        if denied:
            return _error("AccessDeniedException", denied)
    expires = int(cloud.now().timestamp() + cloud.state["token_life"])
    password = tokens.mint(tokens.Token(caller.arn, site.region, expires, caller.key))
    encoded = base64.b64encode(f"AWS:{password}".encode()).decode()
    cloud.keep_secret(password, encoded)
    data = {"authorizationToken": encoded, "expiresAt": float(expires)}
    return web.json_response({"authorizationData": data}, content_type="application/x-amz-json-1.1")


def _error(code: str, message: str) -> web.Response:
    body = json.dumps({"__type": code, "message": message})
    return web.Response(status=400, text=body, content_type="application/x-amz-json-1.1")
