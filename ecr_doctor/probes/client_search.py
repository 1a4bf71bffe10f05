"""A client's search for a credential, made on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ecr_doctor.clients.machine import HelperReply
from ecr_doctor.clients.masked import offline
from ecr_doctor.clients.which import Client, explain
from ecr_doctor.redact import Secret

from .base import ProbeError
from .helper_run import HelperReplyProbe
from .kubelet_place import KubeletPlaceProbe
from .local_machine import LocalMachine
from .lookup import is_executable, search_path
from .process import run

if TYPE_CHECKING:
    from ecr_doctor.clients.kubelet_provider import ProviderCall
    from ecr_doctor.clients.machine import Machine
    from ecr_doctor.clients.resolution import Resolution

    from .base import Scene

_LIST_QUESTION = "unused"
"""What Go's client library writes to a helper that is asked for its list."""
_PROVIDER_LIMIT = 8.0
"""Seconds."""


def search(scene: Scene, client: Client, *, ask: bool) -> Resolution:
    """What the client would send for the image of this run; helpers are run only with `ask`.

    Raises:
        ProbeError: the image names no registry.

    """
    if not scene.target.host:
        raise ProbeError("the image names no registry")
    local = _machine(scene, client)
    machine: Machine = local if ask else offline(local)
    found = explain(client, machine, scene.target.host, scene.target.repository)
    for login in (found.login, *found.candidates, *(after.login for after in found.fallbacks)):
        if login.secret:
            scene.redactor.learn(login.secret)
    return found


def _machine(scene: Scene, client: Client) -> LocalMachine:
    relative = client.name == "docker-py" and any(
        not folder.startswith("/") for folder in search_path(scene.env)
    )

    def run_helper(helper: str, server: str, verb: str = "get") -> HelperReply:
        try:
            return scene.observe(HelperReplyProbe(helper, server, verb, relative)).reply
        except ProbeError:
            return HelperReply(exit_code=None, timed_out=True)

    return LocalMachine(
        scene.env,
        ask=run_helper,
        list_keys=lambda helper: run_helper(helper, _LIST_QUESTION, "list"),
        ask_provider=lambda call: _run_provider(scene, client, call),
        relative_path=relative,
    )


def _run_provider(scene: Scene, client: Client, call: ProviderCall) -> HelperReply:
    """Run a provider of kubelet, with our environment: kubelet's own may hold more."""
    folder = scene.observe(KubeletPlaceProbe(client.flag)).programs
    path = os.path.join(folder, call.provider.name)  # noqa: PTH118  a text path
    if not is_executable(path):
        return HelperReply(started=False, problem=f"{path} is not there or not executable")
    finished = run(
        path,
        [path, *call.provider.args],
        env={**scene.env, **dict(call.provider.env)},
        limit=max(0.3, min(_PROVIDER_LIMIT, scene.time_left() - 0.3)),
        stdin=call.request.encode(),
    )
    return HelperReply(
        started=not finished.problem,
        problem=finished.problem,
        exit_code=finished.exit_code,
        timed_out=finished.timed_out,
        stdout=Secret(finished.stdout.decode("utf-8", errors="replace")),
    )
