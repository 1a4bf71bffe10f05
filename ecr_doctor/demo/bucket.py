"""The S3 bucket that holds the layers; only presigned addresses open it."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from .messages import Answer, xml
from .world import Layers

if TYPE_CHECKING:
    from .cloud import Cloud
    from .messages import Request
    from .names import Site


def presign(cloud: Cloud, site: Site, data: bytes) -> str:
    """An address from which these bytes can be fetched."""
    name = str(uuid.uuid4())
    path = f"/{name[:6]}-{site.account}-{name}/{uuid.uuid4()}"
    stamp, signature = f"{cloud.now():%Y%m%dT%H%M%SZ}", secrets.token_hex(32)
    query = {
        "X-Amz-Security-Token": secrets.token_urlsafe(300),
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": stamp,
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Expires": "3600",
        "X-Amz-Credential": f"ASIADEMOSTARPORT0000/{stamp[:8]}/{site.region}/s3/aws4_request",
        "X-Amz-Signature": signature,
    }
    cloud.downloads[f"{path} {signature}"] = data
    host = f"prod-{site.region}-starport-layer-bucket.s3.{site.region}.amazonaws.com"
    return f"https://{host}{path}?{urlencode(query)}"


def answer(request: Request, cloud: Cloud, site: Site) -> Answer:
    """The bytes behind a presigned address."""
    signature = request.argument("X-Amz-Signature")
    data = cloud.downloads.get(f"{request.path} {signature}")
    if data is None:
        return _denied("Access Denied")
    if cloud.world.layers is Layers.BLOCKED:
        return _denied(_blocked(request, site))
    if cloud.world.layers is Layers.CORRUPT:
        data = data[:-1] + bytes([data[-1] ^ 0xFF])
    return Answer(200, data, {"Content-Type": "application/octet-stream"})


def _blocked(request: Request, site: Site) -> str:
    """S3's sentence where a VPC endpoint's policy leaves out the bucket."""
    resource = f"arn:aws:s3:::prod-{site.region}-starport-layer-bucket{request.path}"
    return (
        f"User: arn:aws:sts::{site.account}:assumed-role/starport/demo is not authorized to "
        f'perform: s3:GetObject on resource: "{resource}" '
        "because no VPC endpoint policy allows the s3:GetObject action"
    )


def _denied(message: str) -> Answer:
    inside = xml(Code="AccessDenied", Message=message, RequestId="DEMO000000000001", HostId="demo")
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'
    return Answer(403, body.encode(), {"Content-Type": "application/xml"})
