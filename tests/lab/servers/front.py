"""The TLS front: the certificate by the name asked for, the service by the host."""

from __future__ import annotations

import json
import ssl
import time
import warnings
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from lab import certificates, names
from lab.servers import api, ec2_api, iam_api, public, registry, s3, sts
from lab.servers.cloud import Cloud
from lab.servers.rules import Rules

if TYPE_CHECKING:
    from pathlib import Path

Handler = Callable[[web.Request, Cloud, names.Site], Awaitable[web.StreamResponse]]
_SERVICES: dict[str, Handler] = {
    "registry": registry.handle,
    "api": api.handle,
    "sts": sts.handle,
    "iam": iam_api.handle,
    "ec2": ec2_api.handle,
    "s3": s3.handle,
    "cdn": s3.handle,
    "public": public.handle,
    "public-api": public.handle_api,
}


class Front:
    """Receives every request to the cloud."""

    def __init__(self, cloud: Cloud) -> None:
        """Open the request log."""
        self._cloud = cloud
        self._rules = Rules()
        self._log = (cloud.folder / "requests.jsonl").open("a", encoding="utf-8", buffering=1)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer by rule or by service, and note the request."""
        started = time.perf_counter()
        ruled = await self._rules.answer(request, self._cloud.state["http"])
        answer = await self._serve(request) if ruled is None else ruled
        answer.headers["Date"] = self._cloud.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        line = {
            "host": request.host,
            "method": request.method,
            "path": request.path,
            "target": request.headers.get("X-Amz-Target", ""),
            "status": answer.status,
            "seconds": round(time.perf_counter() - started, 4),
        }
        self._log.write(json.dumps(line) + "\n")
        return answer

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Let the service answer that the host stands for."""
        site = names.site(request.host.partition(":")[0])
        if site is None or site.service not in _SERVICES:
            return web.Response(status=404, text="no such service in the laboratory")
        return await _SERVICES[site.service](request, self._cloud, site)


class CertificateShelf:
    """Makes each certificate when it is first asked for."""

    def __init__(self, cloud: Cloud) -> None:
        """Load the authorities."""
        self._cloud = cloud
        self._folder = cloud.folder / "tls"
        self._lab = certificates.load_authority(self._folder, "lab")
        self._corporate = certificates.load_authority(self._folder, "corporate")
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}

    def entrance(self, always: str = "") -> ssl.SSLContext:
        """Return the context that chooses another one by the name asked for.

        `always` is the variant of every certificate; else the state names each host's.
        """
        context = self._make("no-name.example", always or "good")

        def choose(connection: ssl.SSLObject, name: str | None, _: object) -> None:
            host = name or "no-name.example"
            variants = self._cloud.state["tls"]
            variant = always or variants.get(host, variants.get("*", "good"))
            connection.context = self._context(host, variant)

        context.sni_callback = choose
        return context

    def old_entrance(self) -> ssl.SSLContext:
        """Return a context that knows TLS 1.1 at most."""
        context = self.entrance()
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    def mutual_entrance(self) -> ssl.SSLContext:
        """Return a context that wants a certificate of the client, signed by the corporate CA."""
        context = self.entrance()
        context.load_verify_locations(self._folder / "corporate.crt")
        context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _context(self, host: str, variant: str) -> ssl.SSLContext:
        if (host, variant) not in self._contexts:
            self._contexts[host, variant] = self._make(host, variant)
        return self._contexts[host, variant]

    def _make(self, host: str, variant: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._file(host, variant))
        return context

    def _file(self, host: str, variant: str) -> Path:
        path = self._folder / f"{host[:80]}.{variant}.pem"
        path.write_bytes(certificates.issue(host, variant, self._lab, self._corporate))
        return path
