"""The metadata services of EC2, ECS and EKS on their true addresses.

They always listen, but their addresses exist only while a fault puts them on the device.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from aiohttp import web

from lab import state as states

if TYPE_CHECKING:
    from lab.servers.cloud import Cloud

INSTANCE, CONTAINER, POD = "169.254.169.254", "169.254.170.2", "169.254.170.23"
_ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
_ROLE = "lab-puller"


class Metadata:
    """Answers as the state's `metadata` says: ok, no-role, token-refused, hangs or a status.

    hops-N is ok with a hop limit of N, which routers count down.
    """

    def __init__(self, cloud: Cloud) -> None:
        """Remember the cloud."""
        self._cloud = cloud

    async def start(self) -> None:
        """Listen on all three addresses."""
        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", self._handle)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        for address in (INSTANCE, CONTAINER, POD):
            await web.SockSite(runner, _listener(address)).start()

    async def _handle(self, request: web.Request) -> web.Response:
        mode = str(self._cloud.state["metadata"])
        lost = mode.startswith("hop-limit") and request.method == "PUT"
        if mode == "hangs" or lost:  # with a hop limit of 1 the answer never comes back
            await asyncio.sleep(3600)
        if mode.startswith("hops-") and request.transport is not None:
            answering = request.transport.get_extra_info("socket")
            answering.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, int(mode.removeprefix("hops-")))
        if mode.isdigit():
            return web.Response(status=int(mode), text="refused")
        if request.host.startswith(INSTANCE):
            return self._instance(request, mode)
        return web.json_response(self._keys())

    def _instance(self, request: web.Request, mode: str) -> web.Response:
        """Answer as EC2's service does, in its second version."""
        if request.path == "/latest/api/token":
            refused = mode == "token-refused"
            headers = {"X-aws-ec2-metadata-token-ttl-seconds": "21600"}
            return web.Response(status=403 if refused else 200, text="labtoken", headers=headers)
        if mode == "garbage":
            return web.Response(text="<html>Welcome</html>")
        if "X-aws-ec2-metadata-token" not in request.headers and mode != "hop-limit-v1":
            return web.Response(status=401)
        if mode == "no-role" or not request.path.startswith(_ROLE_PATH):
            return web.Response(status=404)
        if request.path == _ROLE_PATH:
            return web.Response(text=_ROLE)
        return web.json_response({"Code": "Success", "Type": "AWS-HMAC", **self._keys()})

    def _keys(self) -> dict[str, str]:
        """Return the keys of the role that instance, task and pod have."""
        return {
            "AccessKeyId": states.ROLE_KEY_ID,
            "SecretAccessKey": states.ROLE_SECRET_KEY,
            "Token": states.ROLE_TOKEN,
            "RoleArn": states.ROLE_ARN,
            "LastUpdated": "2020-01-01T00:00:00Z",
            "Expiration": "2040-01-01T00:00:00Z",
        }


def _listener(address: str) -> socket.socket:
    """Return a socket bound to an address that need not exist yet."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND, which Python does not name
    listener.bind((address, 80))
    return listener
