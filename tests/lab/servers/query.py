"""AWS's old query protocol, which IAM, STS and EC2 speak: a form in, XML out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from aiohttp import web

from lab.servers.signed import read_signed

if TYPE_CHECKING:
    from lab.servers.sigv4 import Signed

CODES = {
    "missing": "MissingAuthenticationToken",
    "unknown": "InvalidClientTokenId",
    "expired": "ExpiredToken",
    "signature": "SignatureDoesNotMatch",
}
"""What is answered to a bad signature; EC2 has words of its own."""


async def read_call(request: web.Request) -> tuple[Signed, dict[str, str]]:
    """Return a call as it was signed, and its form."""
    signed = await read_signed(request)
    return signed, dict(parse_qsl(signed.body.decode() or signed.query))


def answer(namespace: str, action: str, result: str) -> web.Response:
    """Return what IAM and STS answer."""
    body = (
        f'<{action}Response xmlns="{namespace}"><{action}Result>{result}</{action}Result>'
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        f"</{action}Response>"
    )
    return web.Response(text=body, content_type="text/xml")


def error(namespace: str, status: int, code: str, message: str) -> web.Response:
    """Return what IAM and STS refuse with."""
    body = (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{escape(message)}</Message></Error>"
        f"<RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return web.Response(status=status, text=body, content_type="text/xml")
