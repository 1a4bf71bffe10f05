"""The bucket that holds the layers, reached by presigned addresses only."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from lab import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.servers.cloud import Cloud


def presign(cloud: Cloud, site: names.Site, digest: str) -> str:
    """Return an address from which a blob can be fetched for an hour."""
    name = str(uuid.uuid4())
    path = f"/{name[:6]}-{site.account}-{name}/{uuid.uuid4()}"
    stamp = cloud.now().strftime("%Y%m%dT%H%M%SZ")
    signature, session = secrets.token_hex(32), secrets.token_urlsafe(300)
    query = {
        "X-Amz-Security-Token": session,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": stamp,
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Expires": "3600",
        "X-Amz-Credential": f"ASIALABSTARPORT00000/{stamp[:8]}/{site.region}/s3/aws4_request",
        "X-Amz-Signature": signature,
    }
    cloud.downloads[f"{path} {signature}"] = digest
    cloud.keep_secret(signature, session)
    bucket = f"prod-{site.region}-starport-layer-bucket.s3.{site.region}.amazonaws.com"
    host = cloud.state["s3"].get("host", names.CDN_HOST if site.service == "public" else bucket)
    return f"https://{host}:443{path}?{urlencode(query)}"


async def handle(request: web.Request, cloud: Cloud, site: names.Site) -> web.StreamResponse:
    """Answer with the bytes of a blob."""
    del site
    faults = cloud.state["s3"]
    signature = request.query.get("X-Amz-Signature", "")
    digest = cloud.downloads.get(f"{request.path} {signature}")
    path = digest and cloud.blob(digest)
    if not digest or not path or "s3" in cloud.state["endpoint_policies"]:
        return error(403, "AccessDenied", "Access Denied")
    if digest in cloud.state["corrupt"]:
        data = path.read_bytes()
        return web.Response(body=data[:-1] + bytes([data[-1] ^ 255]))
    if "cut" in faults or "pause" in faults:
        return await broken(request, path.read_bytes(), faults)
    return web.FileResponse(path, headers={"Content-Type": "application/octet-stream"})


async def broken(
    request: web.Request, data: bytes, faults: Mapping[str, float], **headers: str
) -> web.StreamResponse:
    """Send the bytes with a pause after each part of them, or end before all are sent.

    `cut` is the share of the bytes after which the connection ends, `pause` the seconds of each
    of ten pauses.
    """
    answer = web.StreamResponse(headers=headers)
    answer.content_length = len(data)
    await answer.prepare(request)
    size = max(1, len(data) // 10)
    most = int(len(data) * faults.get("cut", 1))
    for start in range(0, most, size):
        await answer.write(data[start : min(start + size, most)])
        await asyncio.sleep(faults.get("pause", 0))
    if most < len(data) and request.transport is not None:
        request.transport.close()
    return answer


def error(status: int, code: str, message: str) -> web.Response:
    """Return an error as S3 has them."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>"
        "<RequestId>LAB0000000000001</RequestId><HostId>lab</HostId></Error>"
    )
    return web.Response(status=status, text=body, content_type="application/xml")
